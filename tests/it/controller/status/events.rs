//! What is announced.

use serde_json::json;
use simfleet::controller::events::{EventSeverity, events};
use simfleet::controller::status::{Reconciled, Trouble, TroubleKind, status};
use simfleet::domain::{LineStatus, OperationKind};
use simfleet::exec::{ApplyReport, OperationReport, Outcome};
use simfleet::plan::Memory;

use super::examples::{at_rest, world};
use super::{Known, at};
use crate::controller::view::{fleet, fleet_of};

/// `kind/name type reason` of each.
fn said(reconciled: &Reconciled<'_>) -> Vec<String> {
    let all = events(reconciled, &status(reconciled));
    assert!(all.iter().all(|event| event.note.len() <= 1_024 && !event.note.is_empty()));
    let words = |event: &simfleet::controller::events::Announcement| {
        format!("{}/{} {} {}", event.kind.as_str(), event.name, event.severity.as_str(), event.reason)
    };
    all.iter().map(words).collect()
}

#[test]
fn what_is_new_is_announced_once() {
    let spec =
        json!({"sims": [{"msisdn": "08000000001", "state": "Suspended"}, {"msisdn": "08000000002", "state": "Suspended"}]});
    let fleets = vec![fleet_of("kanto", 1, spec), fleet("twice", 2, &["08000000001"])];
    let world = world(fleets, Vec::new(), &[("08000000001", LineStatus::Active), ("08000000002", LineStatus::Active)]);
    let mut known = Known::of(&world, &Memory::default(), false);
    assert_eq!(
        said(&known.at(at(0))),
        [
            "CarrierAccount/main Normal Accepted",
            "CarrierAccount/main Normal Planned",
            "CarrierAccount/main Normal AwaitingApproval",
            "SimFleet/kanto Normal Accepted",
            "SimFleet/kanto Normal AwaitingApproval",
            "SimFleet/twice Warning Refused",
        ]
    );
    let statuses = status(&known.at(at(0)));
    known.write(&statuses);
    assert_eq!(said(&known.at(at(60))), [""; 0]);
}

#[test]
fn what_was_sent_is_announced_with_counts() {
    let known = at_rest();
    let outcome = |outcome| OperationReport {
        id: simfleet::plan::OpId("op".into()),
        kind: OperationKind::Suspend,
        subject: known.accepted.desired.sims[0].msisdn.into(),
        outcome,
    };
    let operations = vec![
        outcome(Outcome::Accepted { application: "A1".into() }),
        outcome(Outcome::Accepted { application: "A2".into() }),
        outcome(Outcome::Rejected { code: "INVALID_STATE".to_owned(), message: "busy".to_owned() }),
    ];
    let report = ApplyReport { account: "main".to_owned(), operations, requests_sent: 3, stopped: false, fatal: None };
    let reconciled = Reconciled { reports: &[&report], ..known.at(at(0)) };
    let all = events(&reconciled, &status(&reconciled));
    let notes: Vec<(&str, &str)> =
        all.iter().filter(|event| event.action == "Apply").map(|event| (event.reason.as_str(), event.note.as_str())).collect();
    assert_eq!(
        notes,
        [
            ("Applied", "accepted by the carrier: 2 suspend"),
            ("RefusedByCarrier", "refused by the carrier: 1 suspend; INVALID_STATE busy")
        ]
    );
}

#[test]
fn a_trouble_is_announced_on_the_account_alone_and_once() {
    let mut known = at_rest();
    let statuses = status(&known.at(at(0)));
    known.write(&statuses);
    known.trouble = Some(Trouble { kind: TroubleKind::CarrierUnreachable, message: "no route".to_owned() });
    known.is_seen = false;
    assert_eq!(said(&known.at(at(60))), ["CarrierAccount/main Warning CarrierUnreachable"]);
    assert_eq!(EventSeverity::Warning.as_str(), "Warning");
    let statuses = status(&known.at(at(60)));
    known.write(&statuses);
    assert_eq!(said(&known.at(at(120))), [""; 0]);
}
