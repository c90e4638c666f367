//! Plans as HTML: goldens for what people see, laws for what a browser makes of it. `tests/browser` looks at it in one.

mod laws;
mod page;

use simfleet::plan::Plan;

use self::page::{Page, render};
use super::{fixture, paid};
use crate::golden;

const PORTION: &str = "<tbody class=\"portion\">";

/// Without the style and the script, which are files of their own, and without their digests.
fn bare(plan: &Plan) -> String {
    let mut text = render(plan);
    for (from, to) in [("<style>", "</style>"), ("<script>", "</script>"), ("style-src '", "'; base-uri")] {
        let start = text.find(from).expect("it is there") + from.len();
        let end = start + text[start..].find(to).expect("it ends");
        text.replace_range(start..end, "…");
    }
    text
}

#[test]
fn goldens() {
    golden::check("plan/empty.html", &bare(&fixture::empty()));
    golden::check("plan/small.html", &bare(&fixture::small()));
    golden::check("plan/mixed.html", &bare(&fixture::mixed()));
    golden::check("plan/all-blocked.html", &bare(&fixture::all_blocked()));
    golden::check("plan/in-doubt.html", &bare(&fixture::in_doubt()));
    golden::check("plan/guards-exceeded.html", &bare(&fixture::guards_exceeded()));
    golden::check("plan/unicode.html", &bare(&fixture::unicode()));
    golden::check("plan/paid.html", &bare(&paid::plan()));
    golden::check("plan/large.html", &first_rows(&bare(&fixture::large())));
}

/// Of every portion of a long table the first three rows, and nothing of the lots that the script reads later: one row is
/// like the other.
fn first_rows(page: &str) -> String {
    let page: String =
        page.split("<noscript>").map(|part| part.split_once("</noscript>").map_or(part, |(_, rest)| rest)).collect();
    let mut portions = page.split(PORTION);
    let mut short = portions.next().expect("the head").to_owned();
    for portion in portions {
        let (rows, rest) = portion.split_once("</tbody>").expect("it ends");
        let first: String = rows.split_inclusive("</tr>").take(3).collect();
        short.extend([PORTION, &first, "…</tbody>", rest]);
    }
    short
}

#[test]
fn the_verdict_comes_first() {
    for plan in fixture::all() {
        assert_eq!(Page::of(&plan).texts("h1"), [page::verdict(&plan)]);
    }
}

/// What cannot be undone or is paid at once is seen by who only scrolls: in no fold, whatever its number.
#[test]
fn what_cannot_be_undone_is_in_the_open() {
    let page = Page::of(&fixture::large());
    assert_eq!(page.texts("#irreversible tbody tr").len(), 3);
    assert_eq!(page.texts("#paid tbody tr").len(), 1);
    let page = Page::of(&paid::many(300));
    assert_eq!(page.rows("#paid .harm").len(), 300);
    assert_eq!(page.texts("details #paid, #paid details, #irreversible details").len(), 0);
}

#[test]
fn long_lists_are_folded_and_whole() {
    let page = Page::of(&fixture::large());
    assert_eq!(page.texts("#unmanaged details summary"), ["Lines that nobody declares: 60"]);
    assert_eq!(page.texts("#unmanaged details tbody tr").len(), 60);
    assert_eq!(page.texts("#waiting details").len(), 0);
    assert_eq!(page.texts("#waiting tbody tr").len(), 3);
}

/// A few hundred rows in the document, the others in lots that the script reads later.
#[test]
fn the_document_stays_light() {
    let page = Page::of(&fixture::changes(10_000));
    assert_eq!(page.texts("#all-operations tbody tr").len(), 200);
    assert_eq!(page.lots(), 20);
    assert_eq!(page.rows(".all").len(), 10_000);
    let page = Page::of(&fixture::changes(200));
    assert_eq!((page.lots(), page.rows(".all").len()), (0, 200));
}

#[test]
fn accounts_are_told_apart_where_there_are_several() {
    let page = Page::of(&fixture::guards_exceeded());
    assert_eq!(page.texts("#all-operations thead th").last().map(String::as_str), Some("Account and fleet"));
    assert_eq!(page.texts("#account option"), ["All accounts", "main (2)", "osaka (1)"]);
    let page = Page::of(&fixture::small());
    assert_eq!(page.texts("#all-operations thead th").len(), 10);
    assert_eq!(page.texts("#account").len(), 0);
}

/// The numbers of the picture stand beside it.
#[test]
fn the_fleet_is_a_table_with_bars() {
    let page = Page::of(&fixture::mixed());
    let tables = page.texts("#fleet table caption");
    assert_eq!(tables, ["Lines by rate plan and status", "Active lines by how much of the month's traffic they used"]);
    let heads = page.texts("#fleet table:first-of-type thead th");
    assert!(heads.contains(&"termination accepted".to_owned()), "{heads:?}");
    assert_eq!(page.texts("#fleet svg[aria-hidden=true]").len(), page.texts("#fleet svg").len());
    assert_eq!(page.texts("#fleet tbody tr").len(), page.texts("#fleet tbody svg.bar").len());
    assert!(Page::of(&fixture::empty()).texts("#fleet").is_empty(), "an old plan has no such counts");
}
