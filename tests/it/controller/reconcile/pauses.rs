//! When the next turn comes.

use std::time::Duration;

use jiff::SignedDuration;
use simfleet::controller::Next;
use simfleet::controller::reconcile::{Ended, next};
use simfleet::domain::{Msisdn, OperationKind};
use simfleet::exec::{ApplyReport, OperationReport, Outcome};
use simfleet::plan::OpId;

fn report(outcome: Outcome) -> ApplyReport {
    let operation = OperationReport {
        id: OpId("op-1".into()),
        kind: OperationKind::Suspend,
        subject: Msisdn::parse("08012345678").expect("a number").into(),
        outcome,
    };
    ApplyReport { account: "main".to_owned(), operations: vec![operation], requests_sent: 1, stopped: false, fatal: None }
}

#[test]
fn it_comes_sooner_the_more_there_is_to_do_and_later_the_more_often_it_failed() {
    let quiet = Ended { has_trouble: false, reports: &[], may_send: false, open: None };
    let seconds = |seconds| Next::After(Duration::from_secs(seconds));
    let refused = [report(Outcome::Rejected { code: "INVALID_STATE".to_owned(), message: String::new() })];
    let done = [report(Outcome::Accepted { application: "A1".into() })];
    for (ended, expected) in [
        (quiet, Next::Resync),
        (Ended { has_trouble: true, ..quiet }, Next::Failed),
        (Ended { may_send: true, ..quiet }, seconds(1)),
        (Ended { may_send: true, reports: &done, ..quiet }, seconds(1)),
        // What the carrier refused is tried again, ever later.
        (Ended { may_send: true, reports: &refused, ..quiet }, Next::Failed),
        (Ended { reports: &refused, ..quiet }, Next::Resync),
        // Open applications are asked after.
        (Ended { open: Some(SignedDuration::from_secs(-3)), ..quiet }, seconds(5)),
        (Ended { open: Some(SignedDuration::from_secs(4)), ..quiet }, seconds(5)),
        (Ended { open: Some(SignedDuration::from_secs(60)), ..quiet }, seconds(15)),
        (Ended { open: Some(SignedDuration::from_hours(72)), ..quiet }, seconds(18 * 3600)),
    ] {
        assert_eq!(next(&ended), expected, "{ended:?}");
    }
}
