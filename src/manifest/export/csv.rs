//! A fleet's lines as a CSV roster.

use std::fmt::Write as _;

use super::row::{PlanWish, Row};
use crate::domain::{DesiredState, Imei, List};

/// A roster with a header. Every cell is written out and the fleet has no defaults: an empty cell takes
/// a default, so beside one nothing could be left unmanaged.
pub(super) fn roster(rows: &[Row]) -> String {
    let mut text = String::with_capacity(rows.len() * 48 + 64);
    text.push_str("kind,msisdn,imei,state,ratePlan,terminationDate\n");
    for Row { msisdn, list, imei, state, plan, termination_date } in rows {
        let kind = match list {
            List::Sims => "sim",
            List::ChipSims => "chip",
        };
        let imei = imei.as_ref().map(Imei::as_str).unwrap_or_default();
        let state = state.map(DesiredState::as_str).unwrap_or_default();
        let plan = match plan {
            PlanWish::Is(plan) => cell(plan.as_str()),
            PlanWish::Any | PlanWish::Unmanaged => String::new(),
        };
        let date = termination_date.map(|date| date.to_string()).unwrap_or_default();
        // Writing to a `String` cannot fail.
        let _ = writeln!(text, "{kind},{msisdn},{imei},{state},{plan},{date}");
    }
    text
}

/// Quoted where a reader of CSV could take it apart (RFC 4180).
fn cell(text: &str) -> String {
    let is_plain = text.chars().all(|character| character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | '.'));
    if is_plain { text.to_owned() } else { format!("\"{}\"", text.replace('"', "\"\"")) }
}
