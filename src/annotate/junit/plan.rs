//! A plan as suites: what stops it fails.

use super::{Case, Outcome, Suite};
use crate::annotate::Paths;
use crate::plan::{AccountSection, InDoubtItem, Plan};
use crate::render::escape::plain;
use crate::render::view::{BlockedGroup, GuardLine, View};

/// A suite for each account, with cases for its observation, for each of its guards, for each code that blocks
/// something (or one that nothing is blocked) and for each operation in doubt (or one that none is).
pub fn of_plan(plan: &Plan, paths: &Paths) -> Vec<Suite> {
    let view = View::new(plan);
    plan.accounts
        .iter()
        .map(|account| Suite { name: plain(&account.name).into_owned(), cases: cases(&view, account, paths) })
        .collect()
}

fn cases(view: &View<'_>, account: &AccountSection, paths: &Paths) -> Vec<Case> {
    let mut cases = vec![observation(view, account)];
    let is_ours = |name: &str| name == &*account.name;
    cases.extend(GuardLine::all(view.plan).into_iter().filter(|line| is_ours(&line.guard.account)).map(guard));
    let doubts = view.listings.in_doubt.iter().filter(|item| is_ours(&item.account));
    cases.extend(or_passed(doubts.map(doubt).collect(), "nothing is in doubt"));
    let blocked = view.listings.blocked.iter().filter_map(|group| blocked(group, account, paths));
    cases.extend(or_passed(blocked.collect(), "nothing is blocked"));
    cases
}

fn or_passed(cases: Vec<Case>, name: &str) -> Vec<Case> {
    if cases.is_empty() { vec![Case { name: name.to_owned(), spot: None, outcome: Outcome::Passed(None) }] } else { cases }
}

fn observation(view: &View<'_>, account: &AccountSection) -> Case {
    let outcome = if account.observed.complete {
        Outcome::Passed(Some(view.verdict.to_string()))
    } else {
        let message = "what was observed is not complete, so nothing can be applied".to_owned();
        Outcome::Failed { kind: "OBSERVATION_INCOMPLETE".to_owned(), text: message.clone(), message }
    };
    Case { name: "observation is complete".to_owned(), spot: None, outcome }
}

fn guard(line: GuardLine<'_>) -> Case {
    let outcome = if line.is_exceeded() {
        let message = format!("{} in the plan, {} allowed", line.actual(), line.limit());
        let text = format!("{message}; it stops the whole account. If that is intended: {}", line.flag());
        Outcome::Failed { kind: "GUARD_EXCEEDED".to_owned(), message, text }
    } else {
        Outcome::Passed(None)
    };
    Case { name: format!("guard {}", line.name(false)), spot: None, outcome }
}

fn doubt(item: &InDoubtItem) -> Case {
    let InDoubtItem { account: _, id, kind, subject, since, settled_by: _, note } = item;
    let subject = plain(&subject.to_string()).into_owned();
    let message = format!("{subject}: nobody knows whether {kind}, sent at {since}, took place");
    let text = format!("{message}: {}\noperation {id}", plain(note));
    Case {
        name: format!("{kind} of {subject} is settled"),
        spot: None,
        outcome: Outcome::Unknown { kind: "IN_DOUBT".to_owned(), message, text },
    }
}

/// What one code blocks of an account; `None` where that is nothing.
fn blocked(group: &BlockedGroup<'_>, account: &AccountSection, paths: &Paths) -> Option<Case> {
    let items: Vec<_> = group.items.iter().filter(|item| item.account == account.name).collect();
    let spot = paths.of_place(&items.first()?.source);
    let code = group.code.as_str();
    let mut lines: Vec<String> = items
        .iter()
        .map(|item| {
            let place = paths.of_place(&item.source).map(|spot| format!("  {spot}")).unwrap_or_default();
            format!("{}: {}{place}", plain(&item.subject.to_string()), plain(&item.message))
        })
        .collect();
    lines.push(format!("simfleet explain {code}"));
    let message = match items.as_slice() {
        [one] => format!("{}: {}", plain(&one.subject.to_string()), plain(&one.message)),
        several => format!("{} are blocked", several.len()),
    };
    let outcome = Outcome::Failed { kind: code.to_owned(), message, text: lines.join("\n") };
    Some(Case { name: format!("not blocked by {code}"), spot, outcome })
}
