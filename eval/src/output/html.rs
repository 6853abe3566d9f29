//! One page that needs nothing else: text and plots.

use super::plot::Plot;

const STYLE: &str = "body{font-family:system-ui,sans-serif;max-width:1100px;margin:2em auto;\
    padding:0 1em;color:#1f1f1d}pre{overflow-x:auto;background:#f6f5f1;padding:1em;\
    font-size:13px}svg{max-width:100%;height:auto}";

pub(super) fn page(heading: &str, text: &str, plots: &[Plot]) -> String {
    let drawn: String = plots
        .iter()
        .map(|plot| format!("<h2>{}</h2>\n{}\n", escaped(&plot.title), plot.svg))
        .collect();
    let (heading, text) = (escaped(heading), escaped(text));
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
        <title>kaimen-eval</title><style>{STYLE}</style></head><body>\n\
        <h1>kaimen-eval</h1>\n<p>{heading}</p>\n<pre>{text}</pre>\n{drawn}</body></html>\n"
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_break_the_page() {
        let page = page("<b>", "a & <script>", &[]);
        assert!(page.contains("&lt;b&gt;") && page.contains("a &amp; &lt;script&gt;"));
    }
}
