//! `SimFleet` to a draft: the fleet and its inline lines.

use std::sync::Arc;

use super::LabelPool;
use super::drift_ignore::{NamedNumbers, drift_ignore};
use super::line::{LineInput, Wish, line};
use super::policy::policy;
use super::purchase::{GrantDraft, grant, top_up};
use crate::api::{
    ChipSimEntry, ChipState, DefaultState, FleetMode, LineDefaults, Metadata, SimEntry, SimFleet, SimFleetSpec, SimState,
};
use crate::domain::name::Interner;
use crate::domain::{
    DesiredFleet, DesiredSim, DesiredState, DesiredTopUp, List, Mode, RatePlan, ServiceCode, Source, SystemNumber,
};
use crate::manifest::places::Places;
use crate::manifest::sink::{Place, Sink};
use crate::manifest::validate::{grants, top_ups as top_up_rules};

/// A fleet before its rosters are read.
#[derive(Debug)]
pub(crate) struct FleetDraft {
    pub(crate) account: Arc<str>,
    pub(crate) account_place: Place,
    pub(crate) fleet: DesiredFleet,
    /// Its number among the drafts, which its lines carry.
    pub(crate) index: u32,
    pub(crate) default_state: Option<DesiredState>,
    pub(crate) default_plan: Option<RatePlan>,
    /// `spec.protected`.
    pub(crate) protected: bool,
    /// `spec.paused`.
    pub(crate) paused: bool,
    pub(crate) grants: Vec<GrantDraft>,
    /// The numbers that its drift ignores name.
    pub(crate) ignored: Vec<NamedNumbers>,
    pub(crate) top_ups: Vec<DesiredTopUp>,
    /// Where it declares policies that buy, if it does.
    pub(crate) top_ups_place: Option<Place>,
    /// Whether every line that it declares was read, so that a number that is not among them is certainly
    /// not declared.
    pub(crate) is_complete: bool,
}

/// Compiles a fleet and its inline lines, which are appended to `lines`.
pub(crate) fn fleet(
    document: &SimFleet,
    (file, index): (u32, u32),
    places: &impl Places,
    (interner, pool): (&mut Interner, &mut LabelPool),
    lines: &mut Vec<DesiredSim>,
    sink: &mut Sink,
) -> FleetDraft {
    let SimFleet { api_version: _, kind: _, metadata, spec } = document;
    let Metadata { name, namespace: _, labels: _, annotations: _ } = metadata;
    let SimFleetSpec {
        account_ref,
        system_number,
        service_code,
        mode,
        defaults: LineDefaults { state, rate_plan },
        sims,
        chip_sims,
        rosters: _,
        coupons,
        top_ups,
        protected,
        policy: policy_spec,
        paused,
    } = spec;
    let here = places.field(&["metadata", "name"]).location;
    let mut draft = FleetDraft {
        account: interner.intern(&account_ref.name),
        account_place: places.field(&["spec", "accountRef", "name"]),
        fleet: DesiredFleet {
            name: interner.intern(name),
            system: SystemNumber::from(interner.intern(system_number)),
            service: ServiceCode::from(interner.intern(service_code)),
            mode: if *paused { Mode::Observe } else { mode_of(*mode) },
            policy: policy(policy_spec),
            source: Source { file, line: here.line, column: here.column },
        },
        index,
        default_state: state.map(default_state),
        default_plan: rate_plan.as_deref().map(|plan| RatePlan::from(interner.intern(plan))),
        protected: *protected,
        paused: *paused,
        grants: Vec::new(),
        ignored: Vec::new(),
        top_ups: Vec::new(),
        top_ups_place: (!top_ups.is_empty()).then(|| places.field(&["spec", "topUps"])),
        is_complete: places.has_all("sims") && places.has_all("chipSims"),
    };
    let before = lines.len();
    lines.reserve(sims.len() + chip_sims.len());
    for (nth, entry) in sims.iter().enumerate() {
        let place = |field: &str| places.entry_field("sims", nth, field);
        let spot = places.entry("sims", nth);
        let source = Source { file, line: spot.line, column: spot.column };
        lines.extend(line(&sim_input(entry, source, pool), &draft, &place, interner, sink));
    }
    for (nth, entry) in chip_sims.iter().enumerate() {
        let place = |field: &str| places.entry_field("chipSims", nth, field);
        let spot = places.entry("chipSims", nth);
        let source = Source { file, line: spot.line, column: spot.column };
        lines.extend(line(&chip_input(entry, source, pool), &draft, &place, interner, sink));
    }
    draft.is_complete &= lines.len() - before == sims.len() + chip_sims.len();
    for (nth, entry) in coupons.iter().enumerate() {
        draft.grants.extend(grant(entry, (file, index), places, nth, interner, sink));
    }
    grants::names(&draft.grants, sink);
    for (nth, entry) in policy_spec.drift_ignores.iter().enumerate() {
        let (ignore, numbers) = drift_ignore(entry, file, places, nth, interner, sink);
        draft.fleet.policy.drift_ignores.extend(ignore);
        draft.ignored.extend(numbers);
    }
    let names: Vec<&str> = top_ups.iter().map(|policy| policy.name.as_str()).collect();
    top_up_rules::names(&names, |nth| places.entry_field("topUps", nth, "name"), sink);
    draft.top_ups =
        top_ups.iter().enumerate().filter_map(|(nth, entry)| top_up(entry, (file, index), places, nth, interner)).collect();
    draft
}

fn sim_input<'e>(entry: &'e SimEntry, source: Source, pool: &mut LabelPool) -> LineInput<'e> {
    let SimEntry { msisdn, state, rate_plan, termination_date, terminate_after, iccid, name, labels, protected } = entry;
    LineInput {
        list: List::Sims,
        msisdn,
        iccid: iccid.as_deref(),
        imei: None,
        state: wish(state.as_ref()).map(|state| sim_state(*state)),
        rate_plan: wish(rate_plan.as_ref()).map(String::as_str),
        termination_date: termination_date.as_deref(),
        terminate_after: terminate_after.as_deref(),
        protected: *protected,
        name: name.as_deref(),
        labels: (!labels.is_empty()).then(|| pool.share(labels)),
        source,
    }
}

fn chip_input<'e>(entry: &'e ChipSimEntry, source: Source, pool: &mut LabelPool) -> LineInput<'e> {
    let ChipSimEntry { msisdn, imei, state, rate_plan, termination_date, terminate_after, iccid, name, labels, protected } =
        entry;
    LineInput {
        list: List::ChipSims,
        msisdn,
        iccid: iccid.as_deref(),
        imei: imei.as_deref(),
        state: wish(state.as_ref()).map(|state| chip_state(*state)),
        rate_plan: wish(rate_plan.as_ref()).map(String::as_str),
        termination_date: termination_date.as_deref(),
        terminate_after: terminate_after.as_deref(),
        protected: *protected,
        name: name.as_deref(),
        labels: (!labels.is_empty()).then(|| pool.share(labels)),
        source,
    }
}

fn wish<T>(field: Option<&Option<T>>) -> Wish<&T> {
    match field {
        None => Wish::Default,
        Some(None) => Wish::Unmanaged,
        Some(Some(value)) => Wish::Is(value),
    }
}

fn default_state(state: DefaultState) -> DesiredState {
    match state {
        DefaultState::Active => DesiredState::Active,
        DefaultState::Suspended => DesiredState::Suspended,
    }
}

fn sim_state(state: SimState) -> DesiredState {
    match state {
        SimState::Active => DesiredState::Active,
        SimState::Suspended => DesiredState::Suspended,
        SimState::Terminated => DesiredState::Terminated,
    }
}

fn chip_state(state: ChipState) -> DesiredState {
    match state {
        ChipState::Registered => DesiredState::Registered,
        ChipState::Allocated => DesiredState::Allocated,
        ChipState::Active => DesiredState::Active,
        ChipState::Suspended => DesiredState::Suspended,
        ChipState::Terminated => DesiredState::Terminated,
    }
}

fn mode_of(mode: FleetMode) -> Mode {
    match mode {
        FleetMode::Observe => Mode::Observe,
        FleetMode::Plan => Mode::Plan,
        FleetMode::Apply => Mode::Apply,
    }
}
