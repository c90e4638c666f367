//! The csv driver: a carrier of which exported lists are known, and what was handed over to a person.
//!
//! It answers what the lists say, so that whatever observes a carrier works on them. What a person was asked to do in
//! the console, and what no list shows yet, stands in their place as an open application: it is not planned again. It
//! sends nothing: there is nobody to send it to.
//!
//! | module | what it holds |
//! |---|---|
//! | `handed_over` | an operation on a line, and whether lists show it as done |
//! | `bought` | coupons and orders, which no list shows |
//! | `routes` | the answers |

mod bought;
mod handed_over;
mod routes;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{PoisonError, RwLock, RwLockReadGuard};

use jiff::Timestamp;

pub use bought::Bought;
pub use handed_over::{HandedOver, Shown};

use crate::carrier::exports::{ExportCatalogue, ExportedLists, seen};
use crate::carrier::wire::{
    Application, ApplicationItem, ChipSim, CouponOffer, Line, PendingApplication, PlanOffer, SystemAnswer,
};
use crate::domain::calendar::{JstTime, YearMonth};
use crate::domain::console::CONSOLE;
use crate::domain::{
    ApplicationNumber, ApplicationStatus, ApplicationType, CarrierIdentity, ExportReading, Msisdn, RatePlan, RequestedVia,
};
use handed_over::{Rows, wire_target};

/// Exported lists as a carrier.
#[derive(Debug)]
pub struct ExportCarrier {
    identity: CarrierIdentity,
    exported_at: Timestamp,
    lists: ExportedLists,
    system: SystemAnswer,
    plans: Vec<PlanOffer>,
    coupons: BTreeMap<RatePlan, Vec<CouponOffer>>,
    recalled: RwLock<Recalled>,
}

/// What a journal knows of what people were asked to do.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Recalled {
    /// On lines: what is not known to be done.
    pub handed_over: Vec<HandedOver>,
    /// Coupons and orders.
    pub bought: Bought,
}

impl ExportCarrier {
    /// What an account's lists and its catalogue say. Nobody else's lists bear its name.
    pub fn new(
        account: &str,
        lists: ExportedLists,
        catalogue: ExportCatalogue,
        reading: &ExportReading,
        exported_at: Timestamp,
    ) -> Self {
        let coupons = catalogue.coupon_offers();
        let (mut system, plans) = seen(catalogue, &lists.lines, reading);
        account.clone_into(&mut system.contractor_id);
        Self { identity: identity(account), exported_at, lists, system, plans, coupons, recalled: RwLock::default() }
    }

    /// What was handed over and bought: all there is, instead of what was said before.
    pub fn recall(&self, recalled: Recalled) {
        *self.recalled.write().unwrap_or_else(PoisonError::into_inner) = recalled;
    }

    fn recalled(&self) -> RwLockReadGuard<'_, Recalled> {
        self.recalled.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether all that was bought in the month of this time is known, and every order. (A month counts in JST.)
    pub fn knows_what_was_bought(&self, now: Timestamp) -> bool {
        self.recalled().bought.has_all_coupons_since(Some(YearMonth::of(now).first_day()))
    }

    fn find_line(&self, msisdn: Msisdn) -> Option<&Line> {
        self.lists.lines.binary_search_by_key(&msisdn, |line| line.msisdn).ok().and_then(|at| self.lists.lines.get(at))
    }

    fn find_chip(&self, msisdn: Msisdn) -> Option<&ChipSim> {
        self.lists.chips.binary_search_by_key(&msisdn, |chip| chip.msisdn).ok().and_then(|at| self.lists.chips.get(at))
    }

    /// What the lists say of an operation. Lists from before it was handed over show somebody else's work, or an older state.
    pub fn shown(&self, handed: &HandedOver) -> Shown {
        if self.exported_at < handed.at {
            return Shown::NotYet;
        }
        let (line, chip) = (self.find_line(handed.msisdn), self.find_chip(handed.msisdn));
        handed_over::shown(handed, Rows { line, chip, has_imeis: self.lists.chips_have_imeis })
    }

    /// Open applications of every line that has any.
    fn open(&self) -> BTreeMap<Msisdn, Vec<PendingApplication>> {
        let mut open: BTreeMap<Msisdn, Vec<PendingApplication>> = BTreeMap::new();
        for handed in self.recalled().handed_over.iter().filter(|handed| self.shown(handed) == Shown::NotYet) {
            let Some(kind) = ApplicationType::of(handed.kind) else { continue };
            open.entry(handed.msisdn).or_default().push(PendingApplication {
                application_no: handed.number.to_string(),
                kind,
                target: wire_target(handed),
                effective_date: handed.effective,
                cancellable: false,
                status: Some(ApplicationStatus::Accepted),
            });
        }
        open
    }

    /// Steps of check-lists as applications.
    fn steps(&self, handed_over: &[HandedOver]) -> BTreeMap<ApplicationNumber, Application> {
        let mut steps: BTreeMap<ApplicationNumber, Application> = BTreeMap::new();
        for handed in handed_over {
            let Some(kind) = ApplicationType::of(handed.kind) else { continue };
            let status = match self.shown(handed) {
                Shown::Done => ApplicationStatus::Completed,
                Shown::NotYet => ApplicationStatus::Accepted,
                Shown::Overtaken => ApplicationStatus::Rejected,
            };
            let step = steps.entry(handed.number.clone()).or_insert_with(|| Application {
                application_no: handed.number.to_string(),
                kind,
                status: ApplicationStatus::Accepted,
                status_label: String::new(),
                requested_at: JstTime(handed.at),
                requested_via: RequestedVia::Console,
                effective_date: handed.effective,
                cancellable_until: None,
                items: Vec::new(),
                target: None,
                order: None,
            });
            step.items.push(ApplicationItem { msisdn: handed.msisdn, status, error_code: None });
        }
        for step in steps.values_mut() {
            let statuses: BTreeSet<&ApplicationStatus> = step.items.iter().map(|item| &item.status).collect();
            let same = statuses.first().filter(|_| statuses.len() == 1).map(|status| (*status).clone());
            let open = step.items.iter().any(|item| item.status == ApplicationStatus::Accepted);
            let mixed = if open { ApplicationStatus::Processing } else { ApplicationStatus::PartiallyCompleted };
            step.status = same.unwrap_or(mixed);
            step.status.label().clone_into(&mut step.status_label);
        }
        steps
    }
}

/// Whose journal and plans these are. The name is all that is known.
pub fn identity(account: &str) -> CarrierIdentity {
    CarrierIdentity { host: CONSOLE.to_owned(), contractor_id: account.to_owned() }
}
