//! What keeps an object from being as declared, the gravest first.

use super::facts::{Facts, ends_by_itself, kinds};
use super::matter::{Ends, Matter, Said, Verdict};
use super::{Reconciled, TroubleKind, noun, reasons};
use crate::api::ConditionStatus;
use crate::controller::accept::{Judged, Standing};
use crate::controller::object::ObjectKind;

/// The account's.
pub(super) fn account(reconciled: &Reconciled<'_>, facts: Option<&Facts>) -> Verdict {
    let judged = &reconciled.accepted.account;
    let mut accepted = accepted(judged);
    let mut matters = Vec::new();
    if judged.standing == Standing::Refused {
        matters.push(Matter::new(Ends::ByAPerson, accepted.reason.clone(), accepted.message.clone()));
    }
    if let Some(trouble) = reconciled.trouble {
        if trouble.kind == TroubleKind::DuplicateAccount {
            accepted = Said::new(ConditionStatus::False, trouble.kind.reason(), trouble.message.clone());
        }
        matters.push(of_trouble(reconciled, ""));
    }
    finish(reconciled, judged, accepted, matters, facts)
}

/// A fleet's or an order's.
pub(super) fn part(reconciled: &Reconciled<'_>, judged: &Judged, facts: Option<&Facts>) -> Verdict {
    let accepted = accepted(judged);
    let account = &reconciled.accepted.account;
    let mut matters = Vec::new();
    match judged.standing {
        Standing::Refused => {
            matters.push(Matter::new(Ends::ByAPerson, accepted.reason.clone(), accepted.message.clone()));
        }
        Standing::Orphaned => {
            let message = "the fleet is being deleted; its lines stay as they are";
            matters.push(Matter::new(Ends::ByItself, reasons::DELETING, message));
        }
        Standing::Accepted if account.standing == Standing::Refused => {
            let message = format!("its account {} is refused: see there", account.name);
            matters.push(Matter::new(Ends::ByAPerson, reasons::ACCOUNT_NOT_ACCEPTED, message));
        }
        Standing::Accepted => {}
    }
    if judged.standing == Standing::Accepted && reconciled.trouble.is_some() {
        matters.push(of_trouble(reconciled, &format!("account {}: ", account.name)));
    }
    finish(reconciled, judged, accepted, matters, facts)
}

fn accepted(judged: &Judged) -> Said {
    match (judged.standing, judged.code()) {
        (Standing::Refused, code) => {
            Said::new(ConditionStatus::False, code.map_or(reasons::NOT_ACCEPTED, crate::diag::Code::as_str), judged.message())
        }
        (Standing::Orphaned, _) => Said::new(ConditionStatus::True, reasons::DELETING, ""),
        (Standing::Accepted, _) => Said::new(ConditionStatus::True, reasons::VALID, judged.message()),
    }
}

fn of_trouble(reconciled: &Reconciled<'_>, prefix: &str) -> Matter {
    let Some(trouble) = reconciled.trouble else { return Matter::new(Ends::ByItself, reasons::NOT_OBSERVED, "") };
    let ends = if trouble.kind.asks_a_person() { Ends::ByAPerson } else { Ends::ByItself };
    Matter { ready: trouble.kind.ready(), ..Matter::new(ends, trouble.kind.reason(), format!("{prefix}{}", trouble.message)) }
}

fn finish(
    reconciled: &Reconciled<'_>,
    judged: &Judged,
    accepted: Said,
    mut matters: Vec<Matter>,
    facts: Option<&Facts>,
) -> Verdict {
    let is_paused = judged.is_paused;
    let Some(facts) = facts else {
        if matters.is_empty() {
            let message = "it was not looked at yet";
            matters
                .push(Matter { ready: ConditionStatus::Unknown, ..Matter::new(Ends::ByItself, reasons::NOT_OBSERVED, message) });
        }
        // What was found before may still be so while the carrier is away; of what is refused nobody knows.
        let unknown = || Some(Said::new(ConditionStatus::Unknown, reasons::NOT_ACCEPTED, ""));
        let found = || if judged.standing == Standing::Accepted { None } else { unknown() };
        let at_rest = (reasons::NOT_OBSERVED.to_owned(), String::new());
        return Verdict { matters, at_rest, accepted, drift: found(), in_doubt: found(), blocked: found() };
    };
    let blocked = of_facts(reconciled, judged, facts, &mut matters);
    let at_rest = match (is_paused, facts.pending) {
        (true, _) => (reasons::PAUSED, "the fleet is paused; everything declared holds".to_owned()),
        (false, 0) => (reasons::IN_SYNC, "everything declared holds".to_owned()),
        (false, 1) => (reasons::PENDING, "everything declared holds, or is on its way: 1 wish".to_owned()),
        (false, pending) => (reasons::PENDING, format!("everything declared holds, or is on its way: {pending} wishes")),
    };
    let has_baseline = reconciled.seen.is_some_and(|seen| seen.plan.drift.is_some());
    let drift = if is_paused { Said::no(reasons::PAUSED) } else { super::drift::said(facts, has_baseline) };
    let in_doubt = match (&facts.in_doubt_for_good, &facts.in_doubt) {
        (Some(note), _) => Said::new(ConditionStatus::True, reasons::IN_DOUBT_FOR_GOOD, note.clone()),
        (None, Some(note)) => Said::new(ConditionStatus::True, reasons::IN_DOUBT, note.clone()),
        (None, None) => Said::no(reasons::NONE),
    };
    let at_rest = (at_rest.0.to_owned(), at_rest.1);
    Verdict { matters, at_rest, accepted, drift: Some(drift), in_doubt: Some(in_doubt), blocked: Some(blocked) }
}

/// Adds what a plan says to the matters, and says what is blocked.
fn of_facts(reconciled: &Reconciled<'_>, judged: &Judged, facts: &Facts, matters: &mut Vec<Matter>) -> Said {
    let mut blocked: Vec<Matter> = Vec::new();
    if facts.guarded > 0 {
        blocked.push(Matter::new(Ends::ByAPerson, reasons::GUARD_EXCEEDED, guarded(reconciled, judged, facts)));
    }
    let mut doubts = Vec::new();
    if let Some(note) = &facts.in_doubt_for_good {
        let how = format!("{note}; look at the carrier, then annotate its SimOperation or run `simfleet ops resolve`");
        doubts.push(Matter::new(Ends::ByAPerson, reasons::IN_DOUBT_FOR_GOOD, how));
    }
    if let Some(note) = &facts.in_doubt {
        doubts.push(Matter::new(Ends::ByItself, reasons::IN_DOUBT, note.clone()));
    }
    for ends in [Ends::ByAPerson, Ends::ByItself] {
        let of_kind = facts.blocked.iter().filter(|(code, _)| ends_by_itself(**code) == (ends == Ends::ByItself));
        let codes: Vec<_> = of_kind.collect();
        if let Some((first, _)) = codes.first() {
            let reason = if codes.len() == 1 { first.as_str() } else { reasons::SEVERAL_BLOCKED };
            let lines = codes.iter().map(|(code, (count, first))| format!("{count} blocked, {}: {first}", code.as_str()));
            blocked.push(Matter::new(ends, reason, lines.collect::<Vec<_>>().join("\n")));
        }
    }
    let waiting: u64 = facts.awaiting.values().sum();
    if waiting > 0 {
        blocked.push(Matter::new(Ends::ByAPerson, reasons::AWAITING_APPROVAL, awaiting(reconciled, facts)));
    }
    let said = blocked.first().map_or_else(
        || Said::no(reasons::NONE),
        |first| {
            let all: Vec<&str> = blocked.iter().map(|matter| matter.message.as_str()).collect();
            Said::new(ConditionStatus::True, first.reason.clone(), all.join("\n"))
        },
    );
    // What is exceeded is graver than what is in doubt, and that than what is blocked.
    let guard = blocked.iter().position(|matter| matter.reason == reasons::GUARD_EXCEEDED).map(|at| blocked.remove(at));
    matters.extend(guard);
    matters.extend(doubts);
    matters.extend(blocked);
    if let Some((count, first)) = &facts.refused {
        let message = format!("the carrier refused {count}, which will be tried again; {first}");
        matters.push(Matter::new(Ends::ByItself, reasons::REFUSED_BY_CARRIER, message));
    }
    if !facts.sending.is_empty() {
        let message = format!("{} to be sent", kinds(&facts.sending));
        matters.push(Matter::new(Ends::ByItself, reasons::APPLYING, message));
    }
    if facts.only_observed > 0 {
        let (reason, why) = if judged.is_paused {
            (reasons::PAUSED, "the fleet is paused")
        } else {
            (reasons::MODE_OBSERVE, "the mode is Observe")
        };
        let message = format!("{} not as declared, and not changed: {why}", facts.only_observed);
        matters.push(Matter::new(Ends::ByAPerson, reason, message));
    }
    said
}

fn guarded(reconciled: &Reconciled<'_>, judged: &Judged, facts: &Facts) -> String {
    let Some(seen) = reconciled.seen else { return String::new() };
    let guards: Vec<&str> = seen.permit.guards.iter().map(|guard| guard.why.as_str()).collect();
    let count = facts.guarded;
    let mut text =
        format!("{}; nothing of the account is sent, {count} of this {} among it", guards.join("; "), noun(judged.kind));
    if judged.kind == ObjectKind::CarrierAccount {
        text = format!("{}; nothing is sent, {count} in all", guards.join("; "));
    }
    with_command(reconciled, text)
}

fn awaiting(reconciled: &Reconciled<'_>, facts: &Facts) -> String {
    let plan_id = reconciled.seen.map(|seen| seen.permit.plan_id.as_str()).unwrap_or_default();
    with_command(reconciled, format!("{} for the approval of plan {plan_id}", waits(facts)))
}

fn waits(facts: &Facts) -> String {
    let count: u64 = facts.awaiting.values().sum();
    format!("{} {}", kinds(&facts.awaiting), if count == 1 { "waits" } else { "wait" })
}

fn with_command(reconciled: &Reconciled<'_>, mut text: String) -> String {
    let account = &reconciled.view.account;
    let permit = reconciled.seen.map(|seen| seen.permit);
    if let Some(command) = permit.and_then(|permit| permit.command(&account.namespace, &account.name)) {
        text.push_str(". To approve: ");
        text.push_str(&command);
    }
    for problem in permit.into_iter().flat_map(|permit| &permit.problems) {
        text.push('\n');
        text.push_str(problem);
    }
    text
}
