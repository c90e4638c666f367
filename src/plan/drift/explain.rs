//! Who changed it: the carrier's applications, read for what they led to. Pure.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;

use super::{MISSING, Outside};
use crate::domain::{ApplicationNumber, ApplicationType, Msisdn, RequestedVia, Trace};

/// What is known to be intended.
#[derive(Debug, Default)]
pub struct Ours {
    /// Applications that the journal knows as ours.
    pub applications: BTreeSet<ApplicationNumber>,
    /// Where the baseline is a snapshot: the applications that were on their way in it, and its time. What we did
    /// since explains itself. (The journal's values move with our operations, so what differs from them is never
    /// ours.)
    pub since: Option<(BTreeSet<ApplicationNumber>, Timestamp)>,
}

impl Ours {
    /// Whether an application is no news.
    pub fn knows(&self, number: &ApplicationNumber) -> bool {
        self.applications.contains(number) || self.since.as_ref().is_some_and(|(pending, _)| pending.contains(number))
    }
}

/// Where a change comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// From us, or from what was on its way already: no drift.
    Intended,
    /// From somebody else, by this application.
    Application(Arc<Trace>),
    /// From the carrier itself: the status says so, and no application does.
    Carrier,
    /// Nothing the carrier shows tells.
    Unknown,
}

impl Cause {
    /// `console`, `api` or `carrier`, where something tells.
    pub fn by(&self) -> Option<Arc<str>> {
        match self {
            Self::Application(trace) => Some(Arc::from(trace.via.wire())),
            Self::Carrier => Some(Arc::from("carrier")),
            Self::Unknown | Self::Intended => None,
        }
    }
}

/// The types of application that can change a field of a line. Of a line that was never a chip SIM, none of a chip's.
pub fn kinds(field: &str, is_chip: bool) -> &'static [ApplicationType] {
    use ApplicationType as Type;
    match (field, is_chip) {
        ("state", false) => &[Type::Suspend, Type::Resume, Type::Terminate],
        ("state", true) => &[
            Type::Suspend,
            Type::Resume,
            Type::Terminate,
            Type::ImeiRegistration,
            Type::Allocation,
            Type::Deallocation,
            Type::Activation,
        ],
        ("ratePlan", false) => &[Type::PlanChange],
        ("ratePlan", true) => &[Type::PlanChange, Type::Activation],
        ("imei", _) => &[Type::ImeiRegistration],
        ("systemNumber", _) => &[Type::Allocation, Type::Deallocation, Type::Activation],
        _ => &[],
    }
}

/// The types of application that can have made any of these changes, sorted.
pub fn kinds_of(changes: &[Outside<'_>]) -> Vec<ApplicationType> {
    let all: BTreeSet<&ApplicationType> = changes.iter().flat_map(|change| kinds(&change.field, change.is_chip())).collect();
    all.into_iter().cloned().collect()
}

/// Who made each change, by applications that are sorted by [`Trace::order`], of whatever lines.
pub fn attributed<'a>(changes: Vec<Outside<'a>>, traces: Vec<Trace>, ours: &Ours) -> Vec<(Outside<'a>, Cause)> {
    let lines: BTreeSet<Msisdn> = changes.iter().map(|change| change.sim.msisdn).collect();
    let mut by_line: BTreeMap<Msisdn, Vec<Arc<Trace>>> = BTreeMap::new();
    for trace in traces {
        let trace = Arc::new(trace);
        for msisdn in trace.lines.iter().filter(|msisdn| lines.contains(msisdn)) {
            by_line.entry(*msisdn).or_default().push(Arc::clone(&trace));
        }
    }
    let of_line = |msisdn: &Msisdn| by_line.get(msisdn).map(Vec::as_slice).unwrap_or_default();
    changes
        .into_iter()
        .map(|change| {
            let cause = explain(&change, of_line(&change.sim.msisdn), ours);
            (change, cause)
        })
        .collect()
}

/// Who made a change, by the applications of its line, sorted by [`Trace::order`].
pub fn explain(change: &Outside<'_>, traces: &[Arc<Trace>], ours: &Ours) -> Cause {
    if let Some(pending) = change.pending {
        let asked = traces.iter().find(|trace| trace.application == pending.application);
        return asked.map_or(Cause::Unknown, |trace| Cause::Application(Arc::clone(trace)));
    }
    let of_field = kinds(&change.field, change.is_chip());
    let counts = |trace: &&Arc<Trace>| of_field.contains(&trace.kind) && !trace.status.came_to_nothing();
    let last = traces.iter().filter(counts).rfind(|trace| could_be(change, trace));
    let found = match &ours.since {
        // The journal knows the value that our last operation left: what changed it is later.
        None => {
            let own = traces.iter().filter(counts).rfind(|trace| ours.applications.contains(&trace.application));
            last.filter(|trace| own.is_none_or(|own| own.order(trace).is_lt()))
        }
        Some(_) if last.is_some_and(|trace| ours.knows(&trace.application)) => return Cause::Intended,
        Some((_, at)) => last.filter(|trace| trace.at >= *at),
    };
    match found {
        Some(trace) => Cause::Application(Arc::clone(trace)),
        None if is_carriers(&change.observed) => Cause::Carrier,
        None => Cause::Unknown,
    }
}

/// Whether an application can have led to the value that is observed.
fn could_be(change: &Outside<'_>, trace: &Trace) -> bool {
    use ApplicationType as Type;
    let observed = &*change.observed;
    match (&trace.kind, &*change.field) {
        (Type::Suspend, "state") if observed == "CarrierSuspended" => trace.via == RequestedVia::Carrier,
        (Type::Suspend, "state") => observed == "Suspended",
        (Type::Resume, "state") => observed == "Active",
        (Type::Terminate, "state") => {
            matches!(observed, "TerminationAccepted" | "Terminated" | "CarrierTerminated" | MISSING)
        }
        (Type::Activation, "state") => matches!(observed, "Active" | "Suspended"),
        (Type::Allocation, "state") => observed == "Allocated",
        (Type::Deallocation | Type::ImeiRegistration, "state") => observed == "Registered",
        (Type::PlanChange, "ratePlan") => trace.target.as_deref().is_none_or(|target| target == observed),
        (Type::Activation, "ratePlan" | "systemNumber")
        | (Type::Allocation | Type::Deallocation, "systemNumber")
        | (Type::ImeiRegistration, "imei") => true,
        (
            Type::Suspend
            | Type::Resume
            | Type::PlanChange
            | Type::Coupon
            | Type::Terminate
            | Type::Order
            | Type::ImeiRegistration
            | Type::Allocation
            | Type::Deallocation
            | Type::Activation
            | Type::Unknown(_),
            _,
        ) => false,
    }
}

fn is_carriers(status: &str) -> bool {
    matches!(status, "CarrierSuspended" | "CarrierTerminated")
}
