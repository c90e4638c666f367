//! What the journal remembers and a plan has to know: operations in doubt, and the last confirmed
//! values that drift is measured against.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use crate::domain::calendar::YearMonth;
use crate::domain::{ApplicationNumber, CouponPurchase, Money, Msisdn, OperationKind, OrderPlacement, Subject};
use crate::plan::OpId;

/// The last confirmed value by line and field (`state`, `ratePlan`, `imei`, `systemNumber`).
pub type Confirmed = BTreeMap<(Msisdn, Arc<str>), Arc<str>>;

/// How much of the carrier's time must pass before its silence means that an operation of unknown outcome was
/// not done (DESIGN 3.5).
pub const SETTLE_WINDOW: SignedDuration = SignedDuration::from_mins(15);

/// The journal's view of one account, read-only.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Memory {
    /// Operations whose outcome is unknown: their lines wait.
    pub in_doubt: Vec<DoubtfulOperation>,
    /// What drift is measured against; `None` where there is no baseline at all.
    pub confirmed: Option<Confirmed>,
    /// Coupons, the latest attempt of each, sorted by line and purchase. Old months may be left out.
    pub purchases: Vec<RememberedPurchase>,
    /// Orders, the latest attempt of each, sorted by name.
    pub orders: Vec<RememberedOrder>,
    /// Fees of terminations, sorted by line and operation. Old months may be left out.
    pub fees: Vec<RememberedFee>,
    /// Lines that were declared protected when something was applied last, whoever declares them now.
    pub protected: BTreeSet<Msisdn>,
}

/// How a purchase ended, as far as the journal knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PurchaseOutcome {
    /// The carrier accepted it: paid, or about to be.
    Bought,
    /// Nobody knows: counted as spent until it is settled.
    InDoubt,
    /// The carrier definitely refused it, or it is settled as not done.
    NotBought,
}

/// A coupon that the journal knows of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RememberedPurchase {
    /// The line.
    pub msisdn: Msisdn,
    /// Which, and what for; its attempt is the latest.
    pub purchase: CouponPurchase,
    /// How it ended.
    pub outcome: PurchaseOutcome,
    /// Whether the carrier refused it, so that a repetition is another attempt. (What was settled as not
    /// done never reached the carrier, and is the same attempt when it is sent again.)
    pub refused: bool,
    /// The carrier's number for it.
    pub application: Option<ApplicationNumber>,
    /// What it cost.
    pub amount: Money,
    /// When it was sent, on the carrier's clock.
    pub sent_at: Option<Timestamp>,
}

/// An order that the journal knows of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RememberedOrder {
    /// Its name.
    pub name: Arc<str>,
    /// What was ordered; its attempt is the latest.
    pub placement: OrderPlacement,
    /// How it ended.
    pub outcome: PurchaseOutcome,
    /// As in [`RememberedPurchase::refused`].
    pub refused: bool,
    /// The carrier's number for it.
    pub application: Option<ApplicationNumber>,
    /// What it cost.
    pub amount: Money,
    /// When it was sent, on the carrier's clock.
    pub sent_at: Option<Timestamp>,
}

/// The fee of a termination that the journal knows as accepted or in doubt, and not as cancelled. No list of the
/// carrier's tells of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RememberedFee {
    /// The termination.
    pub operation: OpId,
    /// Its attempt, from 1.
    pub attempt: u32,
    /// Its line.
    pub msisdn: Msisdn,
    /// The carrier's number for it.
    pub application: Option<ApplicationNumber>,
    /// The fee.
    pub amount: Money,
    /// When it was sent, on the carrier's clock.
    pub sent_at: Option<Timestamp>,
}

impl RememberedFee {
    /// What fees are sorted by.
    pub fn order(&self) -> (Msisdn, &OpId, u32) {
        (self.msisdn, &self.operation, self.attempt)
    }

    /// Whether it counts for a month: nobody knowing when it was sent, it does.
    pub fn counts_for(&self, month: YearMonth) -> bool {
        self.sent_at.is_none_or(|at| month.contains(at))
    }
}

/// An operation whose outcome is unknown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DoubtfulOperation {
    /// The operation.
    pub id: OpId,
    /// Its kind.
    pub kind: OperationKind,
    /// Its line or order.
    pub subject: Subject,
    /// When it was sent, on the carrier's clock.
    pub since: Timestamp,
    /// What is known, for people.
    pub note: String,
    /// Whether the carrier shows what it may have become, and only a person can tell: then no time settles it.
    pub asks_a_person: bool,
}
