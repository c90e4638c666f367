//! What waits for an operation of unknown outcome: everything else on its line, or under its order's name,
//! and every order of the same content, which only its application number could tell from it. Pure.

use std::sync::Arc;

use crate::domain::{Msisdn, OrderContent, OrderPlacement, Subject};
use crate::exec::journal::OperationRecord;
use crate::plan::{Change, Operation};

/// In each of these at most one operation is on its way or in doubt at a time.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Scope {
    /// A line.
    Line(Msisdn),
    /// The name of an order.
    Order(Arc<str>),
    /// What an order asks for, whatever its name.
    Content(Box<OrderContent>),
}

fn scopes(subject: &Subject, placement: Option<&OrderPlacement>) -> impl Iterator<Item = Scope> + use<> {
    let named = match subject {
        Subject::Line(msisdn) => Scope::Line(*msisdn),
        Subject::Order(name) => Scope::Order(Arc::clone(name)),
    };
    let content = placement.map(|placement| Scope::Content(Box::new(placement.content.clone().normalised())));
    std::iter::once(named).chain(content)
}

/// Those of a planned operation.
pub(crate) fn of(operation: &Operation) -> impl Iterator<Item = Scope> + use<> {
    let placement = if let Change::PlaceOrder { placement } = &operation.change { Some(&**placement) } else { None };
    scopes(&operation.subject, placement)
}

/// Those of an operation in the journal.
pub(crate) fn of_record(record: &OperationRecord) -> impl Iterator<Item = Scope> + use<> {
    scopes(&record.subject, record.to.placement.as_deref())
}
