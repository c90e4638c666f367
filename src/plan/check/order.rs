//! Orders, judged by counting: of one content, no more are placed than names want it and the carrier lacks.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::Violation;
use crate::domain::calendar::jst_date;
use crate::domain::{
    ApplicationNumber, ApplicationStatus, ApplicationType, Catalogue, Desired, DesiredOrder, Function, Money, Observed,
    OrderApplication, OrderContent, OrderPlacement, Subject,
};
use crate::plan::{
    AccountPlan, ApprovalNeed, BlockedCode, Change, Memory, Operation, Part, PurchaseOutcome, RememberedOrder, Values,
    WarningCode,
};

pub(super) fn check(
    desired: &Desired,
    observed: &Observed,
    memory: &Memory,
    now: Timestamp,
    plan: &AccountPlan,
    part: Part<'_>,
    violations: &mut Vec<Violation>,
) {
    let no_orders: &[OrderApplication] = &[];
    let judge = Orders {
        desired,
        catalogue: &observed.catalogue,
        memory,
        found: observed.purchases.orders.as_deref().unwrap_or(no_orders),
        now,
        plan,
    };
    let mut fault = |operation: Option<&Operation>, name: &str, message: String| {
        let operation = operation.map(|operation| operation.id.clone());
        violations.push(Violation { msisdn: None, operation, message: format!("order {name}: {message}") });
    };
    let mut busy: BTreeSet<&str> = BTreeSet::new();
    for operation in &plan.operations {
        let Subject::Order(name) = &operation.subject else { continue };
        if !busy.insert(name) {
            fault(Some(operation), name, "two operations of one order".to_owned());
        }
        if !(part.orders)(name) || observed.purchases.orders.is_none() {
            fault(Some(operation), name, "not selected, or not observed".to_owned());
        }
        for message in judge.operation(name, operation) {
            fault(Some(operation), name, message);
        }
    }
    for (content, placed) in judge.placements() {
        let lacking = judge.claimants(&content).saturating_sub(judge.free(&content));
        if placed > lacking {
            fault(None, "", format!("{placed} are placed where the carrier lacks {lacking}"));
        }
    }
    if !observed.complete {
        return;
    }
    for order in desired.orders.iter().filter(|order| (part.orders)(&order.name)) {
        let why = if observed.purchases.orders.is_none() {
            let says_so = judge.blocked(&order.name) == Some(BlockedCode::PurchasesNotObserved);
            (!says_so).then(|| "what was ordered was not observed, and the plan does not say so".to_owned())
        } else {
            judge.goal(order, busy.contains(&*order.name))
        };
        if let Some(why) = why {
            fault(None, &order.name, why);
        }
    }
    for order in memory.orders.iter().filter(|order| (part.orders)(&order.name) && judge.goes_on_untold(order, &busy)) {
        fault(None, &order.name, "it is open and no longer declared, and the plan does not say so".to_owned());
    }
}

struct Orders<'a> {
    desired: &'a Desired,
    catalogue: &'a Catalogue,
    memory: &'a Memory,
    found: &'a [OrderApplication],
    now: Timestamp,
    plan: &'a AccountPlan,
}

/// One of two ways to write it.
fn canonical(content: &OrderContent) -> OrderContent {
    content.clone().normalised()
}

fn is_void(application: &OrderApplication) -> bool {
    matches!(application.status.wire(), "rejected" | "cancelled")
}

fn is_open(application: &OrderApplication) -> bool {
    !is_void(application) && !matches!(application.status.wire(), "completed" | "partial" | "partiallyCompleted")
}

impl<'a> Orders<'a> {
    fn declared(&self, name: &str) -> Option<&'a DesiredOrder> {
        self.desired.orders.iter().find(|order| *order.name == *name)
    }

    fn remembered(&self, name: &str) -> Option<&'a RememberedOrder> {
        self.memory.orders.iter().find(|order| *order.name == *name)
    }

    fn application(&self, number: &ApplicationNumber) -> Option<&'a OrderApplication> {
        self.found.iter().find(|application| application.application == *number)
    }

    fn blocked(&self, name: &str) -> Option<BlockedCode> {
        let is_of = |subject: &Subject| matches!(subject, Subject::Order(order) if **order == *name);
        self.plan.blocked.iter().find(|item| is_of(&item.subject)).map(|item| item.code)
    }

    fn waits(&self, name: &str) -> bool {
        self.plan.pending.iter().any(|item| matches!(&item.subject, Subject::Order(order) if **order == *name))
    }

    fn warned(&self, name: &str, code: WarningCode) -> bool {
        let is_of = |subject: &Subject| matches!(subject, Subject::Order(order) if **order == *name);
        self.plan.warnings.iter().any(|item| item.code == code && is_of(&item.subject))
    }

    fn in_doubt(&self, name: &str) -> bool {
        let doubted =
            self.memory.in_doubt.iter().any(|operation| matches!(&operation.subject, Subject::Order(order) if **order == *name));
        doubted || self.remembered(name).is_some_and(|order| order.outcome == PurchaseOutcome::InDoubt)
    }

    /// The name that the journal has an application under.
    fn owner(&self, number: &ApplicationNumber) -> Option<&'a RememberedOrder> {
        self.memory.orders.iter().find(|order| order.application.as_ref() == Some(number))
    }

    fn offers(&self, content: &OrderContent, function: Function) -> bool {
        self.catalogue.offers(&content.system_number, &content.service_code, function)
    }

    /// What the catalogue asks for an order: once, and every month.
    fn price(&self, content: &OrderContent) -> (Money, Money) {
        let times =
            |price: Option<&Money>, quantity: u32| Money(price.map_or(0, |price| price.0.saturating_mul(quantity.into())));
        let prices = &self.catalogue.orders;
        let devices = content.devices.iter().map(|device| times(prices.devices.get(&device.model), device.quantity));
        let once = devices.chain([times(prices.cards.get(&content.form_factor), content.quantity)]).sum();
        let fee = self.catalogue.plans.get(&content.rate_plan).and_then(|plan| plan.monthly.as_ref());
        let is_started_later = *content.form_factor == *"chip";
        (once, times(fee.filter(|_| !is_started_later), content.quantity))
    }

    /// What is wrong with an operation of an order.
    fn operation(&self, name: &str, operation: &Operation) -> Vec<String> {
        let mut wrong = Vec::new();
        if self.in_doubt(name) {
            wrong.push("its last operation is in doubt".to_owned());
        }
        if let Some(code) = self.blocked(name) {
            wrong.push(format!("it is blocked ({})", code.as_str()));
        }
        if !operation.fleet.is_empty() || operation.account != self.desired.account || operation.wave != 1 {
            wrong.push("an order is of no fleet, and waits for nothing".to_owned());
        }
        let cost = (operation.cost.one_off(), operation.cost.every_month());
        match &operation.change {
            Change::PlaceOrder { placement } => {
                if cost != self.price(&placement.content) {
                    wrong.push(format!("costs {:?} by the catalogue, not {cost:?}", self.price(&placement.content)));
                }
                wrong.extend(self.placement(name, placement, operation));
            }
            Change::CancelApplication { application, of: ApplicationType::Order } => {
                wrong.extend(self.cancellation(name, application, operation, cost));
            }
            Change::CancelApplication { .. }
            | Change::Suspend
            | Change::Resume
            | Change::ChangeRatePlan { .. }
            | Change::Terminate { .. }
            | Change::BindImei { .. }
            | Change::Allocate { .. }
            | Change::Deallocate { .. }
            | Change::StartUse { .. }
            | Change::BuyCoupon { .. } => wrong.push("no operation of an order".to_owned()),
        }
        wrong
    }

    fn placement(&self, name: &str, placement: &OrderPlacement, operation: &Operation) -> Vec<String> {
        let mut wrong = Vec::new();
        let mut require = |holds: bool, what: &str| {
            if !holds {
                wrong.push(what.to_owned());
            }
        };
        let content = &placement.content;
        let declared = self.declared(name).filter(|order| !order.cancelled);
        require(
            declared.is_some_and(|order| canonical(&order.content) == canonical(content)),
            "nobody declares that, or wants it",
        );
        let expected = match self.remembered(name) {
            None => Some(1),
            Some(order) if order.outcome == PurchaseOutcome::NotBought => {
                Some(order.placement.attempt.saturating_add(u32::from(order.refused)))
            }
            Some(_) => None,
        };
        require(expected == Some(placement.attempt), "it was placed already, or this is another attempt");
        let doubted = |order: &RememberedOrder| {
            order.outcome == PurchaseOutcome::InDoubt && canonical(&order.placement.content) == canonical(content)
        };
        require(!self.memory.orders.iter().any(doubted), "the same may have been placed under some name, nobody knows");
        require(operation.approval == ApprovalNeed::Ack, "the policy of no fleet approves an order");
        let devices = content.devices.is_empty() || self.offers(content, Function::OrderDevices);
        require(self.offers(content, Function::OrderSims) && devices, "the service does not offer it");
        require(self.catalogue.plans.contains_key(&content.rate_plan), "there is no such rate plan");
        require(content.preferred_date.is_none_or(|date| date >= jst_date(self.now)), "its day is over");
        let as_shown = Values { placement: Some(Box::new(placement.clone())), ..Values::default() };
        require(operation.to == as_shown && operation.from == Values::default(), "it shows another order");
        let could_be: BTreeSet<&ApplicationNumber> = self
            .found
            .iter()
            .filter(|found| !is_void(found))
            .filter(|found| found.content.as_ref().is_none_or(|found| canonical(found) == canonical(content)))
            .map(|found| &found.application)
            .collect();
        let named = operation.precondition.purchases.iter().flatten();
        require(
            operation.precondition.purchases.is_some() && named.eq(could_be),
            "its precondition names other applications than could be this order",
        );
        let alien = |found: &&OrderApplication| {
            let ours =
                |content: &OrderContent| self.desired.orders.iter().any(|order| canonical(&order.content) == canonical(content));
            is_open(found) && self.owner(&found.application).is_none() && !found.content.as_ref().is_some_and(ours)
        };
        let untold = self.found.iter().any(|found| alien(&found)) && !self.warned(name, WarningCode::OrderUnexplained);
        require(!untold, "the carrier has an order that nothing explains, and the plan does not say so");
        wrong
    }

    fn cancellation(&self, name: &str, number: &ApplicationNumber, operation: &Operation, cost: (Money, Money)) -> Vec<String> {
        let Some(found) = self.application(number) else { return vec![format!("the carrier has no application {number}")] };
        let mut wrong = Vec::new();
        let mut require = |holds: bool, what: &str| {
            if !holds {
                wrong.push(what.to_owned());
            }
        };
        let (declared, remembered) = (self.declared(name), self.remembered(name));
        let is_asked_for = declared.map_or(self.desired.cancel_removed_orders && remembered.is_some(), |order| order.cancelled);
        require(is_asked_for, "nobody asks for that");
        let is_its_own = match self.owner(number) {
            Some(owner) => *owner.name == *name,
            None => declared.is_some_and(|order| {
                found.content.as_ref().is_some_and(|content| canonical(content) == canonical(&order.content))
            }),
        };
        require(is_its_own, "the application is another order's");
        let in_time = found.cancellable_until.is_none_or(|until| self.now < until);
        require(found.status == ApplicationStatus::Accepted && in_time, "it can no longer be cancelled");
        require(operation.approval == ApprovalNeed::Yes, "calling off is R1");
        require(operation.precondition.applications.contains(number), "it rests on its application");
        let content =
            found.content.as_ref().or(remembered.map(|order| &order.placement.content)).or(declared.map(|order| &order.content));
        require(content.is_some_and(|content| self.offers(content, Function::Applications)), "the service does not offer it");
        let (once, monthly) = content.map_or_else(Default::default, |content| self.price(content));
        require((Money::ZERO.minus(once), Money::ZERO.minus(monthly)) == cost, "it gives back what the order costs");
        wrong
    }

    /// How many orders of each content are placed.
    fn placements(&self) -> BTreeMap<OrderContent, usize> {
        let mut placements = BTreeMap::new();
        for operation in &self.plan.operations {
            if let Change::PlaceOrder { placement } = &operation.change {
                *placements.entry(canonical(&placement.content)).or_default() += 1;
            }
        }
        placements
    }

    /// Names that want a content and for which the journal knows of no application.
    fn claimants(&self, content: &OrderContent) -> usize {
        let wants =
            |order: &&DesiredOrder| !order.cancelled && canonical(&order.content) == *content && !self.in_doubt(&order.name);
        let has_none =
            |order: &&DesiredOrder| self.remembered(&order.name).is_none_or(|remembered| remembered.application.is_none());
        self.desired.orders.iter().filter(wants).filter(has_none).count()
    }

    /// Applications of a content that no declared name has by the journal, shown by the carrier or not.
    fn free(&self, content: &OrderContent) -> usize {
        let is_free =
            |found: &&OrderApplication| self.owner(&found.application).is_none_or(|owner| self.declared(&owner.name).is_none());
        let same = |found: &&OrderApplication| found.content.as_ref().is_some_and(|found| canonical(found) == *content);
        let shown = self.found.iter().filter(|found| !is_void(found)).filter(same).filter(is_free).count();
        let is_unlisted = |order: &&RememberedOrder| {
            order.outcome == PurchaseOutcome::Bought
                && self.declared(&order.name).is_none()
                && canonical(&order.placement.content) == *content
                && order.application.as_ref().is_some_and(|number| self.application(number).is_none())
        };
        shown + self.memory.orders.iter().filter(is_unlisted).count()
    }

    /// What an order lacks after the plan.
    fn goal(&self, order: &DesiredOrder, busy: bool) -> Option<String> {
        let said = busy || self.blocked(&order.name).is_some() || self.waits(&order.name);
        let own = self.remembered(&order.name).and_then(|remembered| self.application(remembered.application.as_ref()?));
        if self.in_doubt(&order.name) {
            let says_so = self.blocked(&order.name) == Some(BlockedCode::InDoubt);
            return (!says_so).then(|| "it is in doubt, and the plan does not say so".to_owned());
        }
        if order.cancelled {
            let goes_on = own.is_some_and(|own| !is_void(own));
            return (goes_on && !said).then(|| "it goes on, and the plan does not say so".to_owned());
        }
        let same = |found: &&OrderApplication| {
            found.content.as_ref().is_some_and(|content| canonical(content) == canonical(&order.content))
        };
        let has_ended = |found: &OrderApplication| !is_void(found) && !is_open(found);
        let has_come = match own {
            Some(own) => has_ended(own),
            None => self.found.iter().filter(same).any(has_ended),
        };
        let partly = own.is_some_and(|own| matches!(own.status.wire(), "partial" | "partiallyCompleted"));
        if partly && !said && !self.warned(&order.name, WarningCode::OrderPartial) {
            return Some("it came in part, and the plan does not say so".to_owned());
        }
        (!said && !has_come).then(|| "it is neither placed nor on its way, and the plan does not say why".to_owned())
    }

    /// Whether an order that nobody declares any more is open, and the plan says nothing.
    fn goes_on_untold(&self, order: &RememberedOrder, busy: &BTreeSet<&str>) -> bool {
        let found = order.application.as_ref().and_then(|number| self.application(number));
        let taken_over = |found: &OrderApplication| {
            let same = |order: &&DesiredOrder| {
                found.content.as_ref().is_some_and(|content| canonical(content) == canonical(&order.content))
            };
            self.desired.orders.iter().any(|order| same(&order))
        };
        self.declared(&order.name).is_none()
            && !self.in_doubt(&order.name)
            && found.is_some_and(|found| is_open(found) && !taken_over(found))
            && !busy.contains(&*order.name)
            && self.blocked(&order.name).is_none()
            && !self.warned(&order.name, WarningCode::OrderNotDeclared)
    }
}
