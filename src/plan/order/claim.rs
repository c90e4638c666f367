//! Which of the carrier's orders is which of ours. The carrier knows no names, so all that tells is the
//! application's number in the journal, or the content.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::domain::{ApplicationNumber, ApplicationStatus, DesiredOrder, OrderApplication, OrderContent};
use crate::plan::{Memory, PurchaseOutcome, RememberedOrder};

/// Why an application is taken for an order.
#[derive(Debug, Clone, Copy)]
pub(super) enum By<'a> {
    /// The journal has its number under the order's name.
    Journal,
    /// It has the same content, and the journal does not know it.
    Content,
    /// It has the same content as an order of this other name, which is no longer declared: to rename an
    /// order is not to order again.
    Renamed(&'a str),
}

/// An order's application.
#[derive(Debug, Clone, Copy)]
pub(super) struct Claim<'a> {
    pub(super) application: &'a OrderApplication,
    pub(super) by: By<'a>,
}

/// Who has which application.
#[derive(Debug)]
pub(super) struct Claims<'a> {
    of: BTreeMap<&'a str, Claim<'a>>,
    taken: BTreeSet<&'a ApplicationNumber>,
    /// Orders that the journal has under a name that is no longer declared, and the list does not show (yet, or
    /// any more), by the name that wants the same.
    unlisted: BTreeMap<&'a str, &'a RememberedOrder>,
    /// Open ones that neither the files nor the journal explain.
    pub(super) unexplained: Vec<&'a OrderApplication>,
}

/// Applications that nobody has yet, by their content, the oldest first.
type Free<'a> = BTreeMap<OrderContent, VecDeque<(&'a OrderApplication, By<'a>)>>;

impl<'a> Claims<'a> {
    /// First by number; then by content, in the order of names. What the journal does not know is taken
    /// before what it knows under a name that is no longer declared. An order that is wanted comes before
    /// one that is to be cancelled, which takes nothing from another name.
    pub(super) fn new(declared: &BTreeMap<&'a str, &'a DesiredOrder>, memory: &'a Memory, found: &'a [OrderApplication]) -> Self {
        let mut known: BTreeMap<&ApplicationNumber, &RememberedOrder> = BTreeMap::new();
        for order in &memory.orders {
            if let Some(number) = &order.application {
                known.entry(number).or_insert(order);
            }
        }
        let mut claims = Self { of: BTreeMap::new(), taken: BTreeSet::new(), unlisted: BTreeMap::new(), unexplained: Vec::new() };
        for application in found {
            if let Some(order) = known.get(&application.application).filter(|order| declared.contains_key(&*order.name)) {
                claims.take(&order.name, Claim { application, by: By::Journal });
            }
        }
        let mut free: [Free<'a>; 2] = [Free::new(), Free::new()];
        let mut rest: Vec<&OrderApplication> =
            found.iter().filter(|application| !application.status.came_to_nothing() && !claims.has(application)).collect();
        rest.sort_by(|left, right| left.application.cmp(&right.application));
        let [unknown, of_others] = &mut free;
        for application in &rest {
            let Some(content) = &application.content else { continue };
            let (those, by) = match known.get(&application.application) {
                None => (&mut *unknown, By::Content),
                Some(order) => (&mut *of_others, By::Renamed(&order.name)),
            };
            those.entry(content.clone().normalised()).or_default().push_back((application, by));
        }
        // What is in doubt may be what is found, or may not: it is left to whoever else wants the same, so
        // that in all no more is ordered than is wanted.
        let doubted =
            |name: &str| memory.in_doubt.iter().any(|operation| operation.subject.order().is_some_and(|of| **of == *name));
        let may_take = |order: &&&DesiredOrder| {
            if doubted(&order.name) {
                return false;
            }
            let remembered = memory.orders.iter().find(|remembered| remembered.name == order.name);
            remembered.is_none_or(|remembered| match remembered.outcome {
                // Settled by hand, under a number that nobody noted.
                PurchaseOutcome::Bought => remembered.application.is_none(),
                PurchaseOutcome::InDoubt => false,
                PurchaseOutcome::NotBought => true,
            })
        };
        let [unknown, of_others] = &mut free;
        let mut unlisted = unlisted(declared, memory, found);
        let wanted = |cancelled: bool| declared.values().filter(move |order| order.cancelled == cancelled).filter(may_take);
        for order in wanted(false) {
            let content = order.content.clone().normalised();
            let first = |those: &mut Free<'a>| those.get_mut(&content).and_then(VecDeque::pop_front);
            if let Some((application, by)) = first(unknown).or_else(|| first(of_others)) {
                claims.take(&order.name, Claim { application, by });
            } else if let Some(placed) = unlisted.get_mut(&content).and_then(VecDeque::pop_front) {
                claims.unlisted.insert(&order.name, placed);
            }
        }
        // One that is cancelled already comes first: a name calls off one application, not one after the other.
        let mut called_off: BTreeMap<OrderContent, usize> = BTreeMap::new();
        for application in found.iter().filter(|found| found.status == ApplicationStatus::Cancelled && !claims.has(found)) {
            if let Some(content) = application.content.as_ref().filter(|_| !known.contains_key(&application.application)) {
                *called_off.entry(content.clone().normalised()).or_default() += 1;
            }
        }
        for order in wanted(true) {
            let content = order.content.clone().normalised();
            match called_off.get_mut(&content).filter(|count| **count > 0) {
                Some(count) => *count -= 1,
                None => {
                    if let Some((application, by)) = unknown.get_mut(&content).and_then(VecDeque::pop_front) {
                        claims.take(&order.name, Claim { application, by });
                    }
                }
            }
        }
        let open = |application: &&OrderApplication| !application.status.is_final();
        let unexplained = rest.into_iter().filter(open).filter(|application| !known.contains_key(&application.application));
        claims.unexplained = unexplained.filter(|application| !claims.taken.contains(&application.application)).collect();
        claims
    }

    fn take(&mut self, name: &'a str, claim: Claim<'a>) {
        if !self.of.contains_key(name) && self.taken.insert(&claim.application.application) {
            self.of.insert(name, claim);
        }
    }

    /// An order's application.
    pub(super) fn of(&self, name: &str) -> Option<Claim<'a>> {
        self.of.get(name).copied()
    }

    /// What an order is taken for though the carrier does not list it.
    pub(super) fn unlisted(&self, name: &str) -> Option<&'a RememberedOrder> {
        self.unlisted.get(name).copied()
    }

    /// Whether an application is some declared order's.
    pub(super) fn has(&self, application: &OrderApplication) -> bool {
        self.taken.contains(&application.application)
    }
}

/// A list may lag behind the journal: what was placed, under a name that is no longer declared, counts though it is
/// not shown.
fn unlisted<'a>(
    declared: &BTreeMap<&'a str, &'a DesiredOrder>,
    memory: &'a Memory,
    found: &[OrderApplication],
) -> BTreeMap<OrderContent, VecDeque<&'a RememberedOrder>> {
    let shown: BTreeSet<&ApplicationNumber> = found.iter().map(|application| &application.application).collect();
    let mut unlisted: BTreeMap<OrderContent, VecDeque<&RememberedOrder>> = BTreeMap::new();
    let mut gone: Vec<&RememberedOrder> = memory.orders.iter().filter(|order| !declared.contains_key(&*order.name)).collect();
    gone.sort_by_key(|order| (&order.application, &order.name));
    for order in gone.into_iter().filter(|order| order.outcome == PurchaseOutcome::Bought) {
        if order.application.as_ref().is_some_and(|number| !shown.contains(number)) {
            unlisted.entry(order.placement.content.clone().normalised()).or_default().push_back(order);
        }
    }
    unlisted
}
