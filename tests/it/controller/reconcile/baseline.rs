//! What drift is measured against: the first that was seen, and what is as declared.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::json;
use simfleet::controller::accept;
use simfleet::domain::{LineStatus, Msisdn};
use simfleet::plan::Confirmed;
use simfleet::plan::drift::news;

use crate::controller::view::{fleet_of, view};
use crate::controller::world::{line, observed};

const DECLARED: &str = "08012345678";
const OTHER: &str = "08012345679";

fn key(number: &str, field: &str) -> (Msisdn, Arc<str>) {
    (Msisdn::parse(number).expect("a number"), field.into())
}

fn states(confirmed: &Confirmed) -> BTreeMap<String, String> {
    let states = confirmed.iter().filter(|((_, field), _)| **field == *"state");
    states.map(|((msisdn, _), value)| (msisdn.to_string(), value.to_string())).collect()
}

/// What is remembered of a line that is declared in this state and is in that one, where this was known before.
fn remembered(declared: &str, mode: &str, is: LineStatus, known: Option<&str>) -> Option<String> {
    let spec = json!({"mode": mode, "sims": [{"msisdn": DECLARED, "state": declared}]});
    let accepted = accept(&view(vec![fleet_of("kanto", 1, spec)], Vec::new(), Vec::new()));
    let observed = observed(vec![line(DECLARED, is), line(OTHER, LineStatus::Active)]);
    let known: Option<Confirmed> = known.map(|state| BTreeMap::from([(key(DECLARED, "state"), state.into())]));
    let news = news(&accepted.desired, &observed, known.as_ref());
    assert!(news.keys().all(|(msisdn, _)| *msisdn == Msisdn::parse(DECLARED).expect("a number")), "nobody declares the other");
    states(&news).remove(DECLARED)
}

#[test]
fn a_line_that_differs_keeps_its_baseline_until_it_is_undone_or_declared() {
    let (active, suspended) = (LineStatus::Active, LineStatus::Suspended);
    // Seen for the first time: as it is, whether that is as declared or not.
    assert_eq!(remembered("Active", "Apply", active.clone(), None).as_deref(), Some("Active"));
    assert_eq!(remembered("Active", "Apply", suspended.clone(), None).as_deref(), Some("Suspended"));
    // Nothing new.
    assert_eq!(remembered("Active", "Apply", active.clone(), Some("Active")), None);
    // Somebody suspended it: that stays drift while it is not as declared, whatever the mode.
    for mode in ["Apply", "Plan", "Observe"] {
        assert_eq!(remembered("Active", mode, suspended.clone(), Some("Active")), None, "{mode}");
    }
    // It is declared so now.
    assert_eq!(remembered("Suspended", "Observe", suspended, Some("Active")).as_deref(), Some("Suspended"));
    // It is undone: the baseline is what it was.
    assert_eq!(remembered("Active", "Observe", active, Some("Active")), None);
}
