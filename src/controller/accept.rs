//! Which of an account's objects are valid, alone and together, and what they declare.
//!
//! An object is judged as a file is: its document goes through the reader of manifests. One that is refused is left
//! out, and the others are what they would be without it:
//!
//! 1. What is wrong by itself is left out.
//! 2. Of two objects that contradict one another (a number, an IMEI or a grant twice) the **younger** is left out, by
//!    `creationTimestamp`, then by name, and told which the older one is. An object contradicts only one that is
//!    accepted itself.
//! 3. What only the carrier's catalogue can tell comes later, and leaves out more ([`refute`]).

mod judged;
mod refute;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub use judged::{Judged, Standing};
pub use refute::refute;

use super::object::{AccountView, Object, ObjectKind};
use crate::diag::{Diagnostic, Location, codes};
use crate::domain::Desired;
use crate::manifest::{Account, AccountDriver, Drafts, Finding, InMemory, read_documents};

/// What an account's objects say, as far as they are valid.
#[derive(Debug, Clone, PartialEq)]
pub struct Accepted {
    /// What is to be said of the account object.
    pub account: Judged,
    /// How the carrier is reached. `None`: the account is refused, and **nothing may be done**: its limits are not
    /// known either.
    pub settings: Option<Account>,
    /// What the accepted fleets and orders declare. Orders that are being deleted are to be cancelled; fleets that are
    /// being deleted are not here, so their lines belong to nobody; fleets that are paused are in mode `Observe`.
    pub desired: Desired,
    /// What is to be said of each fleet, sorted by name.
    pub fleets: Vec<Judged>,
    /// What is to be said of each order, sorted by name.
    pub orders: Vec<Judged>,
    /// Whose each of [`Desired::files`] is.
    owners: BTreeMap<Arc<str>, (ObjectKind, Arc<str>)>,
}

impl Accepted {
    /// What is to be said of a fleet or order.
    pub fn judged(&self, kind: ObjectKind, name: &str) -> Option<&Judged> {
        let list = match kind {
            ObjectKind::CarrierAccount => return (*self.account.name == *name).then_some(&self.account),
            ObjectKind::SimFleet => &self.fleets,
            ObjectKind::SimOrder => &self.orders,
        };
        list.iter().find(|judged| *judged.name == *name)
    }

    /// All that is to be said: of the account, its fleets, its orders.
    pub fn all(&self) -> impl Iterator<Item = &Judged> {
        std::iter::once(&self.account).chain(&self.fleets).chain(&self.orders)
    }
}

/// Judges the objects of an account. The order of its lists does not matter. Every text is read once.
pub fn accept(view: &AccountView) -> Accepted {
    let objects = by_age(view);
    let documents: Vec<InMemory> =
        objects.iter().map(|object| InMemory { name: object.place(), text: Arc::clone(&object.document) }).collect();
    let mut drafts = read_documents(&view.account.name, &documents, &view.rosters);
    let mut said: Vec<Vec<Diagnostic>> = vec![Vec::new(); objects.len()];
    let mut refused: BTreeSet<usize> = BTreeSet::new();
    for Finding { document, contradicts: _, diagnostic } in drafts.own() {
        if diagnostic.is_error() {
            refused.insert(*document);
        }
        note(&mut said, *document, diagnostic.clone());
    }
    for Finding { document, contradicts, diagnostic } in with_the_others(&drafts, &refused) {
        // What it contradicts may be refused itself, and then nothing is contradicted.
        if refused.contains(&document) && contradicts.is_none() && diagnostic.code != codes::TOO_MANY_PROBLEMS {
            note(&mut said, document, diagnostic);
        }
    }
    let mut left_out = refused.clone();
    loop {
        drafts.leave_out(&left_out);
        left_out = contradicting(drafts.judge(), &mut said);
        // What is left out is not judged again, so every round leaves out one more at least.
        if left_out.is_subset(&refused) {
            break;
        }
        refused.extend(&left_out);
    }
    let paused: Vec<bool> = (0..objects.len()).map(|nth| drafts.is_paused(nth)).collect();
    let owner = |document: usize| objects.get(document).map(|object| (object.kind, Arc::clone(&object.name)));
    let owners = drafts
        .owners()
        .iter()
        .filter_map(|(name, document)| Some((Arc::clone(name), owner(*document)?)))
        .collect::<BTreeMap<_, _>>();
    let manifest = drafts.compile();
    let mut settings = manifest.account.filter(|_| !refused.contains(&ACCOUNT));
    if let Some(problem) = settings.as_ref().and_then(|account| unreachable_carrier(account, &view.account)) {
        settings = None;
        refused.insert(ACCOUNT);
        note(&mut said, ACCOUNT, problem);
    }
    let mut desired = manifest.desired;
    let deleted: BTreeSet<&str> = view.orders.iter().filter(|order| order.deleting).map(|order| &*order.name).collect();
    for order in desired.orders.iter_mut().filter(|order| deleted.contains(&*order.name)) {
        order.cancelled = true;
    }
    let mut judged = objects.iter().zip(said).zip(paused).enumerate().map(|(nth, ((object, findings), is_paused))| {
        let standing = if refused.contains(&nth) { Standing::Refused } else { Standing::Accepted };
        Judged::new(object, standing, is_paused, findings)
    });
    let account = judged.next().unwrap_or_else(|| Judged::new(&view.account, Standing::Refused, false, Vec::new()));
    let (mut fleets, mut orders): (Vec<Judged>, Vec<Judged>) = judged.partition(|judged| judged.kind == ObjectKind::SimFleet);
    let deleted = view.fleets.iter().filter(|fleet| fleet.deleting);
    fleets.extend(deleted.map(|fleet| Judged::new(fleet, Standing::Orphaned, false, Vec::new())));
    fleets.sort_by(|left, right| left.name.cmp(&right.name));
    orders.sort_by(|left, right| left.name.cmp(&right.name));
    Accepted { account, settings, desired, fleets, orders, owners }
}

/// The account's place among the documents.
const ACCOUNT: usize = 0;

/// The account, then its fleets, then its orders, each the oldest first. Fleets that are being deleted say nothing any
/// more.
fn by_age(view: &AccountView) -> Vec<&Object> {
    let age = |object: &&Object| (object.created, Arc::clone(&object.name));
    let mut fleets: Vec<&Object> = view.fleets.iter().filter(|fleet| !fleet.deleting).collect();
    let mut orders: Vec<&Object> = view.orders.iter().collect();
    fleets.sort_by_key(age);
    orders.sort_by_key(age);
    std::iter::once(&view.account).chain(fleets).chain(orders).collect()
}

/// What else is wrong with documents that are wrong by themselves already: `validate` says all at once, too.
fn with_the_others(drafts: &Drafts, refused: &BTreeSet<usize>) -> Vec<Finding> {
    if refused.is_empty() { Vec::new() } else { drafts.judge() }
}

/// The documents that certainly contradict an older one that stays: the oldest that contradicts any, and whatever
/// contradicts one that is older than that. Of the others nobody can tell before these are left out.
fn contradicting(findings: Vec<Finding>, said: &mut [Vec<Diagnostic>]) -> BTreeSet<usize> {
    let findings: Vec<Finding> = findings.into_iter().filter(|finding| finding.diagnostic.is_error()).collect();
    let Some(oldest) = findings.iter().map(|finding| finding.document).min() else { return BTreeSet::new() };
    let mut refused = BTreeSet::new();
    let mut uncounted = Vec::new();
    for Finding { document, contradicts, diagnostic } in findings {
        match contradicts {
            // It says nothing of what its problems are.
            None if diagnostic.code == codes::TOO_MANY_PROBLEMS => uncounted.push((document, diagnostic)),
            Some(older) if older >= oldest => {}
            Some(_) | None => {
                refused.insert(document);
                note(said, document, diagnostic);
            }
        }
    }
    for (document, diagnostic) in uncounted.into_iter().filter(|(document, _)| refused.contains(document)) {
        note(said, document, diagnostic);
    }
    refused
}

fn note(said: &mut [Vec<Diagnostic>], document: usize, diagnostic: Diagnostic) {
    if let Some(findings) = said.get_mut(document) {
        findings.push(diagnostic);
    }
}

/// Why the carrier of valid settings cannot be reached from a cluster.
fn unreachable_carrier(account: &Account, object: &Object) -> Option<Diagnostic> {
    let place = Location::of_file(object.place());
    let (driver, why) = match &account.driver {
        AccountDriver::Http { endpoint: Some(_) } => return None,
        AccountDriver::Http { endpoint: None } => {
            let message = "in a cluster nothing but the account says where the carrier is";
            return Some(
                Diagnostic::error(codes::MISSING_FIELD, place, message)
                    .at("spec.endpoint")
                    .help("add endpoint, such as https://carrier.example.jp"),
            );
        }
        AccountDriver::Embedded { .. } => ("embedded", "keeps its world in a file"),
        AccountDriver::Csv(_) => ("csv", "writes files for the carrier's console"),
    };
    let message = format!("driver: {driver} {why}, and a controller has no files");
    Some(
        Diagnostic::error(codes::DRIVER_NOT_IN_CLUSTER, place, message)
            .at("spec.driver")
            .help("use driver: http; the emulator serves it too: simfleet emulator"),
    )
}
