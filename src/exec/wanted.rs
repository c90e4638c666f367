//! Reads what a plan wants to know besides the lines: what was bought, prices, how fresh the traffic figures are.

use jiff::Timestamp;

use crate::carrier::observe::{ObserveError, observe_purchases};
use crate::carrier::routes::Carrier;
use crate::domain::{Desired, Observed};
use crate::plan::{Memory, wants};

/// How often an answer may lead to another question.
const MOST_ROUNDS: usize = 5;

/// Reads it into an observation. A want that is left has no answer, and the plan says so.
pub async fn observe_wanted(
    carrier: &dyn Carrier,
    desired: &Desired,
    observed: &mut Observed,
    memory: &Memory,
    now: Timestamp,
) -> Result<(), ObserveError> {
    let mut asked = None;
    for _ in 0..MOST_ROUNDS {
        let wants = wants(desired, observed, memory, now);
        if wants.is_empty() || asked.as_ref() == Some(&wants) {
            break;
        }
        observe_purchases(carrier, observed, &wants).await?;
        asked = Some(wants);
    }
    Ok(())
}
