//! A plan that the independent judge agrees with.

use jiff::Timestamp;

use crate::domain::{Desired, Observed};
use crate::plan::{AccountPlan, Memory, Part, Violation, check_only, plan_only};

/// A plan contradicts itself. Never seen; if it is, a wrong plan must not come out of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the plan contradicts itself ({first}; {count} in all) and is not used")]
pub struct Contradiction {
    /// The first violation.
    pub first: Violation,
    /// How many there are.
    pub count: usize,
}

/// Plans a part, and checks the plan.
pub fn sound(
    desired: &Desired,
    observed: &Observed,
    memory: &Memory,
    now: Timestamp,
    part: Part<'_>,
) -> Result<AccountPlan, Box<Contradiction>> {
    let account = plan_only(desired, observed, memory, now, part);
    let violations = check_only(desired, observed, memory, now, &account, part);
    let count = violations.len();
    match violations.into_iter().next() {
        None => Ok(account),
        Some(first) => Err(Box::new(Contradiction { first, count })),
    }
}
