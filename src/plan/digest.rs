//! Digests over canonical bytes, streaming: of intents (operation ids), of plans (plan ids), of what was
//! declared and observed.
//!
//! Every text goes in with its length before it, so that no two lists of texts give the same bytes.

mod purchase;

use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::domain::identifier::ReportedImei;
use crate::domain::{
    CarrierIdentity, Catalogue, CouponPurchase, Desired, DesiredGrant, DesiredSim, DesiredTopUp, Limit, Money, Observed,
    ObservedSim, Pending, PendingTarget, PurchaseReason, Subject,
};
use crate::plan::{AccountPlan, Change, Cost, OpId, Operation, Precondition, Request, Values};

/// Takes texts and numbers and gives SHA-256.
struct Canonical {
    hasher: Sha256,
    /// Small writes are collected: a line has twenty of them.
    buffer: Vec<u8>,
}

const BUFFER: usize = 16 * 1024;

impl Canonical {
    /// `purpose` keeps digests of different things apart.
    fn new(purpose: &str) -> Self {
        let mut canonical = Self { hasher: Sha256::new(), buffer: Vec::with_capacity(BUFFER + 256) };
        canonical.text(purpose);
        canonical
    }

    fn number(&mut self, number: impl Into<i128>) {
        self.buffer.extend_from_slice(&number.into().to_be_bytes());
    }

    /// Unknown is not nothing.
    fn fee(&mut self, fee: Option<Money>) {
        self.number(fee.map_or(i128::MIN, |fee| i128::from(fee.0)));
    }

    fn text(&mut self, text: &str) {
        // A length is one byte for all but freaks: a million lines are mostly lengths otherwise.
        match u8::try_from(text.len()) {
            Ok(length) if length < u8::MAX => self.buffer.push(length),
            Ok(_) | Err(_) => {
                self.buffer.push(u8::MAX);
                self.buffer.extend_from_slice(&count(text.len()).to_be_bytes());
            }
        }
        self.buffer.extend_from_slice(text.as_bytes());
        if self.buffer.len() >= BUFFER {
            self.hasher.update(&self.buffer);
            self.buffer.clear();
        }
    }

    fn optional(&mut self, text: Option<&str>) {
        self.buffer.push(u8::from(text.is_some()));
        if let Some(text) = text {
            self.text(text);
        }
    }

    fn hex(mut self) -> String {
        self.hasher.update(&self.buffer);
        let mut hex = String::with_capacity(64);
        for byte in self.hasher.finalize() {
            for nibble in [byte >> 4, byte & 15] {
                hex.push(char::from_digit(u32::from(nibble), 16).unwrap_or('0'));
            }
        }
        hex
    }

    /// The first 16 hex digits behind a prefix.
    fn short(self, prefix: &str) -> String {
        format!("{prefix}{}", self.hex().get(..16).unwrap_or_default())
    }
}

/// The id of an operation: its intent at this carrier, not the plan it stands in.
pub(crate) fn op_id(carrier: &CarrierIdentity, subject: &Subject, change: &Change) -> OpId {
    let mut canonical = Canonical::new("simfleet operation 1");
    canonical.text(&carrier.host);
    canonical.text(&carrier.contractor_id);
    canonical.text(change.kind().as_str());
    subject_in(&mut canonical, subject);
    match change {
        Change::Suspend | Change::Resume => {}
        Change::ChangeRatePlan { from: _, to } => canonical.text(to.as_str()),
        Change::Terminate { date } => canonical.text(&date.to_string()),
        Change::BindImei { imei } => canonical.text(imei.as_str()),
        Change::Allocate { system } | Change::Deallocate { system } => canonical.text(system.as_str()),
        Change::StartUse { system, plan } => {
            canonical.text(system.as_str());
            canonical.text(plan.as_str());
        }
        Change::CancelApplication { application, of } => {
            canonical.text(application.as_str());
            canonical.text(of.wire());
        }
        // Not the coupon and not the content: a purchase under the same name is the same purchase.
        Change::BuyCoupon { purchase } => {
            let CouponPurchase { reason, month, code: _, ordinal, attempt } = &**purchase;
            let (kind, name) = match reason {
                PurchaseReason::Grant(name) => ("grant", name),
                PurchaseReason::TopUp(name) => ("topUp", name),
            };
            canonical.text(kind);
            canonical.text(name);
            canonical.text(&month.to_string());
            canonical.number(*ordinal);
            canonical.number(*attempt);
        }
        Change::PlaceOrder { placement } => canonical.number(placement.attempt),
    }
    OpId(Arc::from(canonical.short("op-")))
}

/// The id of one account's plan: whose carrier, which operations in which requests, on which
/// preconditions. Not when, from which file, or from which version of a row.
pub fn account_plan_id(plan: &AccountPlan) -> String {
    part_id(&plan.carrier, &plan.operations.iter().collect::<Vec<_>>(), &plan.requests.iter().collect::<Vec<_>>())
}

/// The id of one account's plan from what it is made of, wherever that is kept.
pub(crate) fn part_id(carrier: &CarrierIdentity, operations: &[&Operation], requests: &[&Request]) -> String {
    let mut canonical = Canonical::new("simfleet account plan 1");
    canonical.text(&carrier.host);
    canonical.text(&carrier.contractor_id);
    canonical.number(count(operations.len()));
    for operation in operations {
        operation_in(&mut canonical, operation);
    }
    // Ids of requests are numbers within a whole plan; their members say the same for good.
    canonical.number(count(requests.len()));
    for request in requests {
        canonical.number(request.wave);
        canonical.text(&request.path);
        canonical.number(count(request.items.len()));
        for item in &request.items {
            canonical.text(&item.0);
        }
    }
    canonical.short("plan-")
}

/// The id of a plan over several accounts, from theirs in the order of the accounts' names.
pub(crate) fn plan_id<'a>(accounts: impl Iterator<Item = &'a str>) -> String {
    let mut canonical = Canonical::new("simfleet plan 1");
    accounts.for_each(|id| canonical.text(id));
    canonical.short("plan-")
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

fn operation_in(canonical: &mut Canonical, operation: &Operation) {
    canonical.text(&operation.id.0);
    canonical.text(operation.change.kind().as_str());
    subject_in(canonical, &operation.subject);
    canonical.number(operation.wave);
    for dependency in &operation.depends_on {
        canonical.text(&dependency.0);
    }
    values_in(canonical, &operation.from);
    values_in(canonical, &operation.to);
    let Cost { amount, currency: _, per: _, monthly: _ } = operation.cost;
    canonical.number(amount.0);
    canonical.number(operation.cost.every_month().0);
    let Precondition { status, rate_plan, imei, system_number, iccid, applications, purchases } = &operation.precondition;
    canonical.optional(status.as_deref());
    canonical.optional(rate_plan.as_ref().map(crate::domain::RatePlan::as_str));
    canonical.optional(imei.as_deref());
    canonical.optional(system_number.as_deref());
    canonical.optional(iccid.as_deref());
    canonical.number(count(applications.len()));
    for application in applications {
        canonical.text(application.as_str());
    }
    if let Some(purchases) = purchases {
        canonical.number(count(purchases.len()));
        for application in purchases {
            canonical.text(application.as_str());
        }
    }
}

/// A number goes in as it is; the name of an order behind a word that no number begins with.
fn subject_in(canonical: &mut Canonical, subject: &Subject) {
    match subject {
        Subject::Line(msisdn) => canonical.text(msisdn.as_str()),
        Subject::Order(name) => {
            canonical.text("order");
            canonical.text(name);
        }
    }
}

fn values_in(canonical: &mut Canonical, values: &Values) {
    let Values { state, rate_plan, imei, system_number, termination_date, application, application_type, purchase, placement } =
        values;
    canonical.optional(state.as_deref());
    canonical.optional(rate_plan.as_ref().map(crate::domain::RatePlan::as_str));
    canonical.optional(imei.as_ref().map(crate::domain::Imei::as_str));
    canonical.optional(system_number.as_ref().map(crate::domain::SystemNumber::as_str));
    canonical.optional(termination_date.map(|date| date.to_string()).as_deref());
    canonical.optional(application.as_ref().map(crate::domain::ApplicationNumber::as_str));
    canonical.optional(application_type.as_ref().map(crate::domain::ApplicationType::wire));
    if purchase.is_some() || placement.is_some() {
        // Their own written form is canonical: structs in the order of their fields.
        canonical.text(&serde_json::to_string(&(purchase, placement)).unwrap_or_default());
    }
}

/// What was declared, places aside: the same lines in other files give the same digest.
pub(crate) fn desired(desired: &Desired, sims: &[&DesiredSim]) -> String {
    let mut canonical = Canonical::new("simfleet desired 1");
    let mut fleets: Vec<_> = desired.fleets.iter().collect();
    fleets.sort_by(|left, right| left.name.cmp(&right.name));
    canonical.number(count(fleets.len()));
    for fleet in fleets {
        canonical.text(&fleet.name);
        canonical.text(fleet.system.as_str());
        canonical.text(fleet.service.as_str());
        canonical.number(fleet.mode as u8);
        canonical.number(fleet.policy.unmanaged as u8);
        canonical.number(count(fleet.policy.limits.len()));
        for (kind, limit) in &fleet.policy.limits {
            canonical.text(kind.as_str());
            match limit {
                Limit::Count(count) => canonical.number(*count),
                Limit::Percent(percent) => canonical.number(-1 - i64::from(*percent)),
            }
        }
        canonical.number(count(fleet.policy.approval.len()));
        for (kind, approval) in &fleet.policy.approval {
            canonical.text(kind.as_str());
            canonical.number(*approval as u8);
        }
        purchase::spend_in(&mut canonical, fleet.policy.spend);
        canonical.number(u8::from(fleet.policy.allow_duplicate_imei));
    }
    purchase::spend_in(&mut canonical, desired.spend);
    purchase::desired_in(&mut canonical, desired);
    canonical.number(count(sims.len()));
    for sim in sims {
        desired_sim_in(&mut canonical, desired, sim);
    }
    canonical.hex()
}

/// What one fleet declares, by its number: its settings, lines and purchases.
pub fn fleet(desired: &Desired, number: u32) -> String {
    let at = usize::try_from(number).ok();
    let of_fleet = Desired {
        account: Arc::clone(&desired.account),
        fleets: at.and_then(|at| desired.fleets.get(at)).cloned().into_iter().collect(),
        grants: desired
            .grants
            .iter()
            .filter(|grant| grant.fleet == number)
            .map(|grant| DesiredGrant { fleet: 0, ..grant.clone() })
            .collect(),
        top_ups: desired
            .top_ups
            .iter()
            .filter(|policy| policy.fleet == number)
            .map(|policy| DesiredTopUp { fleet: 0, ..policy.clone() })
            .collect(),
        ..Desired::default()
    };
    let sims: Vec<DesiredSim> =
        desired.sims.iter().filter(|sim| sim.fleet == number).map(|sim| DesiredSim { fleet: 0, ..sim.clone() }).collect();
    self::desired(&of_fleet, &sims.iter().collect::<Vec<_>>())
}

fn desired_sim_in(canonical: &mut Canonical, desired: &Desired, sim: &DesiredSim) {
    let DesiredSim {
        msisdn,
        fleet: _,
        list,
        state,
        plan,
        imei,
        iccid,
        termination_date,
        terminate_after,
        protection,
        name: _,
        labels: _,
        source: _,
    } = sim;
    canonical.text(msisdn.as_str());
    canonical.text(desired.fleet_of(sim).map_or("", |fleet| &fleet.name));
    canonical.buffer.push(*list as u8);
    canonical.buffer.push(*protection as u8);
    canonical.optional(state.map(crate::domain::DesiredState::as_str));
    canonical.optional(plan.as_ref().map(crate::domain::RatePlan::as_str));
    canonical.optional(imei.as_ref().map(crate::domain::Imei::as_str));
    canonical.optional(iccid.as_ref().map(crate::domain::Iccid::as_str));
    canonical.optional(termination_date.map(|date| date.to_string()).as_deref());
    canonical.optional(terminate_after.map(|date| date.to_string()).as_deref());
}

/// What was observed, as far as a plan can rest on it: no traffic, no versions, no times of change.
pub(crate) fn observed(observed: &Observed, sims: &[&ObservedSim]) -> String {
    let mut canonical = Canonical::new("simfleet observed 1");
    canonical.text(&observed.carrier.host);
    canonical.text(&observed.carrier.contractor_id);
    catalogue_in(&mut canonical, &observed.catalogue);
    purchase::prices_in(&mut canonical, &observed.catalogue);
    purchase::evidence_in(&mut canonical, &observed.purchases);
    canonical.number(count(sims.len()));
    for sim in sims {
        observed_sim_in(&mut canonical, sim);
    }
    canonical.hex()
}

fn catalogue_in(canonical: &mut Canonical, catalogue: &Catalogue) {
    for (system, services) in &catalogue.systems {
        for (service, offers) in &services.services {
            canonical.text(system.as_str());
            canonical.text(service.as_str());
            canonical.number(count(offers.functions.len()));
            offers.functions.iter().for_each(|function| canonical.number(function.number()));
        }
    }
    for (plan, price) in &catalogue.plans {
        canonical.text(plan.as_str());
        canonical.fee(price.monthly);
    }
    canonical.number(catalogue.terms.cut_off as u8);
    canonical.number(catalogue.terms.bulk_limit);
    canonical.fee(catalogue.terms.termination_fee);
}

fn observed_sim_in(canonical: &mut Canonical, sim: &ObservedSim) {
    canonical.text(sim.msisdn.as_str());
    canonical.buffer.push(u8::from(sim.line.is_some()) + 2 * u8::from(sim.chip.is_some()));
    if let Some(line) = &sim.line {
        canonical.text(line.status.wire());
        canonical.text(line.plan.as_str());
        canonical.text(line.system.as_str());
        canonical.text(line.service.as_str());
        canonical.buffer.push(u8::from(line.is_chip));
        canonical.optional(line.iccid.as_ref().map(crate::domain::Iccid::as_str));
        canonical.optional(line.imei.as_ref().map(ReportedImei::device));
        canonical.optional(line.suspend_reason.as_deref());
        canonical.optional(line.termination_date.map(|date| date.to_string()).as_deref());
        pending_in(canonical, &line.pending);
    }
    if let Some(chip) = &sim.chip {
        canonical.text(chip.status.wire());
        canonical.optional(chip.system.as_ref().map(crate::domain::SystemNumber::as_str));
        canonical.optional(chip.iccid.as_ref().map(crate::domain::Iccid::as_str));
        canonical.optional(chip.imei.as_ref().map(crate::domain::Imei::as_str));
        pending_in(canonical, &chip.pending);
    }
}

fn pending_in(canonical: &mut Canonical, pending: &[Pending]) {
    canonical.number(count(pending.len()));
    for Pending { application, kind, status, target, effective, cancellable } in pending {
        canonical.text(application.as_str());
        canonical.text(kind.wire());
        canonical.text(status.wire());
        canonical.text(match target {
            PendingTarget::Status(text) | PendingTarget::Other(text) => text,
            PendingTarget::Plan(plan) => plan.as_str(),
            PendingTarget::Imei(imei) => imei.as_str(),
            PendingTarget::System(system) => system.as_str(),
        });
        canonical.optional(effective.map(|date| date.to_string()).as_deref());
        canonical.buffer.push(u8::from(*cancellable));
    }
}
