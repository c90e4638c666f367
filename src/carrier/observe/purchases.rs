//! What the planner asks for besides the two lists.

use crate::carrier::observe::ObserveError;
use crate::carrier::routes::Carrier;
use crate::domain::{Observed, Wants};

/// Reads what is wanted into an observation.
pub async fn observe_purchases(_carrier: &dyn Carrier, _observed: &mut Observed, _wants: &Wants) -> Result<(), ObserveError> {
    Ok(())
}
