//! Plans as Markdown.

use simfleet::plan::Plan;
use simfleet::render::{MarkdownOptions, markdown};

use super::{fixture, paid};
use crate::golden;

fn render(plan: &Plan, options: &MarkdownOptions) -> String {
    let mut out = Vec::new();
    markdown::write(&mut out, plan, options).expect("a vector takes everything");
    String::from_utf8(out).expect("text is UTF-8")
}

fn plainly(plan: &Plan) -> String {
    render(plan, &MarkdownOptions::default())
}

#[test]
fn goldens() {
    golden::check("plan/empty.md", &plainly(&fixture::empty()));
    golden::check("plan/mixed.md", &plainly(&fixture::mixed()));
    golden::check("plan/in-doubt.md", &plainly(&fixture::in_doubt()));
    golden::check("plan/guards-exceeded.md", &plainly(&fixture::guards_exceeded()));
    golden::check("plan/unicode.md", &plainly(&fixture::unicode()));
    golden::check("plan/paid.md", &plainly(&paid::plan()));
    golden::check("plan/paid-in-doubt.md", &plainly(&paid::in_doubt()));
    golden::check("plan/paid-many.md", &plainly(&paid::many(40)));
}

#[test]
fn irreversible_and_paid_operations_are_always_shown() {
    for plan in fixture::all() {
        let text = render(&plan, &MarkdownOptions { rows: 1, ..MarkdownOptions::default() });
        let full = render(&plan, &MarkdownOptions { rows: 1, full: true });
        for operation in plan.operations.iter().filter(|operation| operation.change.risk() >= simfleet::domain::Risk::R4) {
            assert!(text.contains(&format!("{}`", operation.subject)), "{} is missing", operation.subject);
            assert!(full.contains(&format!("{}` |", operation.subject)), "{} is missing", operation.subject);
        }
        for ship_to in plan.operations.iter().filter_map(|operation| Some(&operation.to.placement.as_ref()?.content.ship_to)) {
            assert!(!text.contains(&ship_to.contact) && !text.contains(&ship_to.phone), "a comment names nobody");
        }
    }
}

#[test]
fn a_bot_finds_its_comment() {
    for plan in fixture::all() {
        assert_eq!(plainly(&plan).lines().next(), Some(markdown::MARKER));
    }
}

/// Every row of a table has as many cells as its head, whatever the names hold.
#[test]
fn tables_hold_their_shape() {
    for plan in fixture::all() {
        let text = plainly(&plan);
        let mut columns = None;
        for line in text.lines() {
            if !line.starts_with('|') {
                columns = None;
                continue;
            }
            let cells = line.matches('|').count();
            assert_eq!(*columns.get_or_insert(cells), cells, "{line}");
        }
    }
}

#[test]
fn a_large_plan_fits_into_a_comment() {
    let text = plainly(&fixture::changes(5_000));
    assert!(text.len() < 65_536, "{} bytes", text.len());
    // None of these is left out.
    let text = plainly(&paid::many(3_000));
    assert!(text.len() < 65_536, "{} bytes", text.len());
}
