//! The field diff of an operation: which fields of the line it changes, from what to what, or what it
//! buys.

use std::fmt;

use crate::domain::{CouponPurchase, OrderPlacement};
use crate::plan::Values;
use crate::render::escape::plain;
use crate::render::view::purchase;

/// A field of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FieldName {
    /// `state`.
    State,
    /// `ratePlan`.
    RatePlan,
    /// `imei`.
    Imei,
    /// `systemNumber`.
    SystemNumber,
    /// `terminationDate`.
    TerminationDate,
    /// `application`.
    Application,
    /// `coupon`: bought, not a state of the line.
    Coupon,
    /// `order`: placed, not a state of anything.
    Order,
}

impl FieldName {
    /// The name in manifests and plans.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::State => "state",
            Self::RatePlan => "ratePlan",
            Self::Imei => "imei",
            Self::SystemNumber => "systemNumber",
            Self::TerminationDate => "terminationDate",
            Self::Application => "application",
            Self::Coupon => "coupon",
            Self::Order => "order",
        }
    }

    /// Whether it happens rather than changes: of several, each counts, not only the last.
    pub fn is_event(self) -> bool {
        match self {
            Self::Coupon | Self::Order => true,
            Self::State | Self::RatePlan | Self::Imei | Self::SystemNumber | Self::TerminationDate | Self::Application => false,
        }
    }

    /// Whether the value is this line's alone, so that it says nothing about a group of lines.
    pub fn is_individual(self) -> bool {
        match self {
            Self::Imei | Self::Application | Self::Order => true,
            Self::State | Self::RatePlan | Self::SystemNumber | Self::TerminationDate | Self::Coupon => false,
        }
    }
}

/// A field and its values, escaped.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Field {
    /// Which.
    pub name: FieldName,
    /// As it is; `None` where there is none or it does not matter.
    pub from: Option<String>,
    /// As it will be; `None` where it will have none.
    pub to: Option<String>,
}

impl fmt::Display for Field {
    /// `ratePlan fixed-500mb -> fixed-1gb`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.name.as_str();
        match (&self.from, &self.to) {
            (Some(from), Some(to)) if from != to => write!(f, "{name} {from} -> {to}"),
            (None | Some(_), Some(to)) => write!(f, "{name} {to}"),
            (Some(from), None) => write!(f, "{name} {from} -> none"),
            (None, None) => write!(f, "{name}"),
        }
    }
}

/// The fields that an operation names, in the order of [`FieldName`].
pub fn fields(from: &Values, to: &Values) -> Vec<Field> {
    // Taken apart without `..`, so that a new field cannot be forgotten.
    let Values { state, rate_plan, imei, system_number, termination_date, application, application_type, purchase, placement } =
        from;
    let rows = [
        (FieldName::State, text(state.as_ref()), text(to.state.as_ref())),
        (FieldName::RatePlan, text(rate_plan.as_ref()), text(to.rate_plan.as_ref())),
        (FieldName::Imei, text(imei.as_ref()), text(to.imei.as_ref())),
        (FieldName::SystemNumber, text(system_number.as_ref()), text(to.system_number.as_ref())),
        (FieldName::TerminationDate, text(termination_date.as_ref()), text(to.termination_date.as_ref())),
        (
            FieldName::Application,
            open_application(application.as_ref(), application_type.as_ref()),
            open_application(to.application.as_ref(), to.application_type.as_ref()),
        ),
        (FieldName::Coupon, coupon(purchase.as_deref()), coupon(to.purchase.as_deref())),
        (FieldName::Order, order(placement.as_deref()), order(to.placement.as_deref())),
    ];
    rows.into_iter()
        .filter(|(_, from, to)| from.is_some() || to.is_some())
        .map(|(name, from, to)| Field { name, from, to })
        .collect()
}

fn text(value: Option<&impl fmt::Display>) -> Option<String> {
    value.map(|value| plain(&value.to_string()).into_owned())
}

/// `A0000123 (planChange)`.
fn open_application(number: Option<&impl fmt::Display>, kind: Option<&impl fmt::Display>) -> Option<String> {
    match (text(number), text(kind)) {
        (Some(number), Some(kind)) => Some(format!("{number} ({kind})")),
        (number, kind) => number.or(kind),
    }
}

fn coupon(bought: Option<&CouponPurchase>) -> Option<String> {
    bought.map(purchase::coupon)
}

fn order(placed: Option<&OrderPlacement>) -> Option<String> {
    placed.map(purchase::order)
}
