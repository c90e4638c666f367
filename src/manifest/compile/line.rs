//! One declared line, from a list or a roster: parsed, defaults applied, its own rules checked.

use std::sync::Arc;

use jiff::civil::Date;

use super::{FleetDraft, Labels};
use crate::diag::codes;
use crate::domain::name::Interner;
use crate::domain::{DesiredSim, DesiredState, List, RatePlan, Source};
use crate::manifest::sink::{Place, Sink};
use crate::manifest::validate::protected as protected_rule;
use crate::manifest::validate::{dates, identifiers};

/// A line as written.
#[derive(Debug)]
pub(crate) struct LineInput<'a> {
    pub(crate) list: List,
    pub(crate) msisdn: &'a str,
    pub(crate) iccid: Option<&'a str>,
    pub(crate) imei: Option<&'a str>,
    pub(crate) state: Wish<DesiredState>,
    pub(crate) rate_plan: Wish<&'a str>,
    pub(crate) termination_date: Option<&'a str>,
    pub(crate) terminate_after: Option<&'a str>,
    pub(crate) protected: Option<bool>,
    pub(crate) name: Option<&'a str>,
    pub(crate) labels: Option<Labels>,
    pub(crate) source: Source,
}

/// A field that has a default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wish<T> {
    /// Absent: the default applies.
    Default,
    /// `null`: not managed.
    Unmanaged,
    /// A value.
    Is(T),
}

impl<T> Wish<T> {
    pub(crate) fn map<U>(self, change: impl FnOnce(T) -> U) -> Wish<U> {
        match self {
            Self::Default => Wish::Default,
            Self::Unmanaged => Wish::Unmanaged,
            Self::Is(value) => Wish::Is(change(value)),
        }
    }

    fn or(self, default: impl FnOnce() -> Option<T>) -> Option<T> {
        match self {
            Self::Default => default(),
            Self::Unmanaged => None,
            Self::Is(value) => Some(value),
        }
    }
}

/// Compiles a line. `None`: it has no usable number; all else that is wrong is reported and left out.
pub(crate) fn line(
    input: &LineInput<'_>,
    fleet: &FleetDraft,
    place: &dyn Fn(&str) -> Place,
    interner: &mut Interner,
    sink: &mut Sink,
) -> Option<DesiredSim> {
    let LineInput {
        list,
        msisdn,
        iccid,
        imei,
        state,
        rate_plan,
        termination_date,
        terminate_after,
        protected,
        name,
        labels,
        source,
    } = input;
    let msisdn = sink.keep(identifiers::msisdn(msisdn, || place("msisdn")));
    let iccid = iccid.and_then(|text| sink.keep(identifiers::iccid(text, || place("iccid"))));
    let imei = imei.and_then(|text| sink.keep(identifiers::imei(text, || place("imei"))));
    let state = state.or(|| match list {
        List::Sims => fleet.default_state,
        List::ChipSims => None,
    });
    let plan = rate_plan.map(|code| RatePlan::from(interner.intern(code))).or(|| fleet.default_plan.clone());
    let termination_date = termination_date.and_then(|text| date(text, "terminationDate", state, place, sink));
    let terminate_after = terminate_after.and_then(|text| date(text, "terminateAfter", state, place, sink));
    if let Some(problem) = dates::hold(terminate_after, termination_date, || place("terminateAfter")) {
        sink.push(problem);
    }
    let protection = protected_rule::of(*protected, fleet.protected);
    if let Some(problem) = protected_rule::stopped(state, protection, protected.is_some(), place) {
        sink.push(problem);
    }
    Some(DesiredSim {
        msisdn: msisdn?,
        fleet: fleet.index,
        list: *list,
        state,
        plan,
        imei,
        iccid,
        termination_date,
        terminate_after,
        protection,
        name: name.map(Arc::from),
        labels: labels.clone(),
        source: *source,
    })
}

/// A day that only a line to be terminated may have.
fn date(
    text: &str,
    field: &'static str,
    state: Option<DesiredState>,
    place: &dyn Fn(&str) -> Place,
    sink: &mut Sink,
) -> Option<Date> {
    if let Some(problem) = dates::without_terminated(field, state, || place(field)) {
        sink.push(problem);
    }
    dates::parse(text).map_err(|message| sink.push(place(field).error(codes::INVALID_DATE, message).help(dates::HELP))).ok()
}
