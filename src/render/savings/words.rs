//! What all formats say in the same words.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::domain::calendar::{YearMonth, jst_date};
use crate::domain::{LineStatus, Money};
use crate::render::amount::bytes;
use crate::render::view::Count;
use crate::savings::{
    Finding, FindingKind, LargerPlan, Matter, Reading, Sample, Savings, Since, SmallerPlan, Totals, Unjudged, UnknownWhy,
};

/// The sums of several accounts.
pub(crate) fn sum<'a>(accounts: impl IntoIterator<Item = &'a Savings>) -> Totals {
    let mut sum = Totals::default();
    for Totals { lines, unpriced, monthly, saving, termination_fee: _, kinds } in accounts.into_iter().map(|one| &one.totals) {
        sum.lines += lines;
        sum.unpriced += unpriced;
        sum.monthly = sum.monthly.plus(*monthly);
        sum.saving = sum.saving.plus(*saving);
        for (kind, more) in kinds {
            let total = sum.kinds.entry(*kind).or_default();
            total.lines += more.lines;
            total.monthly = total.monthly.plus(more.monthly);
            total.saving = total.saving.plus(more.saving);
        }
    }
    sum
}

/// Lines of which something is unknown.
pub(crate) fn unknown(accounts: &[Savings]) -> u64 {
    let lines = |savings: &Savings| savings.unknown.iter().map(|unknown| unknown.msisdn).collect::<BTreeSet<_>>().len();
    accounts.iter().map(|savings| Count::from(lines(savings)).0).sum()
}

/// `12 lines are billed, 5,400 JPY a month; possible saving 2,100 JPY a month`. Who reads no further has to hear that
/// not everything is known.
pub(crate) fn headline(accounts: &[Savings]) -> String {
    let totals = sum(accounts);
    let left = accounts.iter().filter_map(|savings| savings.sample).map(|sample| sample.wanted - sample.chosen).sum::<u64>();
    let missing = [("unknown", unknown(accounts)), ("not read", left)].into_iter().filter(|(_, lines)| *lines > 0);
    let missing: Vec<String> = missing.map(|(what, lines)| format!("{what}: {}", Count(lines))).collect();
    let missing = if missing.is_empty() { String::new() } else { format!(" (lines {})", missing.join(", ")) };
    let noun = if totals.lines == 1 { "line is" } else { "lines are" };
    let unpriced = match totals.unpriced {
        0 => String::new(),
        1 => " and 1 line without a known price".to_owned(),
        more => format!(" and {} lines without a known price", Count(more)),
    };
    format!(
        "{} {noun} billed, {} a month{unpriced}; possible saving {} a month{missing}",
        Count(totals.lines),
        totals.monthly,
        totals.saving
    )
}

/// What a kind of finding means.
pub(crate) fn title(kind: FindingKind) -> &'static str {
    match kind {
        FindingKind::OtherDevice => "seen in another device",
        FindingKind::Idle => "idle",
        FindingKind::Suspended => "suspended, billed in full",
        FindingKind::UnderPlan => "far under the plan",
        FindingKind::OverPlan => "over the plan",
        FindingKind::Unmanaged => "declared by no fleet",
    }
}

/// The fee of a line, or that nobody knows it.
pub(crate) fn fee(monthly: Option<Money>) -> String {
    monthly.map_or_else(|| "unknown".to_owned(), |fee| fee.to_string())
}

/// `ueno=1, site=x`
pub(crate) fn labels(labels: Option<&BTreeMap<String, String>>) -> String {
    let pairs = labels.into_iter().flatten().map(|(key, value)| format!("{key}={value}"));
    pairs.collect::<Vec<_>>().join(", ")
}

/// What was found, in a sentence without its line. It may hold names that others wrote: escape it.
pub(crate) fn detail(finding: &Finding, month: YearMonth) -> String {
    match &finding.matter {
        Matter::OtherDevice { bound, seen } => format!("seen in {seen}, bound to {bound}"),
        Matter::Idle { last_seen: Some(at), since: _, days } => format!("no session since {} ({days} days)", jst_date(*at)),
        Matter::Idle { last_seen: None, since, days } => {
            format!("never a session, open since {} ({days} days)", jst_date(*since))
        }
        Matter::Suspended { since } => {
            let by = if finding.subject.status == LineStatus::CarrierSuspended { " by the carrier" } else { "" };
            format!("suspended{by}{}, billed in full", since_words(*since))
        }
        Matter::UnderPlan { quota, last_month, this_month, cheaper: SmallerPlan { plan, monthly } } => {
            format!("{}; {plan} would have held it, {monthly} a month", traffic(*quota, Some(*last_month), *this_month, month))
        }
        Matter::OverPlan { quota, last_month, this_month, larger } => {
            let larger = match larger {
                Some(LargerPlan { plan, monthly }) => format!("{plan} would hold it, {monthly} a month"),
                None => "no plan of its family holds more".to_owned(),
            };
            format!("{}; {larger}", traffic(*quota, *last_month, *this_month, month))
        }
        Matter::Unmanaged => "no fleet in PATH declares it".to_owned(),
    }
}

fn since_words(since: Since) -> String {
    match since {
        Since::At(at) => format!(" since {}", jst_date(at)),
        Since::AtLeast(at) => format!(" since {} or earlier", jst_date(at)),
        Since::Unsaid => ", since when is unknown".to_owned(),
    }
}

/// `12.00 MB of 500.00 MB in 2026-10, 3.00 MB so far in 2026-11`
fn traffic(quota: u64, last_month: Option<u64>, this_month: Option<u64>, month: YearMonth) -> String {
    let of = |amount: Option<u64>| amount.map_or_else(|| "an unknown part".to_owned(), bytes);
    format!(
        "{} of {} in {}, {} so far in {month}",
        of(last_month),
        bytes(quota),
        month.previous(),
        this_month.map_or_else(|| "unknown".to_owned(), bytes)
    )
}

/// Why something is unknown. May hold the carrier's words: escape it.
pub(crate) fn why(why: &UnknownWhy) -> String {
    match why {
        UnknownWhy::Failed(reason) => reason.to_string(),
        UnknownWhy::NotOffered => "its service does not offer this function".to_owned(),
        UnknownWhy::NoTime => "there was a session, and the carrier does not say when".to_owned(),
        UnknownWhy::NoOpeningDate => {
            "there never was a session, and the carrier does not say when the line was opened".to_owned()
        }
        UnknownWhy::Stale => "the carrier's figures end before this month began".to_owned(),
    }
}

/// What is unknown.
pub(crate) fn reading(reading: Reading) -> &'static str {
    match reading {
        Reading::Session => "session",
        Reading::Traffic => "traffic",
    }
}

/// What has to be known to read the findings: a sentence each.
pub(crate) fn notes(savings: &Savings) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(Sample { limit, wanted, chosen }) = savings.sample {
        notes.push(format!(
            "A sample: --limit {limit} let {} of {} lines be read, drawn by a hash of their numbers. What the others would say \
             about sessions, devices and traffic is not in this report.",
            Count(chosen),
            Count(wanted)
        ));
    }
    let Unjudged { pay_as_you_go, unpriced, changing, young } = savings.unjudged;
    let mut note = |lines: u64, text: &str| {
        if lines > 0 {
            let noun = if lines == 1 { "line" } else { "lines" };
            notes.push(format!("{} {noun} {text}", Count(lines)));
        }
    };
    note(
        pay_as_you_go,
        "on pay-as-you-go plans: not judged by traffic, because their quota is a ceiling and what traffic costs is in no catalogue.",
    );
    note(unpriced, "on plans without a known price or quota: not judged by traffic.");
    note(changing, "with a plan change under way: not judged by traffic until it is done.");
    note(young, "opened since the last full month began: judged only by what is too small for them.");
    let ends = [FindingKind::Idle, FindingKind::Suspended];
    if let Some(fee) = savings.totals.termination_fee.filter(|fee| !fee.is_zero())
        && ends.iter().any(|kind| savings.totals.kinds.contains_key(kind))
    {
        notes.push(format!("Ending a line costs {fee} once; the saving of an idle or suspended line is its fee."));
    }
    notes
}

/// A moment as its day in Japan, for a cell.
pub(crate) fn day(at: Timestamp) -> String {
    jst_date(at).to_string()
}
