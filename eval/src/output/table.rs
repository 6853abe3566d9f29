//! A table for a terminal: the first column to the left, all others to the right.

pub(super) struct Table {
    lines: Vec<Vec<String>>,
}

impl Table {
    pub(super) fn new<T: ToString>(head: impl IntoIterator<Item = T>) -> Table {
        let mut table = Table { lines: Vec::new() };
        table.line(head);
        table
    }

    pub(super) fn line<T: ToString>(&mut self, cells: impl IntoIterator<Item = T>) {
        self.lines.push(cells.into_iter().map(|cell| cell.to_string()).collect());
    }

    pub(super) fn text(&self) -> String {
        let columns = self.lines.iter().map(Vec::len).max().unwrap_or(0);
        let width = |column: usize| {
            let cells = self.lines.iter().filter_map(|line| line.get(column));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        let mut text = String::new();
        for line in &self.lines {
            let mut written = String::new();
            for (at, (cell, width)) in line.iter().zip(&widths).enumerate() {
                let padding = " ".repeat(width - cell.chars().count());
                match at {
                    0 => written.extend([cell, &*padding]),
                    _ => written.extend(["  ", &padding, cell]),
                }
            }
            text.push_str(written.trim_end());
            text.push('\n');
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::Table;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let mut table = Table::new(["a", "bb"]);
        table.line(["ü ü", "1"]);
        table.line([""; 0]);
        assert_eq!(table.text(), "a    bb\nü ü   1\n\n");
    }
}
