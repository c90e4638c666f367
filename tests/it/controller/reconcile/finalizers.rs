//! What may not go yet.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use simfleet::controller::accept;
use simfleet::controller::object::ObjectKind;
use simfleet::controller::reconcile::{Open, held};
use simfleet::domain::{ApplicationStatus, Money, Msisdn, OrderApplication, OrderPlacement, RequestedVia, Subject};
use simfleet::plan::{PendingItem, PurchaseOutcome, RememberedOrder};

use crate::controller::view::{fleet, order, view};
use crate::controller::world::now;

fn names(held: &BTreeSet<(ObjectKind, std::sync::Arc<str>)>) -> Vec<String> {
    held.iter().map(|(kind, name)| format!("{}/{name}", kind.as_str())).collect()
}

#[test]
fn a_fleet_stays_while_an_operation_of_its_lines_is_open() {
    let mut view = view(vec![fleet("kanto", 1, &["08012345678"]), fleet("osaka", 2, &["08012345679"])], Vec::new(), Vec::new());
    let subjects = BTreeSet::from([Subject::Line(Msisdn::parse("08012345678").unwrap())]);
    let open = Open { subjects: &subjects, orders: &[], remembered: &[], pending: &[], now: now() };
    assert_eq!(names(&held(&view, &accept(&view).desired, &open)), ["CarrierAccount/main", "SimFleet/kanto"]);
    // It is being deleted: nobody declares the line any more, and it may be its.
    view.fleets[0].deleting = true;
    assert_eq!(names(&held(&view, &accept(&view).desired, &open)), ["CarrierAccount/main", "SimFleet/kanto"]);
    let nothing = BTreeSet::new();
    let open = Open { subjects: &nothing, ..open };
    assert_eq!(names(&held(&view, &accept(&view).desired, &open)), [""; 0]);
}

#[test]
fn an_order_stays_while_it_can_be_called_off() {
    let view = view(Vec::new(), vec![order("depot", 1)], Vec::new());
    let desired = accept(&view).desired;
    let content = desired.orders[0].content.clone();
    let placed = |status, until: Option<Timestamp>| OrderApplication {
        application: "A1".into(),
        status,
        cancellable_until: until,
        requested_at: now(),
        via: RequestedVia::Api,
        effective: None,
        content: None,
        msisdns: Vec::new(),
        iccids: Vec::new(),
    };
    let remembered = RememberedOrder {
        name: "depot".into(),
        placement: OrderPlacement { content, attempt: 1 },
        outcome: PurchaseOutcome::Bought,
        refused: false,
        application: Some("A1".into()),
        amount: Money(15_000),
        sent_at: Some(now()),
    };
    let waiting = PendingItem {
        account: "main".into(),
        subject: Subject::Order("depot".into()),
        application_no: Some("A1".into()),
        what: "accepted".to_owned(),
        effective_date: None,
        not_before: None,
    };
    let subjects = BTreeSet::new();
    let later = now() + SignedDuration::from_hours(1);
    for (order, expected) in [
        (placed(ApplicationStatus::Accepted, None), true),
        (placed(ApplicationStatus::Accepted, Some(later)), true),
        (placed(ApplicationStatus::Accepted, Some(now())), false),
        (placed(ApplicationStatus::Arranging, Some(later)), false),
        (placed(ApplicationStatus::Cancelled, Some(later)), false),
        (OrderApplication { application: "A2".into(), ..placed(ApplicationStatus::Accepted, None) }, false),
    ] {
        let expected = if expected { vec!["CarrierAccount/main", "SimOrder/depot"] } else { Vec::new() };
        let placed = [order.clone()];
        let open = Open { subjects: &subjects, orders: &placed, remembered: &[], pending: &[], now: now() };
        let by_journal = Open { remembered: std::slice::from_ref(&remembered), ..open };
        assert_eq!(names(&held(&view, &desired, &by_journal)), expected, "{order:?}");
        // Without its record it is told by its content.
        let by_content = Open { pending: std::slice::from_ref(&waiting), ..open };
        assert_eq!(names(&held(&view, &desired, &by_content)), expected, "{order:?}");
        assert_eq!(names(&held(&view, &desired, &open)), [""; 0], "{order:?}");
    }
}
