//! What holds of every Markdown plan, whatever is in it and however little space there is.

use std::collections::BTreeMap;

use proptest::prelude::*;
use simfleet::domain::{Risk, Subject};
use simfleet::plan::{Change, Operation, Plan};
use simfleet::render::MarkdownOptions;
use simfleet::render::escape;
use simfleet::render::markdown::{self, TooLarge};

use super::chance::plans;
use super::comment::{Comment, assert_well_formed};

fn within(plan: &Plan, max_bytes: usize) -> Result<String, TooLarge> {
    markdown::render(plan, &MarkdownOptions { max_bytes: Some(max_bytes), ..MarkdownOptions::default() })
}

/// Budgets from too little to more than enough, most of them where something is cut.
fn budgets() -> impl Strategy<Value = usize> {
    prop_oneof![1 => 0..2_000_usize, 5 => 2_000..40_000_usize, 1 => 40_000..1_000_000_usize]
}

/// How many entries a plan has of everything, as headings and the notice name it.
fn totals(plan: &Plan) -> BTreeMap<(&'static str, String), usize> {
    let mut worst: BTreeMap<(&str, &Subject), Risk> = BTreeMap::new();
    for operation in &plan.operations {
        let risk = worst.entry((&operation.account, &operation.subject)).or_insert(Risk::R0);
        *risk = operation.change.risk().max(*risk);
    }
    let mut totals = BTreeMap::new();
    for risk in worst.into_values() {
        let heading = match risk {
            Risk::R0 => "(R0)",
            Risk::R1 => "(R1)",
            Risk::R2 => "(R2)",
            Risk::R3 => "(R3)",
            Risk::R4 => "(R4)",
            Risk::R5 => "(R5)",
        };
        *totals.entry((heading, format!("changes {heading}"))).or_default() += 1;
    }
    for (heading, topic, count) in [
        ("In doubt", "in doubt", plan.in_doubt.len()),
        ("Warnings", "warnings", plan.warnings.len()),
        ("Blocked", "blocked", plan.blocked.len()),
        ("Waiting", "waiting", plan.pending.len()),
        ("Drift: ", "changed outside", plan.drift.as_ref().map_or(0, Vec::len)),
        ("Drift ignored: ", "changed outside and ignored", plan.drift_ignored.len()),
        ("Unmanaged", "unmanaged", plan.unmanaged.len()),
        ("Protection", "in protection", plan.protection.len()),
    ] {
        totals.insert((heading, topic.to_owned()), count);
    }
    totals
}

/// Whether all that a reviewer has to know of an operation stands in its row, or in the list that names its
/// line and the sentence before.
fn is_in_full(text: &str, operation: &Operation, chain: &[&Operation]) -> bool {
    let risk = chain.iter().map(|operation| operation.change.risk()).max().expect("at least one");
    let subject = format!("`{}`", operation.subject);
    let sections =
        text.split("\n### ").filter(|section| section.lines().next().is_some_and(|title| title.contains(&format!("({risk})"))));
    let section = sections.into_iter().find(|section| section.contains(&subject)).unwrap_or_default();
    let paragraphs: Vec<&str> = section.split('\n').filter(|line| !line.is_empty()).collect();
    let Some(at) = paragraphs.iter().position(|line| line.contains(&subject)) else { return false };
    let said = if paragraphs[at].starts_with('|') {
        paragraphs[at].to_owned()
    } else {
        let (_, own) = paragraphs[at].split_once(&subject).expect("it is there");
        let own = own.split(", `08").next().unwrap_or_default();
        format!("{} {own}", paragraphs[at - 1])
    };
    let what = match &operation.change {
        Change::Terminate { date } => date.to_string(),
        Change::BindImei { imei } => imei.to_string(),
        Change::BuyCoupon { purchase } => purchase.code.to_string(),
        Change::StartUse { plan, .. } => plan.to_string(),
        Change::Suspend
        | Change::Resume
        | Change::ChangeRatePlan { .. }
        | Change::Allocate { .. }
        | Change::Deallocate { .. }
        | Change::PlaceOrder { .. }
        | Change::CancelApplication { .. } => String::new(),
    };
    let name = operation.name.as_deref().unwrap_or_default();
    said.contains(&what)
        && said.contains(&escape::markdown(&operation.reason))
        && (said.contains(&escape::markdown_code(name)) || said.contains(&escape::markdown(name)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn a_comment_is_no_larger_than_allowed_and_well_formed(plan in plans(), budget in budgets()) {
        match within(&plan, budget) {
            Ok(text) => {
                prop_assert!(text.len() <= budget, "{} bytes, {budget} allowed", text.len());
                assert_well_formed(&text);
                prop_assert_eq!(within(&plan, budget).expect("it did fit"), text);
            }
            Err(TooLarge { what: _, needed, allowed }) => {
                prop_assert_eq!(allowed, budget);
                prop_assert!(needed > budget);
                let text = within(&plan, needed).expect("so much is needed");
                prop_assert!(text.len() <= needed);
                assert_well_formed(&text);
            }
        }
        let full = markdown::render(&plan, &MarkdownOptions { max_bytes: None, ..MarkdownOptions::default() });
        assert_well_formed(&full.expect("there is no limit"));
    }

    #[test]
    fn what_is_irreversible_or_paid_is_shown_in_full(plan in plans(), budget in budgets()) {
        let text = match within(&plan, budget) {
            Ok(text) => text,
            Err(TooLarge { needed, .. }) => within(&plan, needed).expect("so much is needed"),
        };
        for operation in plan.operations.iter().filter(|operation| operation.change.risk() >= Risk::R4) {
            let is_of_chain = |other: &&Operation| (&other.account, &other.subject) == (&operation.account, &operation.subject);
            let chain: Vec<&Operation> = plan.operations.iter().filter(is_of_chain).collect();
            prop_assert!(is_in_full(&text, operation, &chain), "{} {}\n{text}", operation.id, operation.subject);
        }
    }

    #[test]
    fn shown_and_left_out_are_all_there_is(plan in plans(), budget in budgets()) {
        let Ok(text) = within(&plan, budget) else { return Ok(()) };
        let comment = Comment::read(&text);
        for ((heading, topic), total) in totals(&plan) {
            let shown = comment.shown(heading).len();
            let (left_out, of) = comment.left_out(&topic).unwrap_or((0, total));
            prop_assert_eq!((of, shown + left_out), (total, total), "{}\n{}", topic, text);
        }
    }

    #[test]
    fn more_space_shows_more_of_the_same(plan in plans(), small in budgets(), more in prop_oneof![0..3_000_usize, budgets()]) {
        let large = small + more;
        let Ok(small) = within(&plan, small) else { return Ok(()) };
        let large = within(&plan, large).expect("what fits into less fits into more");
        let (small, large) = (Comment::read(&small), Comment::read(&large));
        // Headings can say the same of two accounts: they are compared one by one, in their order.
        let mut sections = large.sections.iter();
        for (heading, subjects) in &small.sections {
            let found = sections.find(|(other, all)| other == heading && subjects.iter().all(|subject| all.contains(subject)));
            prop_assert!(found.is_some(), "{} shrinks", heading);
        }
    }
}
