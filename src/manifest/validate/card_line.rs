//! What only chip SIMs have: an IMEI, and states before their start of use.

use super::structure::Step;
use crate::domain::DesiredState;

pub(crate) const IMEI_MESSAGE: &str = "imei stands on a card SIM, only chip SIMs are bound to an IMEI";
pub(crate) const IMEI_HELP: &str = "if it is a chip SIM, move the line to chipSims (in a roster: kind chip)";
pub(crate) const STATE_HELP: &str =
    "a card is Active, Suspended or Terminated; if it is a chip SIM, move the line to chipSims (in a roster: kind chip)";

pub(crate) fn state_message(state: &str) -> String {
    format!("{state} is a state of chip SIMs, this is a card SIM")
}

/// Whether a state exists for chip SIMs only.
pub(crate) fn is_chip_only(state: DesiredState) -> bool {
    matches!(state, DesiredState::Registered | DesiredState::Allocated)
}

/// An unknown field that would be known on a chip SIM.
pub(crate) fn is_imei_on_card(steps: &[Step], name: &str) -> bool {
    name == "imei" && is_in_sims(steps) && steps.len() == 3
}

/// An unknown state that would be known on a chip SIM.
pub(crate) fn is_chip_state_on_card(steps: &[Step], text: &str) -> bool {
    matches!(text, "Registered" | "Allocated")
        && matches!(steps.last(), Some(Step::Field(name)) if name == "state")
        && (is_in_sims(steps) || matches!(steps.get(1), Some(Step::Field(name)) if name == "defaults"))
}

fn is_in_sims(steps: &[Step]) -> bool {
    matches!(steps, [Step::Field(spec), Step::Field(list), Step::Index(_), ..] if spec == "spec" && list == "sims")
}
