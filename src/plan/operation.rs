//! One operation: a change to one line, chip SIM or application, specific enough that executing it
//! leaves no choice.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{
    ApplicationNumber, ApplicationType, CouponPurchase, DesiredState, Function, Imei, Money, Msisdn, OperationKind,
    OrderPlacement, RatePlan, Risk, Subject, SystemNumber,
};
use crate::plan::RequestId;

/// Names an operation by its *intent* (carrier, contractor, kind, line, target), never by the plan it
/// stands in: a new plan for the same intent has the same id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct OpId(pub Arc<str>);

impl std::fmt::Display for OpId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(&self.0)
    }
}

/// What an operation changes, with all that its request needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Stop communication.
    Suspend,
    /// Let it communicate again.
    Resume,
    /// Another plan from the 1st of next month.
    ChangeRatePlan {
        /// The plan in force.
        from: RatePlan,
        /// The plan to come.
        to: RatePlan,
    },
    /// End the contract at the end of a day.
    Terminate {
        /// That day (JST).
        date: Date,
    },
    /// Bind an IMEI for ever.
    BindImei {
        /// The device.
        imei: Imei,
    },
    /// Into a system number's stock.
    Allocate {
        /// Whose stock.
        system: SystemNumber,
    },
    /// Out of a system number's stock.
    Deallocate {
        /// Whose stock.
        system: SystemNumber,
    },
    /// Start use.
    StartUse {
        /// Whose stock it is in.
        system: SystemNumber,
        /// The plan it starts with.
        plan: RatePlan,
    },
    /// Buy a coupon: credited and paid at once, gone with the month, bought again by every repetition.
    BuyCoupon {
        /// Which, and what for.
        purchase: Box<CouponPurchase>,
    },
    /// Place an order of SIMs and devices.
    PlaceOrder {
        /// What is ordered.
        placement: Box<OrderPlacement>,
    },
    /// Cancel an open application.
    CancelApplication {
        /// Its number.
        application: ApplicationNumber,
        /// What it asked for.
        of: ApplicationType,
    },
}

impl Change {
    /// Its kind.
    pub fn kind(&self) -> OperationKind {
        match self {
            Self::Suspend => OperationKind::Suspend,
            Self::Resume => OperationKind::Resume,
            Self::ChangeRatePlan { .. } => OperationKind::ChangeRatePlan,
            Self::Terminate { .. } => OperationKind::Terminate,
            Self::BindImei { .. } => OperationKind::BindImei,
            Self::Allocate { .. } => OperationKind::Allocate,
            Self::Deallocate { .. } => OperationKind::Deallocate,
            Self::StartUse { .. } => OperationKind::StartUse,
            Self::BuyCoupon { .. } => OperationKind::BuyCoupon,
            Self::PlaceOrder { .. } => OperationKind::PlaceOrder,
            Self::CancelApplication { .. } => OperationKind::CancelApplication,
        }
    }

    /// The carrier function it calls.
    pub fn function(&self) -> Function {
        self.kind().function()
    }

    /// Its risk class.
    pub fn risk(&self) -> Risk {
        self.kind().risk()
    }
}

/// An operation in a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(into = "OperationRow", try_from = "OperationRow")]
pub struct Operation {
    /// Named by its intent.
    pub id: OpId,
    /// The account whose carrier performs it.
    pub account: Arc<str>,
    /// The fleet that declares the line; empty for an order, which belongs to no fleet.
    pub fleet: Arc<str>,
    /// The line, chip SIM or order.
    pub subject: Subject,
    /// What it changes.
    pub change: Change,
    /// The fields it changes, as they are.
    pub from: Values,
    /// The fields it changes, as they will be.
    pub to: Values,
    /// Operations of one wave do not depend on one another. From 1.
    pub wave: u32,
    /// Operations that must be confirmed before this one starts.
    pub depends_on: Vec<OpId>,
    /// The request that carries it.
    pub request: RequestId,
    /// What it costs, negative where it saves.
    pub cost: Cost,
    /// Why it is needed, for people.
    pub reason: String,
    /// What must still hold when it is performed.
    pub precondition: Precondition,
    /// What it takes to approve it.
    pub approval: ApprovalNeed,
    /// What people call the line.
    pub name: Option<Arc<str>>,
    /// The line's labels, by which people group it. No part of any id.
    pub labels: Option<Arc<BTreeMap<String, String>>>,
    /// Where the wish is declared.
    pub source: Place,
}

/// Fields of a line as text, only those that matter.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Values {
    /// A state, in the names of manifests or of the carrier's statuses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<Arc<str>>,
    /// A rate plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate_plan: Option<RatePlan>,
    /// An IMEI.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub imei: Option<Imei>,
    /// A system number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system_number: Option<SystemNumber>,
    /// A day at whose end the line ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub termination_date: Option<Date>,
    /// An open application.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub application: Option<ApplicationNumber>,
    /// What that application asks for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub application_type: Option<ApplicationType>,
    /// A coupon that is bought.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purchase: Option<Box<CouponPurchase>>,
    /// An order that is placed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub placement: Option<Box<OrderPlacement>>,
}

impl Values {
    /// What lasts of a line when an operation has led it here, by the names of the fields, and the text of each
    /// that matters. Dates, applications and purchases are no states of a line.
    pub fn lasting(&self) -> impl Iterator<Item = (&'static str, Option<Arc<str>>)> {
        let Self {
            state,
            rate_plan,
            imei,
            system_number,
            termination_date: _,
            application: _,
            application_type: _,
            purchase: _,
            placement: _,
        } = self;
        [
            ("state", state.clone()),
            ("ratePlan", rate_plan.as_ref().map(|plan| plan.as_str().into())),
            ("imei", imei.map(|imei| imei.as_str().into())),
            ("systemNumber", system_number.as_ref().map(|system| system.as_str().into())),
        ]
        .into_iter()
    }
}

/// What an operation costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Cost {
    /// In whole units of the currency; negative where it saves.
    pub amount: Money,
    /// Always `JPY` in this version.
    pub currency: Currency,
    /// Once or every month.
    pub per: Per,
    /// Besides an amount that is due once: what the monthly bill changes by (a termination costs its
    /// fee and saves the line's). Zero everywhere else, and then not written.
    #[serde(default, skip_serializing_if = "Money::is_zero")]
    pub monthly: Money,
}

/// The currency of the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub enum Currency {
    /// Japanese yen, which has no smaller unit.
    #[default]
    #[serde(rename = "JPY")]
    Jpy,
}

/// How often a cost falls due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Per {
    /// Once.
    Once,
    /// Every month from the next bill on.
    Month,
}

impl Cost {
    /// Costs nothing.
    pub const FREE: Self = Self { amount: Money::ZERO, currency: Currency::Jpy, per: Per::Once, monthly: Money::ZERO };

    /// So much once.
    pub fn once(amount: Money) -> Self {
        Self { amount, ..Self::FREE }
    }

    /// So much more (or less) every month.
    pub fn monthly(amount: Money) -> Self {
        Self { amount, per: Per::Month, ..Self::FREE }
    }

    /// So much once, and so much more (or less) every month.
    pub fn once_and_monthly(amount: Money, monthly: Money) -> Self {
        Self { amount, monthly, ..Self::FREE }
    }

    /// What is paid once.
    pub fn one_off(self) -> Money {
        match self.per {
            Per::Once => self.amount,
            Per::Month => Money::ZERO,
        }
    }

    /// What the monthly bill changes by.
    pub fn every_month(self) -> Money {
        match self.per {
            Per::Once => self.monthly,
            Per::Month => self.amount.plus(self.monthly),
        }
    }
}

/// What an operation rests on. If it no longer holds, the operation is stale and is not performed.
///
/// Only the fields that matter to the operation are set.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Precondition {
    /// The line's (or the unstarted chip SIM's) status on the wire.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<Arc<str>>,
    /// The rate plan in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate_plan: Option<RatePlan>,
    /// The bound IMEI, `""` for none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub imei: Option<Arc<str>>,
    /// The system number, `""` for none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system_number: Option<Arc<str>>,
    /// The card, where the carrier names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub iccid: Option<Arc<str>>,
    /// Applications that are open, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub applications: Vec<ApplicationNumber>,
    /// For R4: every application of the month that could be this purchase by its line and coupon, or
    /// every one that could be this order by its content, sorted. One more means that somebody was
    /// faster.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purchases: Option<Vec<ApplicationNumber>>,
}

/// What it takes to approve an operation (DESIGN 3.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum ApprovalNeed {
    /// `--yes` or the prompt: R1 to R3.
    Yes,
    /// The manifest's `policy.approval` approves the kind: `--yes` suffices.
    Policy,
    /// `--ack KIND=N` with the exact number, or `--approve PLAN_ID`.
    Ack,
    /// The fleet's mode is `Plan`: only `--approve PLAN_ID`.
    PlanId,
}

/// A place in a file, with the file's name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize, JsonSchema)]
pub struct Place {
    /// As the user named it.
    pub file: Arc<str>,
    /// From 1.
    pub line: u32,
    /// From 1.
    pub column: u32,
}

/// An operation as the JSON plan holds it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct OperationRow {
    id: OpId,
    account: Arc<str>,
    #[serde(default, skip_serializing_if = "is_empty")]
    fleet: Arc<str>,
    kind: OperationKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    msisdn: Option<Msisdn>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    order: Option<Arc<str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<Arc<str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    labels: Option<Arc<BTreeMap<String, String>>>,
    from: Values,
    to: Values,
    wave: u32,
    depends_on: Vec<OpId>,
    request: RequestId,
    risk: Risk,
    cost: Cost,
    reason: String,
    precondition: Precondition,
    approval: ApprovalNeed,
    source: Place,
}

impl From<Operation> for OperationRow {
    fn from(operation: Operation) -> Self {
        let Operation {
            id,
            account,
            fleet,
            subject,
            change,
            from,
            to,
            wave,
            depends_on,
            request,
            cost,
            reason,
            precondition,
            approval,
            name,
            labels,
            source,
        } = operation;
        Self {
            id,
            account,
            fleet,
            kind: change.kind(),
            msisdn: subject.msisdn(),
            order: subject.order().cloned(),
            name,
            labels,
            from,
            to,
            wave,
            depends_on,
            request,
            risk: change.risk(),
            cost,
            reason,
            precondition,
            approval,
            source,
        }
    }
}

fn is_empty(text: &Arc<str>) -> bool {
    text.is_empty()
}

/// Why a row of a plan file is no operation.
#[derive(Debug, thiserror::Error)]
#[error("operation {id} ({kind}) lacks {field}")]
pub struct IncompleteOperation {
    id: OpId,
    kind: OperationKind,
    field: &'static str,
}

impl TryFrom<OperationRow> for Operation {
    type Error = IncompleteOperation;

    fn try_from(row: OperationRow) -> Result<Self, Self::Error> {
        let lacks = |field| IncompleteOperation { id: row.id.clone(), kind: row.kind, field };
        let change = match row.kind {
            OperationKind::Suspend => Change::Suspend,
            OperationKind::Resume => Change::Resume,
            OperationKind::ChangeRatePlan => Change::ChangeRatePlan {
                from: row.from.rate_plan.clone().ok_or_else(|| lacks("from.ratePlan"))?,
                to: row.to.rate_plan.clone().ok_or_else(|| lacks("to.ratePlan"))?,
            },
            OperationKind::Terminate => {
                Change::Terminate { date: row.to.termination_date.ok_or_else(|| lacks("to.terminationDate"))? }
            }
            OperationKind::BindImei => Change::BindImei { imei: row.to.imei.ok_or_else(|| lacks("to.imei"))? },
            OperationKind::Allocate => {
                Change::Allocate { system: row.to.system_number.clone().ok_or_else(|| lacks("to.systemNumber"))? }
            }
            OperationKind::Deallocate => {
                Change::Deallocate { system: row.from.system_number.clone().ok_or_else(|| lacks("from.systemNumber"))? }
            }
            OperationKind::StartUse => Change::StartUse {
                system: row.to.system_number.clone().ok_or_else(|| lacks("to.systemNumber"))?,
                plan: row.to.rate_plan.clone().ok_or_else(|| lacks("to.ratePlan"))?,
            },
            OperationKind::CancelApplication => Change::CancelApplication {
                application: row.from.application.clone().ok_or_else(|| lacks("from.application"))?,
                of: row.from.application_type.clone().ok_or_else(|| lacks("from.applicationType"))?,
            },
            OperationKind::BuyCoupon => {
                Change::BuyCoupon { purchase: row.to.purchase.clone().ok_or_else(|| lacks("to.purchase"))? }
            }
            OperationKind::PlaceOrder => {
                Change::PlaceOrder { placement: row.to.placement.clone().ok_or_else(|| lacks("to.placement"))? }
            }
        };
        let subject = match (row.msisdn, row.order) {
            (Some(msisdn), None) => Subject::Line(msisdn),
            (None, Some(order)) => Subject::Order(order),
            (None, None) | (Some(_), Some(_)) => {
                return Err(IncompleteOperation { id: row.id, kind: row.kind, field: "one of msisdn and order" });
            }
        };
        Ok(Self {
            id: row.id,
            account: row.account,
            fleet: row.fleet,
            subject,
            change,
            from: row.from,
            to: row.to,
            wave: row.wave,
            depends_on: row.depends_on,
            request: row.request,
            cost: row.cost,
            reason: row.reason,
            precondition: row.precondition,
            approval: row.approval,
            name: row.name,
            labels: row.labels,
            source: row.source,
        })
    }
}

impl Values {
    /// Only a state.
    pub fn of_state(state: DesiredState) -> Self {
        Self { state: Some(state.as_str().into()), ..Self::default() }
    }
}
