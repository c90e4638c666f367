//! A hold (`terminateAfter`): up to and including its day, a line that is declared terminated is only
//! suspended, so that it can still be brought back. What holds is the day and nothing that was written
//! down: a hold survives a lost journal.

use jiff::civil::Date;

use super::protection;
use super::{Context, Outcome, Wait, Wish, not_offered};
use crate::domain::calendar::jst_midnight;
use crate::domain::{DesiredSim, DesiredState, Money, OperationKind};
use crate::plan::{reason, termination_date};

/// The last day of the hold that a line is in.
pub(crate) fn last_day(sim: &DesiredSim, today: Date) -> Option<Date> {
    sim.terminate_after.filter(|last| sim.state == Some(DesiredState::Terminated) && today <= *last)
}

/// What a held line needs, from what it takes to suspend it: the same, and to wait. Where its termination
/// would be refused when the time comes, it waits in vain and is blocked now.
pub(super) fn held(context: Context<'_>, wish: Wish<'_>, last: Date, monthly: Option<Money>, to_suspend: Outcome) -> Outcome {
    let in_vain = || {
        protection::forbids(context, wish, OperationKind::Terminate)
            .or_else(|| not_offered(context, wish, OperationKind::Terminate))
    };
    let (steps, waits) = match to_suspend {
        Outcome::Blocked(..) => return to_suspend,
        Outcome::InSync => (Vec::new(), Vec::new()),
        Outcome::Work(steps, waits) => (steps, waits),
    };
    // Another application comes first: nothing is known of what comes after.
    if steps.is_empty() && !waits.is_empty() {
        return Outcome::Work(steps, waits);
    }
    if let Some((code, message)) = in_vain() {
        return Outcome::Blocked(code, message);
    }
    let opens = termination_date::after(last);
    let ends = wish.sim.termination_date.unwrap_or(opens).max(opens);
    let billing = termination_date::billing(ends, context.today, monthly);
    let wait = Wait {
        application: None,
        what: reason::held(last, ends, &billing),
        effective: None,
        not_before: Some(jst_midnight(opens)),
    };
    Outcome::Work(steps, waits.into_iter().chain([wait]).collect())
}
