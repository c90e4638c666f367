//! The symbols of a review (DESIGN 3.3).

use crate::domain::{Money, OperationKind, Risk};
use crate::plan::{Cost, Operation};

/// The symbol in the first column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Symbol {
    /// `+`: start, bind, take into stock, let communicate, buy.
    Start,
    /// `~`: change.
    Change,
    /// `-`: suspend, release, end.
    Suspend,
    /// `>`: waits.
    Wait,
    /// `x`: blocked.
    Blocked,
    /// `?`: in doubt.
    Doubt,
    /// `!`: stops an apply (a guard), or irreversible.
    Alert,
    /// `!`: to be read before approving.
    Warning,
}

impl Symbol {
    /// The symbol of an operation.
    pub fn of(kind: OperationKind) -> Self {
        match kind {
            OperationKind::Resume
            | OperationKind::BindImei
            | OperationKind::Allocate
            | OperationKind::StartUse
            | OperationKind::BuyCoupon
            | OperationKind::PlaceOrder => Self::Start,
            OperationKind::ChangeRatePlan | OperationKind::CancelApplication => Self::Change,
            OperationKind::Suspend | OperationKind::Terminate | OperationKind::Deallocate => Self::Suspend,
        }
    }

    /// One character.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Start => "+",
            Self::Change => "~",
            Self::Suspend => "-",
            Self::Wait => ">",
            Self::Blocked => "x",
            Self::Doubt => "?",
            Self::Alert | Self::Warning => "!",
        }
    }
}

/// The three columns before an operation: what it does, `!` if it is irreversible, `$` if it costs money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// What it does.
    pub symbol: Symbol,
    /// Irreversible (R5).
    pub is_irreversible: bool,
    /// Costs money, once or every month.
    pub costs: bool,
}

impl Mark {
    /// The mark of one operation.
    pub fn of(operation: &Operation) -> Self {
        Self::of_kind(operation.change.kind(), operation.cost)
    }

    fn of_kind(kind: OperationKind, cost: Cost) -> Self {
        let risk = kind.risk();
        Self { symbol: Symbol::of(kind), is_irreversible: risk == Risk::R5, costs: risk == Risk::R4 || cost.amount > Money::ZERO }
    }

    /// The mark of several operations: what the last of them does, with the flags of all.
    pub fn of_all<'a>(operations: impl IntoIterator<Item = &'a Operation>) -> Option<Self> {
        operations.into_iter().map(Self::of).reduce(|sum, mark| Self {
            symbol: mark.symbol,
            is_irreversible: sum.is_irreversible || mark.is_irreversible,
            costs: sum.costs || mark.costs,
        })
    }
}

impl std::fmt::Display for Mark {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.symbol.as_str())?;
        f.write_str(if self.is_irreversible { "!" } else { " " })?;
        f.write_str(if self.costs { "$" } else { " " })
    }
}
