//! An agreement not to report a change as drift for a while.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;

use crate::domain::{DesiredSim, Msisdn, Source};

/// Changes by others that are known and left unreported until a day. Nothing else hangs on it: what is planned, what is
/// remembered and what is blocked is the same with and without it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DriftIgnore {
    /// The lines, sorted, each once. `None`: all of the fleet.
    pub msisdns: Option<Vec<Msisdn>>,
    /// Only lines that have all of these labels.
    pub labels: BTreeMap<String, String>,
    /// The fields. `None`: all.
    pub fields: Option<BTreeSet<DriftField>>,
    /// Why, for people.
    pub reason: Option<Arc<str>>,
    /// Who answers for it.
    pub owner: Arc<str>,
    /// The last day (JST) on which it holds.
    pub until: Date,
    /// Where it is declared.
    pub source: Source,
}

impl DriftIgnore {
    /// Whether it is about a line of its fleet.
    pub fn is_about(&self, sim: &DesiredSim) -> bool {
        let has = |(key, value): (&String, &String)| sim.labels.as_ref().is_some_and(|labels| labels.get(key) == Some(value));
        self.msisdns.as_ref().is_none_or(|msisdns| msisdns.binary_search(&sim.msisdn).is_ok()) && self.labels.iter().all(has)
    }

    /// Whether it is about a field of a line of its fleet.
    pub fn covers(&self, sim: &DesiredSim, field: &str) -> bool {
        let fields = self.fields.as_ref();
        fields.is_none_or(|fields| fields.iter().any(|own| own.as_str() == field)) && self.is_about(sim)
    }

    /// Whether it holds on a day (JST).
    pub fn holds_on(&self, day: Date) -> bool {
        day <= self.until
    }
}

/// A field that drift is measured in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DriftField {
    /// `imei`
    Imei,
    /// `ratePlan`
    RatePlan,
    /// `state`
    State,
    /// `systemNumber`
    SystemNumber,
}

impl DriftField {
    /// Every field, by name.
    pub const ALL: [Self; 4] = [Self::Imei, Self::RatePlan, Self::State, Self::SystemNumber];

    /// The name in manifests, plans and reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Imei => "imei",
            Self::RatePlan => "ratePlan",
            Self::State => "state",
            Self::SystemNumber => "systemNumber",
        }
    }
}
