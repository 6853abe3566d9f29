//! The plot as SVG: both axes logarithmic, each line named at its end.

use std::fmt::{self, Write as _};

use crate::lines::{Line, Lines};
use crate::scale::Scale;
use crate::spread::spread;

const WIDTH: f64 = 900.0;
const HEIGHT: f64 = 616.0;
const LEFT: f64 = 64.0;
/// Where the lines end and their names begin.
const RIGHT: f64 = 680.0;
const TOP: f64 = 84.0;
const BOTTOM: f64 = 540.0;
/// Between two names.
const GAP: f64 = 17.0;

const INK: &str = "#1f1f1d";
const FAINT: &str = "#6b6a66";
const GRID: &str = "#e6e5e0";
const BACKGROUND: &str = "#ffffff";

/// Colour, width and dashes by the beginning of the name. Ours stands out, the
/// limit is dashed, what may miss is dotted.
const STYLES: [(&str, &str, f64, &str); 14] = [
    ("ours-portable", "#7fb2ee", 2.0, ""),
    ("ours-fast", "#1f6fd0", 3.5, ""),
    ("ours-proven-floor", "#1f6fd0", 2.5, "8 3"),
    ("ours-proven-k5", "#1f6fd0", 1.5, "2 3"),
    ("read", INK, 2.0, "7 4"),
    ("plain", "#9a9892", 2.0, ""),
    ("simsimd", "#0f9d74", 2.0, ""),
    ("numkong-packed", "#7a9a10", 2.0, ""),
    ("numkong", "#4f7f2f", 2.0, ""),
    ("usearch", "#8a5cc7", 2.0, ""),
    ("faiss-fastscan", "#e0551f", 2.5, "2 3"),
    ("faiss-sq8", "#d88a00", 2.0, ""),
    ("faiss-flat", "#a8621a", 2.0, ""),
    ("sqlite-vec", "#cf4480", 2.0, ""),
];

pub(crate) fn draw(lines: &Lines) -> String {
    let mut svg = String::new();
    write(&mut svg, lines).expect("a string takes everything");
    svg
}

fn write(svg: &mut String, lines: &Lines) -> fmt::Result {
    let sizes = lines.sizes.iter().map(|&size| size as f64);
    let across = Scale::around(sizes, (LEFT, RIGHT));
    let times = lines.lines.iter().flat_map(|line| &line.points).map(|point| point.1);
    let up = Scale::around(times, (BOTTOM, TOP));
    writeln!(
        svg,
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" font-family="system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif">"#
    )?;
    writeln!(svg, r#"<rect width="{WIDTH}" height="{HEIGHT}" fill="{BACKGROUND}"/>"#)?;
    title(svg, lines)?;
    grid(svg, &across, &up, &lines.sizes)?;
    // Ours last, so that it lies on top.
    for ours in [false, true] {
        for line in lines.lines.iter().filter(|line| line.engine.starts_with("ours") == ours) {
            draw_line(svg, &across, &up, line)?;
        }
    }
    names(svg, &across, &up, lines)?;
    svg.push_str("</svg>\n");
    Ok(())
}

fn title(svg: &mut String, lines: &Lines) -> fmt::Result {
    text(
        svg,
        (LEFT, 30.0),
        18.0,
        INK,
        "start",
        "One face against a gallery: milliseconds a query",
    )?;
    let what = format!(
        "{} components, one thread, the best row; medians, half of the queries mated. Dotted: may miss.",
        lines.dimension
    );
    text(svg, (LEFT, 50.0), 12.0, FAINT, "start", &what)?;
    text(svg, (LEFT, HEIGHT - 24.0), 10.0, FAINT, "start", &lines.machine)?;
    text(svg, (LEFT, HEIGHT - 10.0), 10.0, FAINT, "start", &lines.made)
}

fn grid(svg: &mut String, across: &Scale, up: &Scale, sizes: &[usize]) -> fmt::Result {
    for tick in up.ticks() {
        let y = up.place(tick);
        writeln!(svg, r#"<path d="M{LEFT} {y:.1}H{RIGHT}" stroke="{GRID}"/>"#)?;
        text(svg, (LEFT - 8.0, y + 4.0), 12.0, FAINT, "end", &tick.to_string())?;
    }
    for &size in sizes {
        let x = across.place(size as f64);
        writeln!(svg, r#"<path d="M{x:.1} {TOP}V{BOTTOM}" stroke="{GRID}"/>"#)?;
        text(svg, (x, BOTTOM + 18.0), 12.0, FAINT, "middle", &thousands(size))?;
    }
    let middle = f64::midpoint(LEFT, RIGHT);
    text(svg, (middle, BOTTOM + 36.0), 12.0, FAINT, "middle", "templates in the gallery")?;
    text(svg, (LEFT - 8.0, TOP - 10.0), 12.0, FAINT, "end", "ms")
}

fn draw_line(svg: &mut String, across: &Scale, up: &Scale, line: &Line) -> fmt::Result {
    let (_, colour, width, dashes) = style(&line.engine);
    let points = line.points.iter().map(|&(size, ms)| (across.place(size), up.place(ms)));
    let path: Vec<String> = points.clone().map(|(x, y)| format!("{x:.1} {y:.1}")).collect();
    writeln!(
        svg,
        r#"<path d="M{}" fill="none" stroke="{colour}" stroke-width="{width}" stroke-dasharray="{dashes}" stroke-linejoin="round"/>"#,
        path.join("L")
    )?;
    for (x, y) in points {
        writeln!(
            svg,
            r#"<circle cx="{x:.1}" cy="{y:.1}" r="{}" fill="{colour}" stroke="{BACKGROUND}"/>"#,
            width + 1.0
        )?;
    }
    Ok(())
}

/// Name and last figure of each line, tied to its end.
fn names(svg: &mut String, across: &Scale, up: &Scale, lines: &Lines) -> fmt::Result {
    let ends: Vec<(&Line, f64, f64)> = lines
        .lines
        .iter()
        .filter_map(|line| line.points.last().map(|p| (line, p.0, p.1)))
        .collect();
    let wished: Vec<f64> = ends.iter().map(|end| up.place(end.2)).collect();
    let places = spread(&wished, GAP, BOTTOM);
    for (((line, size, ms), from), to) in ends.into_iter().zip(wished).zip(places) {
        let (_, colour, width, _) = style(&line.engine);
        let x = across.place(size) + width + 3.0;
        let (elbow, name) = (RIGHT + 6.0, RIGHT + 18.0);
        writeln!(
            svg,
            r#"<path d="M{x:.1} {from:.1}H{elbow}L{} {to:.1}" fill="none" stroke="{colour}" stroke-opacity="0.45"/>"#,
            name - 3.0
        )?;
        let weight = if line.engine.starts_with("ours") { "bold" } else { "normal" };
        writeln!(
            svg,
            r#"<text x="{name}" y="{:.1}" font-size="12" font-weight="{weight}" fill="{INK}">{} <tspan fill="{FAINT}" font-weight="normal">{}</tspan></text>"#,
            to + 4.0,
            escaped(&line.engine),
            figures(ms)
        )?;
    }
    Ok(())
}

fn style(engine: &str) -> (&'static str, &'static str, f64, &'static str) {
    let style = STYLES.into_iter().find(|style| engine.starts_with(style.0));
    style.unwrap_or(("", FAINT, 2.0, ""))
}

fn text(
    svg: &mut String,
    (x, y): (f64, f64),
    size: f64,
    colour: &str,
    anchor: &str,
    text: &str,
) -> fmt::Result {
    writeln!(
        svg,
        r#"<text x="{x:.1}" y="{y:.1}" font-size="{size}" fill="{colour}" text-anchor="{anchor}">{}</text>"#,
        escaped(text)
    )
}

/// Three figures that count.
fn figures(ms: f64) -> String {
    match ms {
        ms if ms < 1.0 => format!("{ms:.3}"),
        ms if ms < 10.0 => format!("{ms:.2}"),
        ms if ms < 100.0 => format!("{ms:.1}"),
        ms => format!("{ms:.0}"),
    }
}

fn thousands(size: usize) -> String {
    match size {
        size if size.is_multiple_of(1_000_000) => format!("{} M", size / 1_000_000),
        size if size.is_multiple_of(1_000) => format!("{} k", size / 1_000),
        size => size.to_string(),
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}
