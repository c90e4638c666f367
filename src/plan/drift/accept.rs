//! What would have to be declared for a change to be right. Pure.

use super::{MISSING, Outside};
use crate::domain::{DesiredState, Protection};

/// A field of a line and the value to declare.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// `state` or `ratePlan`.
    pub field: &'static str,
    /// What is declared now.
    pub from: String,
    /// What would agree.
    pub to: String,
}

/// Why a change is left to a person, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotAcceptable(pub String);

/// What to declare for a change, or why nothing is.
pub fn accept(change: &Outside<'_>) -> Result<Wanted, NotAcceptable> {
    let no = |why: &str| Err(NotAcceptable(why.to_owned()));
    let field = match &*change.field {
        "state" => "state",
        "ratePlan" => "ratePlan",
        "imei" => return no("a chip SIM's IMEI is bound for ever: find out which device is right, and declare that one"),
        _ => return no("a system number is its fleet's: declare the line in a fleet of that system number"),
    };
    let Some(declared) = change.declared() else {
        return no("the field is not declared, so there is nothing to make agree; the next apply takes it as it is");
    };
    let to = if field == "state" { state(change)?.as_str() } else { &*change.observed };
    if declared == to {
        return no("the declaration says so already; the next apply takes it as confirmed");
    }
    if change.sim.state == Some(DesiredState::Terminated) {
        return no("the line is declared Terminated: declare another state yourself if it is to live on");
    }
    Ok(Wanted { field, from: declared.to_owned(), to: to.to_owned() })
}

/// The state to declare for an observed one.
fn state(change: &Outside<'_>) -> Result<DesiredState, NotAcceptable> {
    let no = |why: &str| Err(NotAcceptable(why.to_owned()));
    let is_chip = change.is_chip();
    match &*change.observed {
        "Active" => Ok(DesiredState::Active),
        "Suspended" if change.sim.protection == Protection::Protected => {
            no("the line is protected, so it cannot be declared Suspended: resume it, or lift the protection first")
        }
        "Suspended" => Ok(DesiredState::Suspended),
        "Registered" if is_chip => Ok(DesiredState::Registered),
        "Allocated" if is_chip => Ok(DesiredState::Allocated),
        "TerminationAccepted" | "Terminated" => no(
            "a termination is for ever, and is not declared by itself: declare state: Terminated, or cancel it while that is open",
        ),
        "CarrierSuspended" | "CarrierTerminated" => no("the carrier did it, and no declaration can: ask the carrier"),
        MISSING => no("the carrier no longer lists the line: declare state: Terminated, or take it out"),
        _ => no("no manifest can declare this status"),
    }
}
