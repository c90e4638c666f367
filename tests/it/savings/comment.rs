//! The report as a comment: never larger than allowed, never a row in part, never without its sums, whatever people call
//! their lines.

use std::sync::Arc;

use proptest::prelude::*;
use proptest::sample::select;
use simfleet::domain::{LastSeen, LineStatus};
use simfleet::render::MarkdownOptions;
use simfleet::render::savings::markdown;
use simfleet::savings::{Sample, Savings, judge};

use super::scene::{MB, Scene, Told, days_ago, desired, msisdn};

const NAMES: [&str; 7] = [
    "|a|b|\n### x",
    "<img src=x onerror=alert(1)>",
    "@team [x](javascript:1) `code` **b**",
    "\u{202e}evil\u{1b}[2J",
    "```",
    "自販機-上野 #12",
    "plain",
];

/// An account of lines, most of them a finding; some names are long.
fn account(name: &'static str, kinds: &[(u8, usize, bool)], is_sample: bool) -> Savings {
    let told = |(index, (kind, _, _)): (usize, &(u8, usize, bool))| {
        let told = Told { index, ..Told::default() };
        match kind {
            0 => Told { session: Some(Ok((LastSeen::At(days_ago(132)), None))), ..told },
            1 => Told { status: LineStatus::Suspended, ..told },
            2 => Told { traffic: Some(Ok((Some(612 * MB), Some(10 * MB)))), ..told },
            3 => Told { session: Some(Err("|no|\n<b>answer</b>")), ..told },
            4 => Told { plan: "payg-1gb", ..told },
            _ => told,
        }
    };
    let lines: Vec<Told> = kinds.iter().enumerate().map(told).collect();
    let mut scene = Scene::of(&lines);
    let name_of = |index: usize, long: bool| {
        let name: &'static str = NAMES[index % NAMES.len()];
        if long { &*Box::leak(name.repeat(60).into_boxed_str()) } else { name }
    };
    scene.desired = desired(kinds.iter().enumerate().map(|(at, (_, name, long))| (msisdn(at), Some(name_of(*name, *long)))));
    let sample = is_sample.then_some(Sample { limit: 10, wanted: 1_000, chosen: 10 });
    judge(&scene.case(), &scene.readings, sample, &Arc::from(name))
}

fn accounts() -> impl Strategy<Value = Vec<Savings>> {
    let lines = prop::collection::vec((0_u8..6, 0..NAMES.len(), prop::bool::weighted(0.2)), 0..60);
    let one = (select(vec!["main", "`osaka`|", "<b>"]), lines, any::<bool>());
    prop::collection::vec(one, 1..6)
        .prop_map(|accounts| accounts.into_iter().map(|(name, lines, sample)| account(name, &lines, sample)).collect())
}

fn within(accounts: &[Savings], max_bytes: Option<usize>) -> Result<String, simfleet::render::markdown::TooLarge> {
    markdown::render(accounts, &MarkdownOptions { max_bytes, ..MarkdownOptions::default() })
}

/// Rows of tables behind the sums, and bullets.
fn rows(text: &str) -> Vec<&str> {
    let is_row = |line: &&str| (line.starts_with("| ") && !line.contains("---")) || line.starts_with("- ");
    let is_head = |line: &&str| line.starts_with("| saves |") || line.starts_with("| line |");
    text.lines().filter(is_row).filter(|line| !is_head(line)).skip(7).collect()
}

/// What is said to be left out, of all topics.
fn left_out(text: &str) -> (usize, usize) {
    let Some(notice) = text.lines().find_map(|line| line.strip_prefix("**Left out for want of space:** ")) else { return (0, 0) };
    let (notice, _) = notice.split_once(". All of it: `simfleet report … --format csv`").expect("it says where all is");
    notice.split(", ").fold((0, 0), |(missing, all), part| {
        let mut numbers = part.split(' ').filter_map(|word| word.parse::<usize>().ok());
        (missing + numbers.next().expect("how many"), all + numbers.next().expect("of how many"))
    })
}

fn assert_well_formed(text: &str) -> Result<(), TestCaseError> {
    prop_assert!(text.starts_with("<!-- simfleet report -->\n**"));
    for bad in ["<img", "<b>", "@team", "](javascript", "\u{1b}", "\u{202e}"] {
        prop_assert!(!text.contains(bad), "{bad:?} in\n{text}");
    }
    let mut columns = None;
    for line in text.lines() {
        let bars = line.starts_with('|').then(|| line.matches('|').count());
        prop_assert!(bars.is_none() || line.ends_with(" |"), "cut: {line}");
        prop_assert!(columns.is_none() || bars.is_none() || columns == bars, "{line}");
        columns = bars;
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn it_fits_and_no_row_is_cut(accounts in accounts(), budget in prop_oneof![0..1_500_usize, 1_500..30_000_usize]) {
        // What is brief is brief in the same way whatever the limit.
        let whole = within(&accounts, Some(usize::MAX)).expect("there is room");
        prop_assert_eq!(left_out(&whole), (0, 0));
        assert_well_formed(&whole)?;
        assert_well_formed(&within(&accounts, None).expect("there is no limit"))?;
        let text = match within(&accounts, Some(budget)) {
            Ok(text) => text,
            Err(error) => {
                prop_assert!(error.needed > budget && error.needed < 3_000, "the sums are small: {error}");
                let text = within(&accounts, Some(error.needed)).expect("so much is needed");
                prop_assert!(text.len() <= error.needed);
                text
            }
        };
        prop_assert!(text.len() <= budget.max(3_000));
        assert_well_formed(&text)?;
        let (shown, all) = (rows(&text), rows(&whole));
        prop_assert!(shown.iter().all(|row| all.contains(row)), "a row is as it is, or not there");
        let (missing, _) = left_out(&text);
        prop_assert_eq!(shown.len() + missing, all.len(), "shown and left out are all there is\n{}", text);
        let sums = |text: &str| text.lines().skip(1).take(10).map(str::to_owned).collect::<Vec<_>>();
        prop_assert_eq!(sums(&text), sums(&whole), "the sums are always there");
    }

    #[test]
    fn more_room_shows_no_less(accounts in accounts(), budget in 3_000..30_000_usize, more in 0..10_000_usize) {
        let less = within(&accounts, Some(budget)).expect("the sums fit");
        let more = within(&accounts, Some(budget + more)).expect("the sums fit");
        prop_assert!(rows(&less).iter().all(|row| rows(&more).contains(row)));
    }
}

#[test]
fn the_largest_savings_are_what_is_kept() {
    let many: Vec<_> = (0..2_000).map(|at| (u8::from(at % 2 == 0) * 2, 6, false)).collect();
    let accounts = [account("main", &many, false)];
    let text = within(&accounts, Some(60_000)).expect("it fits");
    assert!(text.len() <= 60_000 && text.len() > 59_000, "{} bytes", text.len());
    let shown = rows(&text).into_iter().filter(|row| row.starts_with("| 450 JPY |")).count();
    assert!(shown > 200 && !text.contains("| 0 JPY | 450 JPY |"), "{shown} of the 1,000 that save something, and no other");
    assert!(text.contains("- Ending a line costs 3,000 JPY once"), "notes are short, and kept");
}

#[test]
fn a_marker_tells_reports_apart() {
    let marker = "osaka".parse().expect("a name");
    let text = markdown::render(&[account("main", &[], false)], &MarkdownOptions { marker, ..MarkdownOptions::default() });
    assert!(text.expect("it fits").starts_with("<!-- simfleet report: osaka -->\n"));
}
