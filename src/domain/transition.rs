//! The status model as data (DOMAIN 3): which operation is legal where, and what it leads to.
//!
//! The emulator enforces these tables, the planner searches them; neither has its own copy.

use crate::domain::{ChipStatus, LineStatus, OperationKind};

/// An edge between two states.
#[derive(Debug, Clone, Copy)]
pub struct Transition<S> {
    /// The state in which the operation is accepted.
    pub from: S,
    /// The operation.
    pub by: OperationKind,
    /// The state it leads to. For [`OperationKind::ChangeRatePlan`] the status stays.
    pub to: S,
}

const fn edge<S>(from: S, by: OperationKind, to: S) -> Transition<S> {
    Transition { from, by, to }
}

/// The life of a line.
pub const LINE_TRANSITIONS: &[Transition<LineStatus>] = &[
    edge(LineStatus::Active, OperationKind::Suspend, LineStatus::Suspended),
    edge(LineStatus::Suspended, OperationKind::Resume, LineStatus::Active),
    edge(LineStatus::Active, OperationKind::ChangeRatePlan, LineStatus::Active),
    edge(LineStatus::Suspended, OperationKind::ChangeRatePlan, LineStatus::Suspended),
    edge(LineStatus::Active, OperationKind::Terminate, LineStatus::TerminationAccepted),
    edge(LineStatus::Suspended, OperationKind::Terminate, LineStatus::TerminationAccepted),
    // A coupon is credited at once to a line in use.
    edge(LineStatus::Active, OperationKind::BuyCoupon, LineStatus::Active),
];

/// The life of a chip SIM up to its start of use. Cancelling a termination is not here: it leads to
/// whatever state came before.
pub const CHIP_TRANSITIONS: &[Transition<ChipStatus>] = &[
    edge(ChipStatus::Ordered, OperationKind::BindImei, ChipStatus::ImeiRegistered),
    edge(ChipStatus::ImeiRegistered, OperationKind::Allocate, ChipStatus::Allocated),
    edge(ChipStatus::Allocated, OperationKind::Deallocate, ChipStatus::ImeiRegistered),
    edge(ChipStatus::Allocated, OperationKind::StartUse, ChipStatus::Active),
];

/// The state a line reaches by an operation, or `None` where the carrier answers `INVALID_STATE`.
pub fn line_after(from: &LineStatus, by: OperationKind) -> Option<&'static LineStatus> {
    LINE_TRANSITIONS.iter().find(|edge| edge.from == *from && edge.by == by).map(|edge| &edge.to)
}

/// The state a chip SIM reaches by an operation, or `None` where the carrier answers `INVALID_STATE`.
pub fn chip_after(from: &ChipStatus, by: OperationKind) -> Option<&'static ChipStatus> {
    CHIP_TRANSITIONS.iter().find(|edge| edge.from == *from && edge.by == by).map(|edge| &edge.to)
}
