//! What is in the cluster, and which accounts a change is about. Pure: events in, accounts out.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use kube::runtime::watcher::Event;

use super::matter::matters;
use super::read::{References, references};
use crate::controller::AccountKey;
use crate::controller::object::{AccountView, Object, ObjectKind};
use crate::controller::status::claim_of;

/// Metadata of an object whose content is not kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partial {
    /// Its namespace.
    pub namespace: Arc<str>,
    /// Its name.
    pub name: Arc<str>,
    /// What its change is told by: a config map's `resourceVersion`, what a `SimOperation` is asked.
    pub version: Arc<str>,
    /// The account that it belongs to, where it says so itself.
    pub account: Option<Arc<str>>,
}

/// Config maps by name, and the `resourceVersion` of each that was seen last.
pub type Versions = BTreeMap<Arc<str>, Arc<str>>;

/// Namespace and name.
type Place = (Arc<str>, Arc<str>);

/// Everything that is watched.
#[derive(Debug, Default)]
pub struct Index {
    objects: BTreeMap<(ObjectKind, Place), (Object, References)>,
    config_maps: BTreeMap<Place, Arc<str>>,
    operations: BTreeMap<Place, Partial>,
    /// What a watch that begins anew has not shown yet, by the number of the watch.
    objects_unseen: BTreeMap<usize, BTreeSet<(ObjectKind, Place)>>,
    config_maps_unseen: BTreeMap<usize, BTreeSet<Place>>,
}

impl Index {
    /// Takes in what a watch of one of our kinds tells, in one namespace or (`None`) in all. `watch` numbers the
    /// watches. Answers the accounts that it is about.
    pub fn object(
        &mut self,
        watch: usize,
        kind: ObjectKind,
        namespace: Option<&str>,
        event: Event<Object>,
    ) -> BTreeSet<AccountKey> {
        match event {
            Event::Init => {
                let scope = |place: &Place| namespace.is_none_or(|namespace| *place.0 == *namespace);
                let known = self.objects.keys().filter(|(of, place)| *of == kind && scope(place)).cloned().collect();
                self.objects_unseen.insert(watch, known);
                BTreeSet::new()
            }
            Event::InitApply(object) | Event::Apply(object) => {
                let key = (kind, place(&object));
                if let Some(unseen) = self.objects_unseen.get_mut(&watch) {
                    unseen.remove(&key);
                }
                self.put(key, object)
            }
            Event::Delete(object) => self.remove(&(kind, place(&object))),
            Event::InitDone => {
                let gone = self.objects_unseen.remove(&watch).unwrap_or_default();
                gone.iter().flat_map(|key| self.remove(key)).collect()
            }
        }
    }

    /// The same for config maps.
    pub fn config_map(&mut self, watch: usize, namespace: Option<&str>, event: Event<Partial>) -> BTreeSet<AccountKey> {
        match event {
            Event::Init => {
                let scope = |place: &Place| namespace.is_none_or(|namespace| *place.0 == *namespace);
                let known = self.config_maps.keys().filter(|place| scope(place)).cloned().collect();
                self.config_maps_unseen.insert(watch, known);
                BTreeSet::new()
            }
            Event::InitApply(map) | Event::Apply(map) => {
                let place = (map.namespace, map.name);
                if let Some(unseen) = self.config_maps_unseen.get_mut(&watch) {
                    unseen.remove(&place);
                }
                let before = self.config_maps.insert(place.clone(), Arc::clone(&map.version));
                if before.as_ref() == Some(&map.version) { BTreeSet::new() } else { self.readers(&place) }
            }
            Event::Delete(map) => {
                let place = (map.namespace, map.name);
                self.config_maps.remove(&place);
                self.readers(&place)
            }
            Event::InitDone => {
                let gone = self.config_maps_unseen.remove(&watch).unwrap_or_default();
                self.config_maps.retain(|place, _| !gone.contains(place));
                gone.iter().flat_map(|place| self.readers(place)).collect()
            }
        }
    }

    /// The same for `SimOperation`s, where only what a person asks of one matters.
    pub fn operation(&mut self, event: Event<Partial>) -> BTreeSet<AccountKey> {
        match event {
            Event::InitApply(operation) | Event::Apply(operation) => {
                let place = (Arc::clone(&operation.namespace), Arc::clone(&operation.name));
                if operation.version.is_empty() {
                    self.operations.remove(&place);
                    return BTreeSet::new();
                }
                let key = operation.account.clone().map(|name| AccountKey { namespace: Arc::clone(&place.0), name });
                let before = self.operations.insert(place, operation.clone());
                key.filter(|_| before.is_none_or(|before| before.version != operation.version)).into_iter().collect()
            }
            Event::Delete(operation) => {
                self.operations.remove(&(operation.namespace, operation.name));
                BTreeSet::new()
            }
            Event::Init | Event::InitDone => BTreeSet::new(),
        }
    }

    /// All accounts, and those that are named but not there: a turn of one of these tells its fleets and orders.
    pub fn accounts(&self) -> BTreeSet<AccountKey> {
        self.objects
            .values()
            .map(|(object, references)| match object.kind {
                ObjectKind::CarrierAccount => object.key(),
                ObjectKind::SimFleet | ObjectKind::SimOrder => key_of(object, references),
            })
            .collect()
    }

    /// An account with all that belongs to it (rosters aside) and the config maps that it needs, with their versions.
    pub fn view(&self, key: &AccountKey) -> Option<(AccountView, Versions)> {
        let place = (Arc::clone(&key.namespace), Arc::clone(&key.name));
        let (account, _) = self.objects.get(&(ObjectKind::CarrierAccount, place))?;
        let mut config_maps = Versions::new();
        for (_, references) in self.of(ObjectKind::SimFleet, key) {
            for name in &references.config_maps {
                if let Some(version) = self.config_maps.get(&(Arc::clone(&key.namespace), Arc::clone(name))) {
                    config_maps.insert(Arc::clone(name), Arc::clone(version));
                }
            }
        }
        let (fleets, orders) = (self.sorted(ObjectKind::SimFleet, key), self.sorted(ObjectKind::SimOrder, key));
        Some((AccountView { account: account.clone(), fleets, orders, rosters: Vec::new() }, config_maps))
    }

    /// All accounts but one, the oldest first.
    pub fn others(&self, key: &AccountKey) -> Vec<Object> {
        let accounts = self.objects.values().map(|(object, _)| object);
        let accounts = accounts.filter(|object| object.kind == ObjectKind::CarrierAccount && object.key() != *key);
        oldest_first(accounts.cloned().collect())
    }

    /// Fleets and orders of an account that is not there, the oldest first.
    pub fn orphans(&self, key: &AccountKey) -> Vec<Object> {
        let mut orphans = self.sorted(ObjectKind::SimFleet, key);
        orphans.extend(self.sorted(ObjectKind::SimOrder, key));
        orphans
    }

    /// The names of the accounts in a namespace.
    pub fn names(&self, namespace: &str) -> Vec<Arc<str>> {
        let accounts = self.objects.values().map(|(object, _)| object);
        let accounts = accounts.filter(|object| object.kind == ObjectKind::CarrierAccount && *object.namespace == *namespace);
        accounts.map(|object| Arc::clone(&object.name)).collect()
    }

    fn put(&mut self, key: (ObjectKind, Place), object: Object) -> BTreeSet<AccountKey> {
        let before = self.objects.get(&key);
        let now = match before {
            // Most changes are of the status, and documents are long.
            Some((before, references)) if (&before.uid, before.generation) == (&object.uid, object.generation) => {
                references.clone()
            }
            Some(_) | None => references(&object.document),
        };
        let mut about = BTreeSet::new();
        if before.is_none_or(|(before, _)| matters(before, &object)) {
            about.insert(key_of(&object, &now));
            about.extend(before.map(|(before, references)| key_of(before, references)));
        }
        about.extend(self.rivals(before.map(|(before, _)| before), Some(&object)));
        self.objects.insert(key, (object, now));
        about
    }

    fn remove(&mut self, key: &(ObjectKind, Place)) -> BTreeSet<AccountKey> {
        let Some((object, references)) = self.objects.remove(key) else { return BTreeSet::new() };
        let mut about = BTreeSet::from([key_of(&object, &references)]);
        about.extend(self.rivals(Some(&object), None));
        about
    }

    /// The other accounts of the contractor that an account stands for, when it begins or ends to, stands back, or goes: what
    /// they may do depends on it.
    fn rivals(&self, before: Option<&Object>, after: Option<&Object>) -> BTreeSet<AccountKey> {
        let own = before.or(after).map(Object::key);
        let claim =
            |object: Option<&Object>| object.filter(|object| object.kind == ObjectKind::CarrierAccount).and_then(claim_of);
        let (before, after) = (claim(before), claim(after));
        if before == after {
            return BTreeSet::new();
        }
        let identities: BTreeSet<String> = before.into_iter().chain(after).map(|claim| claim.identity).collect();
        let is_rival = |object: &Object| {
            object.kind == ObjectKind::CarrierAccount
                && claim_of(object).is_some_and(|claim| identities.contains(&claim.identity))
        };
        let mut rivals: BTreeSet<AccountKey> =
            self.objects.values().filter(|(object, _)| is_rival(object)).map(|(object, _)| object.key()).collect();
        if let Some(own) = own {
            rivals.remove(&own);
        }
        rivals
    }

    /// Accounts of the fleets that name a config map.
    fn readers(&self, place: &Place) -> BTreeSet<AccountKey> {
        let fleets = self.objects.values().filter(|(object, references)| {
            object.kind == ObjectKind::SimFleet && object.namespace == place.0 && references.config_maps.contains(&place.1)
        });
        fleets.map(|(object, references)| key_of(object, references)).collect()
    }

    fn of<'a>(&'a self, kind: ObjectKind, key: &'a AccountKey) -> impl Iterator<Item = &'a (Object, References)> {
        self.objects.values().filter(move |(object, references)| object.kind == kind && key_of(object, references) == *key)
    }

    fn sorted(&self, kind: ObjectKind, key: &AccountKey) -> Vec<Object> {
        oldest_first(self.of(kind, key).map(|(object, _)| object.clone()).collect())
    }
}

fn place(object: &Object) -> Place {
    (Arc::clone(&object.namespace), Arc::clone(&object.name))
}

/// The account that an object is, or names.
fn key_of(object: &Object, references: &References) -> AccountKey {
    let name = match object.kind {
        ObjectKind::CarrierAccount => &object.name,
        ObjectKind::SimFleet | ObjectKind::SimOrder => &references.account,
    };
    AccountKey { namespace: Arc::clone(&object.namespace), name: Arc::clone(name) }
}

fn oldest_first(mut objects: Vec<Object>) -> Vec<Object> {
    objects.sort_by(|one, other| (one.created, &one.name, &one.uid).cmp(&(other.created, &other.name, &other.uid)));
    objects
}
