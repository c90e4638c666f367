//! Plans as Markdown, told in full; what holds of all of them is in `laws`.

use simfleet::domain::Risk;
use simfleet::plan::Plan;
use simfleet::render::markdown::{self, DEFAULT_MAX_BYTES};
use simfleet::render::{MarkdownOptions, Marker};

use super::comment::Comment;
use super::{fixture, paid};
use crate::golden;

fn plainly(plan: &Plan) -> String {
    markdown::render(plan, &MarkdownOptions::default()).expect("it fits into a comment")
}

fn within(plan: &Plan, max_bytes: usize) -> Result<String, markdown::TooLarge> {
    markdown::render(plan, &MarkdownOptions { max_bytes: Some(max_bytes), ..MarkdownOptions::default() })
}

fn fully(plan: &Plan) -> String {
    markdown::render(plan, &MarkdownOptions { max_bytes: None, ..MarkdownOptions::default() }).expect("there is no limit")
}

#[test]
fn goldens() {
    golden::check("plan/empty.md", &plainly(&fixture::empty()));
    golden::check("plan/small.md", &plainly(&fixture::small()));
    golden::check("plan/mixed.md", &plainly(&fixture::mixed()));
    golden::check("plan/all-blocked.md", &plainly(&fixture::all_blocked()));
    golden::check("plan/in-doubt.md", &plainly(&fixture::in_doubt()));
    golden::check("plan/guards-exceeded.md", &plainly(&fixture::guards_exceeded()));
    golden::check("plan/unicode.md", &plainly(&fixture::unicode()));
    golden::check("plan/paid.md", &plainly(&paid::plan()));
    golden::check("plan/paid-in-doubt.md", &plainly(&paid::in_doubt()));
    golden::check("plan/paid-many.md", &plainly(&paid::many(40)));
}

/// Cut hard, so that the golden is read: what is alike, exceptions, what is left out.
#[test]
fn a_golden_of_5_000_changes() {
    golden::check("plan/large.md", &within(&fixture::large(), 6_000).expect("the irreversible rows fit"));
}

#[test]
fn a_large_plan_fits_into_a_comment() {
    let text = plainly(&fixture::large());
    assert!(text.len() <= DEFAULT_MAX_BYTES, "{} bytes", text.len());
    let comment = Comment::read(&text);
    assert_eq!(comment.shown("(R5)").len(), 3);
    assert_eq!(comment.shown("(R4)").len(), 1);
    assert_eq!(comment.left_out("changes (R2)"), None, "suspensions are more than most changes of a plan");
    let (left_out, of) = comment.left_out("changes (R3)").expect("not all fit");
    assert_eq!(of, 4_983);
    assert_eq!(comment.shown("(R3)").len(), of - left_out);
    // What is wrong is not drowned by what is merely much.
    assert!(!comment.shown("Blocked").is_empty() && !comment.shown("Unmanaged").is_empty());
    // None of these is left out.
    let text = plainly(&paid::many(3_000));
    assert_eq!(Comment::read(&text).shown("(R4)").len(), 3_000);
}

#[test]
fn what_does_not_fit_whole_is_refused() {
    let plan = paid::many(5_000);
    let refused = within(&plan, DEFAULT_MAX_BYTES).expect_err("5,000 coupons are more than a comment");
    assert_eq!(refused.allowed, DEFAULT_MAX_BYTES);
    assert!(refused.to_string().contains(&format!("takes {} bytes", refused.needed)), "{refused}");
    let text = within(&plan, refused.needed).expect("so much is needed");
    assert_eq!(text.len(), refused.needed);
    assert!(within(&plan, refused.needed - 1).is_err());
}

#[test]
fn full_shows_every_row_by_itself() {
    for plan in fixture::all() {
        let text = fully(&plan);
        assert!(!text.contains("<details>") && !text.contains(" more.") && !text.contains("Left out"));
        for operation in &plan.operations {
            assert!(text.contains(&format!("{}` |", operation.subject)), "{} is missing", operation.subject);
        }
    }
}

#[test]
fn a_comment_names_nobody_who_is_sent_something() {
    for plan in fixture::all() {
        for text in [plainly(&plan), fully(&plan)] {
            for operation in plan.operations.iter().filter(|operation| operation.change.risk() >= Risk::R4) {
                assert!(text.contains(&format!("{}`", operation.subject)), "{} is missing", operation.subject);
            }
            let placed = plan.operations.iter().filter_map(|operation| operation.to.placement.as_ref());
            for ship_to in placed.map(|placement| &placement.content.ship_to) {
                assert!(!text.contains(&ship_to.contact) && !text.contains(&ship_to.phone));
            }
        }
    }
}

#[test]
fn a_bot_finds_its_comment() {
    for plan in fixture::all() {
        assert_eq!(plainly(&plan).lines().next(), Some("<!-- simfleet plan -->"));
    }
    let marker = "fleets/osaka-2".parse().expect("a name");
    let options = MarkdownOptions { marker, ..MarkdownOptions::default() };
    let text = markdown::render(&fixture::small(), &options).expect("it fits");
    assert_eq!(text.lines().next(), Some("<!-- simfleet plan: fleets/osaka-2 -->"));
}

#[test]
fn a_marker_cannot_end_its_comment() {
    for name in ["", "-->", "a--b", "a-", "a b", "a\nb", "a<b", "大阪", &"x".repeat(101)] {
        assert!(name.parse::<Marker>().is_err(), "{name:?}");
    }
}

#[test]
fn a_long_message_leaves_room_for_others() {
    let mut plan = fixture::mixed();
    plan.blocked[0].message = "|".repeat(50_000);
    let text = plainly(&plan);
    assert!(text.contains("&#124;…") && text.len() < 10_000, "{} bytes", text.len());
    assert!(fully(&plan).len() > 250_000, "--full shows all of it");
}
