//! A page as a browser reads it, the lots of its tables included.

use scraper::{ElementRef, Html, Selector};
use simfleet::plan::Plan;
use simfleet::render::{TextOptions, html, text};

/// A plan as HTML.
pub(super) fn render(plan: &Plan) -> String {
    let mut out = Vec::new();
    html::write(&mut out, plan).expect("a vector takes everything");
    String::from_utf8(out).expect("text is UTF-8")
}

/// The last line of the same plan as text.
pub(super) fn verdict(plan: &Plan) -> String {
    let mut out = Vec::new();
    text::write(&mut out, plan, &TextOptions::default()).expect("a vector takes everything");
    String::from_utf8(out).expect("text is UTF-8").lines().last().unwrap_or_default().to_owned()
}

/// A parsed page.
pub(super) struct Page {
    pub(super) html: Html,
    /// The path to each lot's sheet, and the lot.
    lots: Vec<(String, Html)>,
}

impl Page {
    pub(super) fn of(plan: &Plan) -> Self {
        Self::read(&render(plan))
    }

    pub(super) fn read(text: &str) -> Self {
        let html = Html::parse_document(text);
        let noscript = selector("noscript");
        let sheets = html.select(&noscript).map(|lot| {
            // Text to who runs scripts, and never anything else.
            assert_eq!(lot.child_elements().count(), 0);
            let section = lot.ancestors().filter_map(ElementRef::wrap).find_map(|above| above.value().id()).unwrap_or_default();
            (section.to_owned(), Html::parse_fragment(&lot.text().collect::<String>()))
        });
        let lots = sheets.collect();
        Self { html, lots }
    }

    /// The document and its lots.
    pub(super) fn parts(&self) -> impl Iterator<Item = &Html> {
        std::iter::once(&self.html).chain(self.lots.iter().map(|(_, lot)| lot))
    }

    pub(super) fn lots(&self) -> usize {
        self.lots.len()
    }

    pub(super) fn texts(&self, select: &str) -> Vec<String> {
        self.html.select(&selector(select)).map(|element| element.text().collect()).collect()
    }

    /// The cells of all rows of a table, `#section .table` or `.table`, those in lots included.
    pub(super) fn rows(&self, table: &str) -> Vec<Vec<String>> {
        let (section, class) =
            table.split_once(' ').map_or(("", table), |(section, class)| (section.trim_start_matches('#'), class));
        let of_lots = self.lots.iter().filter(|(of, _)| section.is_empty() || of == section).map(|(_, lot)| (lot, class));
        let rows = selector("tbody tr");
        std::iter::once((&self.html, table))
            .chain(of_lots)
            .flat_map(|(html, table)| html.select(&selector(table)).collect::<Vec<_>>())
            .flat_map(|table| table.select(&rows).map(cells).collect::<Vec<_>>())
            .collect()
    }
}

fn cells(row: ElementRef<'_>) -> Vec<String> {
    row.child_elements().map(|cell| cell.text().collect()).collect()
}

pub(super) fn selector(text: &str) -> Selector {
    Selector::parse(text).expect("the selectors of tests are valid")
}
