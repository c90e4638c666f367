//! Plans as text.

use simfleet::plan::Plan;
use simfleet::render::{TextOptions, text};

use super::{fixture, paid};
use crate::golden;

fn render(plan: &Plan, options: &TextOptions) -> String {
    let mut out = Vec::new();
    text::write(&mut out, plan, options).expect("a vector takes everything");
    String::from_utf8(out).expect("text is UTF-8")
}

fn plainly(plan: &Plan) -> String {
    render(plan, &TextOptions::default())
}

#[test]
fn goldens() {
    golden::check("plan/empty.txt", &plainly(&fixture::empty()));
    golden::check("plan/small.txt", &plainly(&fixture::small()));
    golden::check("plan/mixed.txt", &plainly(&fixture::mixed()));
    golden::check("plan/all-blocked.txt", &plainly(&fixture::all_blocked()));
    golden::check("plan/in-doubt.txt", &plainly(&fixture::in_doubt()));
    golden::check("plan/guards-exceeded.txt", &plainly(&fixture::guards_exceeded()));
    golden::check("plan/many.txt", &plainly(&fixture::many()));
    golden::check("plan/large.txt", &plainly(&fixture::large()));
    golden::check("plan/unicode.txt", &plainly(&fixture::unicode()));
    golden::check("plan/paid.txt", &plainly(&paid::plan()));
    golden::check("plan/paid-in-doubt.txt", &plainly(&paid::in_doubt()));
    golden::check("plan/paid-many.txt", &plainly(&paid::many(40)));
}

/// Escapes written as `␛`, so that the file can be read.
#[test]
fn goldens_in_colour() {
    let options = TextOptions { color: true, ..TextOptions::default() };
    let colored = |plan: &Plan| render(plan, &options).replace('\u{1b}', "␛");
    golden::check("plan/paid.colour.txt", &colored(&paid::plan()));
    golden::check("plan/paid-in-doubt.colour.txt", &colored(&paid::in_doubt()));
    golden::check("plan/mixed.colour.txt", &colored(&fixture::mixed()));
    golden::check("plan/many.colour.txt", &colored(&fixture::many()));
}

#[test]
fn colour_adds_nothing_but_colour() {
    for plan in fixture::all() {
        let colored = render(&plan, &TextOptions { color: true, ..TextOptions::default() });
        assert!(colored.contains("\u{1b}["), "colour was asked for");
        assert_eq!(strip(&colored), plainly(&plan));
    }
}

#[test]
fn full_shows_every_line() {
    let plan = fixture::many();
    let (short, full) = (plainly(&plan), render(&plan, &TextOptions { full: true, ..TextOptions::default() }));
    assert!(short.contains("more (--full shows all)"));
    assert!(!full.contains("more (--full shows all)"));
    for operation in &plan.operations {
        assert!(full.contains(&operation.subject.to_string()), "{} is missing", operation.subject);
    }
    for item in &plan.unmanaged {
        assert!(full.contains(item.msisdn.as_str()), "{} is missing", item.msisdn);
    }
}

#[test]
fn irreversible_and_paid_operations_are_always_shown() {
    let options = TextOptions { rows: 1, detailed: 0, ..TextOptions::default() };
    for plan in fixture::all() {
        let text = render(&plan, &options);
        for operation in plan.operations.iter().filter(|operation| operation.change.risk() >= simfleet::domain::Risk::R4) {
            assert!(text.contains(&operation.subject.to_string()), "{} is missing", operation.subject);
        }
    }
}

#[test]
fn a_large_plan_stays_readable() {
    let text = plainly(&fixture::large());
    assert!(text.lines().count() < 150, "{} lines", text.lines().count());
    for n in 6_001..=6_003 {
        assert!(text.contains(fixture::msisdn(n).as_str()), "what cannot be undone is shown");
    }
    assert!(text.contains("4,980 lines") || text.contains("4,983 lines"));
    let text = plainly(&fixture::changes(5_000));
    assert!(text.lines().count() < 60, "{} lines", text.lines().count());
    assert!(text.contains("5,000 lines"));
}

#[test]
fn no_name_acts_on_the_terminal() {
    let text = plainly(&fixture::unicode());
    let acts = |character: char| (character.is_control() && character != '\n') || ('\u{202a}'..='\u{2069}').contains(&character);
    assert_eq!(text.chars().find(|character| acts(*character)), None);
    assert!(text.contains("上野駅 自販機17号"));
}

#[test]
fn the_last_line_is_the_verdict() {
    let last = |plan: &Plan| plainly(plan).lines().last().unwrap_or_default().to_owned();
    assert_eq!(last(&fixture::empty()), "No changes. 10,482 lines match.");
    let mut waiting = fixture::mixed();
    waiting.operations.clear();
    waiting.summary.by_kind.clear();
    assert_eq!(last(&waiting), "No changes. 10,482 lines match; 2 waiting, 2 blocked.");
    assert_eq!(
        last(&fixture::mixed()),
        "Plan: 1 to bind, 1 to allocate, 1 to start, 2 to change, 1 to cancel, 1 to suspend, 1 to terminate; \
         3 irreversible; cost +9,500 JPY once, -400 JPY/month; 2 waiting, 2 blocked."
    );
}

/// A plan is kept in logs and comments: of an order's address it shows where, not who.
#[test]
fn nobody_is_named_who_is_sent_something() {
    for plan in fixture::all() {
        let text = render(&plan, &TextOptions { full: true, ..TextOptions::default() });
        let placed = plan.operations.iter().filter_map(|operation| operation.to.placement.as_ref());
        for ship_to in placed.map(|placement| &placement.content.ship_to) {
            assert!(text.contains(&ship_to.city));
            assert!(!text.contains(&ship_to.contact) && !text.contains(&ship_to.phone) && !text.contains(&ship_to.street));
        }
    }
}

/// Without `ESC [ … m`.
fn strip(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        plain.push_str(part.split_once('m').expect("a colour ends with m").1);
    }
    plain
}
