//! Documents and rosters that are in memory already, such as the objects of a cluster.
//!
//! They are judged in two steps: each for itself, once ([`read_documents`]), and those that are still there
//! together ([`Drafts::judge`]), as often as one more is left out. No text is read twice for that.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use super::super::locate::Documents;
use super::super::roster::{self, Origin};
use super::super::sink::Sink;
use super::super::validate::accounts;
use super::super::validate::flaws::broken;
use super::super::{AccountManifest, by_account::by_account};
use super::{PendingRoster, Reader, together};
use crate::api::{API_VERSION, ConfigMapKeyRef};
use crate::diag::{Diagnostic, Location, codes, did_you_mean};
use crate::domain::{Desired, Source};

/// A document as text: YAML, or the JSON that a cluster keeps it as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InMemory {
    /// What diagnostics call it; no other document has that name.
    pub name: Arc<str>,
    /// The text: one document.
    pub text: Arc<str>,
}

/// A config map that a roster names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RosterMap {
    /// Its name.
    pub name: Arc<str>,
    /// Its texts by key.
    pub data: BTreeMap<String, Arc<str>>,
}

/// Something that is wrong with a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Which document, by its place in the list.
    pub document: usize,
    /// The earlier document that it contradicts. `None`: it is wrong by itself.
    pub contradicts: Option<usize>,
    /// What is wrong. A place in a document is the document as a whole; one in a roster has its line.
    pub diagnostic: Diagnostic,
}

/// Documents that were read, before they become [`Desired`].
pub struct Drafts {
    account: Arc<str>,
    reader: Reader,
    own: Vec<Finding>,
    /// Documents by the names of what was read of them: their own, and those of their rosters.
    owners: BTreeMap<Arc<str>, usize>,
    /// The names of the documents.
    documents: BTreeSet<Arc<str>>,
    /// Their numbers as sources: a place in one long line of JSON tells nobody anything.
    placeless: BTreeSet<u32>,
    /// The document of each fleet.
    fleets: Vec<usize>,
    /// The document of each order.
    orders: Vec<usize>,
    left_out: BTreeSet<usize>,
}

/// Reads the documents of one account, each for itself. **Their order is their rank**: of two that contradict one
/// another, [`Drafts::judge`] reports the later one.
///
/// Rosters are config maps only; nothing is read from files.
pub fn read_documents(account: &Arc<str>, documents: &[InMemory], rosters: &[RosterMap]) -> Drafts {
    let mut reader = Reader::new(BTreeSet::new());
    reader.sink = Sink::by_file();
    let maps: BTreeMap<&str, &BTreeMap<String, Arc<str>>> = rosters.iter().map(|map| (&*map.name, &map.data)).collect();
    let (mut fleets, mut orders) = (Vec::new(), Vec::new());
    let mut owners = BTreeMap::new();
    let mut placeless = BTreeMap::new();
    for (nth, InMemory { name, text }) in documents.iter().enumerate() {
        owners.insert(Arc::clone(name), nth);
        let number = reader.sources.add(name);
        placeless.insert(number, Arc::clone(name));
        for document in Documents::new(text) {
            match document {
                Ok(document) => reader.document(document, (nth, Path::new("")), name, number),
                Err(error) => {
                    reader.fruitful.insert(nth);
                    reader.sink.push(broken(name, &error));
                }
            }
        }
        if !reader.fruitful.contains(&nth) {
            let place = Location::of_file(Arc::clone(name));
            let problem = Diagnostic::error(codes::NO_DOCUMENTS, place, format!("{name} is no simfleet document"));
            reader.sink.push(problem.help(format!("documents of ours begin with apiVersion: {API_VERSION}")));
        }
        // At once, so that sources are numbered by the rank of their documents.
        owners.extend(reader.given_rosters(name, &maps).into_iter().map(|roster| (roster, nth)));
        fleets.resize(reader.fleets.len(), nth);
        orders.resize(reader.orders.len(), nth);
    }
    let of_fleets = reader.fleets.iter().map(|draft| (&draft.account, &draft.account_place));
    let of_orders = reader.orders.iter().map(|draft| (&draft.account, &draft.account_place));
    accounts::unknown(&BTreeSet::from([Arc::clone(account)]), of_fleets.chain(of_orders), &mut reader.sink);
    reader.lines.sort_unstable_by_key(|line| (line.msisdn, line.source));
    let problems = std::mem::take(&mut reader.sink).finish();
    let drafts = Drafts {
        account: Arc::clone(account),
        reader,
        own: Vec::new(),
        owners,
        documents: placeless.values().cloned().collect(),
        placeless: placeless.into_keys().collect(),
        fleets,
        orders,
        left_out: BTreeSet::new(),
    };
    Drafts { own: drafts.findings(problems), ..drafts }
}

impl Drafts {
    /// What is wrong with each document for itself, by document.
    pub fn own(&self) -> &[Finding] {
        &self.own
    }

    /// What is wrong with the documents that are not left out, taken together, by document. Nothing means that
    /// they can be compiled, as far as each for itself is right, too.
    pub fn judge(&self) -> Vec<Finding> {
        let mut sink = Sink::by_file();
        together(&self.reader.fleets, &self.reader.lines, &self.reader.sources, &mut sink);
        self.findings(sink.finish())
    }

    /// From now on as if these documents were not there.
    pub fn leave_out(&mut self, documents: &BTreeSet<usize>) {
        self.left_out.extend(documents);
        let Self { reader, fleets, left_out, .. } = self;
        reader.lines.retain(|line| fleets.get(line.fleet as usize).is_some_and(|document| !left_out.contains(document)));
        for (draft, document) in reader.fleets.iter_mut().zip(fleets) {
            if left_out.contains(document) {
                // Lines and grants are found by the number of their fleet, so it stays, and says nothing.
                draft.grants.clear();
                draft.is_complete = false;
            }
        }
    }

    /// Whether a document is a fleet with `paused: true`.
    pub fn is_paused(&self, document: usize) -> bool {
        self.reader.fleets.iter().zip(&self.fleets).any(|(draft, of)| *of == document && draft.paused)
    }

    /// The documents by the names of everything that was read of them: their own and their rosters'.
    pub fn owners(&self) -> &BTreeMap<Arc<str>, usize> {
        &self.owners
    }

    /// What the documents declare that are not left out.
    pub fn compile(self) -> AccountManifest {
        let Self { account, mut reader, placeless, fleets, orders, left_out, own: _, owners: _, documents: _ } = self;
        let stays = |document: &usize| !left_out.contains(document);
        let mut number = 0;
        let numbers: Vec<Option<u32>> = fleets
            .iter()
            .map(|document| {
                stays(document).then(|| {
                    number += 1;
                    number - 1
                })
            })
            .collect();
        let renumbered = |old: u32| numbers.get(old as usize).copied().flatten();
        let mut drafts = std::mem::take(&mut reader.fleets);
        drafts.retain_mut(|draft| renumbered(draft.index).map(|new| draft.index = new).is_some());
        let mut lines = std::mem::take(&mut reader.lines);
        lines.retain_mut(|line| renumbered(line.fleet).map(|new| line.fleet = new).is_some());
        let orders =
            reader.orders.into_iter().zip(&orders).filter(|(_, document)| stays(document)).map(|(order, _)| order).collect();
        let files = reader.sources.names().to_vec();
        let manifests = by_account(reader.accounts, drafts, lines, orders, &files);
        let mut manifest = manifests.into_iter().find(|manifest| *manifest.name() == account).unwrap_or_else(|| {
            let desired = Desired { account, files, ..Desired::default() };
            AccountManifest { account: None, desired }
        });
        without_places(&mut manifest.desired, &placeless);
        manifest
    }

    /// Sorted by document. What lies outside of all of them is nobody's, and there is nothing such.
    fn findings(&self, problems: Vec<Diagnostic>) -> Vec<Finding> {
        let mut findings: Vec<Finding> = problems.into_iter().filter_map(|problem| self.finding(problem)).collect();
        findings.sort_by_key(|finding| finding.document);
        findings
    }

    fn finding(&self, mut diagnostic: Diagnostic) -> Option<Finding> {
        let owner = |location: &Location| self.owners.get(&location.file).copied();
        let document = owner(&diagnostic.location)?;
        let is_contradiction =
            [codes::DUPLICATE_MSISDN, codes::DUPLICATE_IMEI, codes::DUPLICATE_GRANT, codes::DUPLICATE_DOCUMENT]
                .contains(&diagnostic.code);
        let other = diagnostic.related.first().and_then(|other| owner(&other.location)).filter(|other| *other != document);
        for location in
            std::iter::once(&mut diagnostic.location).chain(diagnostic.related.iter_mut().map(|other| &mut other.location))
        {
            if self.documents.contains(&location.file) {
                *location = Location::of_file(Arc::clone(&location.file));
            }
        }
        Some(Finding { document, contradicts: other.filter(|_| is_contradiction), diagnostic })
    }
}

impl Reader {
    /// Reads the rosters of the fleet `name`, which was read just before. Returns what they are called.
    fn given_rosters(&mut self, name: &Arc<str>, maps: &BTreeMap<&str, &BTreeMap<String, Arc<str>>>) -> Vec<Arc<str>> {
        let mut read = Vec::new();
        for PendingRoster { fleet, source, place, namespace: _, folder: _ } in std::mem::take(&mut self.rosters) {
            let Some(draft) = self.fleets.get_mut(fleet) else { continue };
            let problem = match (&source.csv, &source.config_map_ref) {
                (None, Some(reference)) => match given(maps, reference) {
                    Ok(text) => {
                        let ConfigMapKeyRef { name: map, key } = reference;
                        let file: Arc<str> = format!("{name} (ConfigMap {map}, key {key})").into();
                        let number = self.sources.add(&file);
                        read.push(Arc::clone(&file));
                        let origin = Origin { file, number, lines_before: 0, indentation: 0, fixed: None };
                        let (interner, lines, sink) = (&mut self.interner, &mut self.lines, &mut self.sink);
                        draft.is_complete &= roster::read(text.as_bytes(), &origin, draft, interner, lines, sink);
                        continue;
                    }
                    Err((message, help)) => place.error(codes::MISSING_ROSTER, message).help(help),
                },
                (Some(_), None) => place
                    .error(codes::ROSTER_SOURCE, "a cluster has no files: a roster is a key of a ConfigMap there")
                    .help("put the lines into a ConfigMap of the fleet's namespace and name it: configMapRef: {name, key}"),
                (None, None) | (Some(_), Some(_)) => {
                    place.error(codes::ROSTER_SOURCE, "a roster is either csv or configMapRef").help("give exactly one")
                }
            };
            draft.is_complete = false;
            self.sink.push(problem);
        }
        read
    }
}

/// The text that a roster names, or what is missing and what to do.
fn given<'m>(
    maps: &BTreeMap<&str, &'m BTreeMap<String, Arc<str>>>,
    reference: &ConfigMapKeyRef,
) -> Result<&'m Arc<str>, (String, String)> {
    let ConfigMapKeyRef { name, key } = reference;
    let Some(map) = maps.get(name.as_str()) else {
        let help = did_you_mean(name, maps.keys().copied()).map_or_else(
            || "create it in the namespace of the fleet: it is read as soon as it is there".to_owned(),
            |meant| format!("did you mean {meant}?"),
        );
        return Err((format!("there is no ConfigMap named {name}"), help));
    };
    map.get(key).ok_or_else(|| {
        let keys: Vec<&str> = map.keys().map(String::as_str).collect();
        (format!("the ConfigMap {name} has no text under the key {key}"), format!("its keys are {}", keys.join(", ")))
    })
}

/// Leaves of places in these sources only which source it is.
fn without_places(desired: &mut Desired, placeless: &BTreeSet<u32>) {
    let clear = |source: &mut Source| {
        if placeless.contains(&source.file) {
            *source = Source { line: 0, column: 0, ..*source };
        }
    };
    desired.fleets.iter_mut().for_each(|fleet| clear(&mut fleet.source));
    desired.sims.iter_mut().for_each(|sim| clear(&mut sim.source));
    desired.grants.iter_mut().for_each(|grant| clear(&mut grant.source));
    desired.top_ups.iter_mut().for_each(|policy| clear(&mut policy.source));
    desired.orders.iter_mut().for_each(|order| clear(&mut order.source));
}
