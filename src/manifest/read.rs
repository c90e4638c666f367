//! All files to [`Compiled`], or to everything that is wrong with them.

mod in_memory;

use std::collections::{BTreeMap, BTreeSet};
use std::io::BufRead;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use super::by_account::by_account;
use super::compile::{self, FleetDraft, LabelPool, OrderDraft};
use super::config_maps::ConfigMaps;
use super::header::{Dispatch, dispatch};
use super::load::{self, Found};
use super::locate::{Document, Documents, Tree, decode};
use super::places::{Places as _, TreePlaces};
use super::roster::{self, Origin};
use super::shape::Shape;
use super::sink::{Place, Sink};
use super::source_table::SourceTable;
use super::validate::flaws::{broken, flaw, location};
use super::validate::{
    accounts, console, documents::DocumentNames, driver, duplicates, grants, metadata, orders, structure, unsupported,
};
use super::{Account, AccountDriver, Compiled};
use crate::api::{API_VERSION, CarrierAccount, RosterSource, SimFleet, SimOrder};
use crate::diag::{Diagnostic, Location, codes};
use crate::domain::DesiredSim;
use crate::domain::name::Interner;

pub use in_memory::{Drafts, Finding, InMemory, RosterMap, read_documents};

/// The shapes of the kinds, in the order of [`ACCOUNT`], [`FLEET`] and [`ORDER`].
static SHAPES: LazyLock<[Shape; 3]> = LazyLock::new(|| {
    [Shape::of_document::<CarrierAccount>(), Shape::of_document::<SimFleet>(), Shape::of_document::<SimOrder>()]
});
const ACCOUNT: usize = 0;
const FLEET: usize = 1;
const ORDER: usize = 2;

/// Reads files and folders. Every problem of every file at once, sorted by place; warnings are among
/// them.
pub fn read(paths: &[PathBuf]) -> Result<Compiled, Vec<Diagnostic>> {
    read_as_if(paths, BTreeMap::new())
}

/// The same, as if files had these texts already. Those that do not exist so far are read, too, if they are manifests or a
/// manifest names them.
pub(super) fn read_as_if(paths: &[PathBuf], texts: BTreeMap<PathBuf, String>) -> Result<Compiled, Vec<Diagnostic>> {
    let mut listing = load::manifests(paths);
    let new = texts.keys().filter(|path| load::is_yaml(path) && !path.exists());
    listing.found.extend(new.map(|path| Found { path: path.clone(), argument: 0, named: false }));
    let mut reader = Reader::new(listing.undecided);
    reader.texts = texts;
    for diagnostic in listing.problems {
        reader.sink.push(diagnostic);
    }
    for manifest in &listing.found {
        reader.manifest(manifest);
    }
    reader.rosters();
    reader.empty_paths(paths);
    reader.finish()
}

/// Whether manifests are valid once files have these texts: those that there are, whichever way they are named, and new ones.
///
/// # Errors
/// Everything that would be wrong with them.
pub fn valid_as_if(paths: &[PathBuf], texts: BTreeMap<PathBuf, String>) -> Result<(), Vec<Diagnostic>> {
    let found = load::manifests(paths).found;
    let mut named: BTreeMap<PathBuf, PathBuf> = BTreeMap::new();
    for Found { path, .. } in found {
        if let Ok(place) = std::fs::canonicalize(&path) {
            named.entry(place).or_insert(path);
        }
    }
    let name = |path: PathBuf| std::fs::canonicalize(&path).ok().and_then(|place| named.get(&place).cloned()).unwrap_or(path);
    read_as_if(paths, texts.into_iter().map(|(path, text)| (name(path), text)).collect()).map(drop)
}

/// What the fleets say together. The lines are sorted by number, then by place; of two that contradict one
/// another the later one is reported, with the place of the earlier one.
fn together(fleets: &[FleetDraft], lines: &[DesiredSim], sources: &SourceTable, sink: &mut Sink) {
    duplicates::msisdns(lines, sources, sink);
    let allowed =
        |line: &DesiredSim| fleets.get(line.fleet as usize).is_some_and(|draft| draft.fleet.policy.allow_duplicate_imei);
    duplicates::imeis(lines, allowed, sources, sink);
    grants::across_fleets(fleets, sink);
    grants::undeclared(fleets, lines, sources, sink);
}

/// A roster that a fleet names, read when all `ConfigMap`s are known.
struct PendingRoster {
    fleet: usize,
    source: RosterSource,
    namespace: Option<String>,
    folder: PathBuf,
    place: Place,
}

struct Reader {
    sink: Sink,
    sources: SourceTable,
    interner: Interner,
    labels: LabelPool,
    names: DocumentNames,
    accounts: BTreeMap<Arc<str>, Account>,
    fleets: Vec<FleetDraft>,
    lines: Vec<DesiredSim>,
    orders: Vec<OrderDraft>,
    rosters: Vec<PendingRoster>,
    config_maps: ConfigMaps,
    /// What files are taken to hold, whatever they hold.
    texts: BTreeMap<PathBuf, String>,
    /// Paths of the command line that led to something of ours, or to an error that may hide it.
    fruitful: BTreeSet<usize>,
}

impl Reader {
    fn new(fruitful: BTreeSet<usize>) -> Self {
        Self {
            sink: Sink::default(),
            sources: SourceTable::default(),
            interner: Interner::default(),
            labels: LabelPool::default(),
            names: DocumentNames::default(),
            accounts: BTreeMap::new(),
            fleets: Vec::new(),
            lines: Vec::new(),
            orders: Vec::new(),
            rosters: Vec::new(),
            config_maps: ConfigMaps::default(),
            texts: BTreeMap::new(),
            fruitful,
        }
    }

    fn manifest(&mut self, found: &Found) {
        let as_if = self.texts.get(&found.path).map(|text| text.strip_prefix('\u{feff}').unwrap_or(text).to_owned());
        let text = match as_if.map_or_else(|| load::manifest(&found.path), Ok) {
            Ok(text) => text,
            Err(diagnostic) => {
                self.fruitful.insert(found.argument);
                return self.sink.push(*diagnostic);
            }
        };
        let file = load::shown(&found.path);
        let number = self.sources.add(&file);
        // A folder may hold templates and other tools' files, which need not be YAML.
        let certainly_ours = found.named || text.contains(crate::api::GROUP);
        let folder = found.path.parent().unwrap_or(Path::new(""));
        for document in Documents::new(&text) {
            match document {
                Ok(document) => self.document(document, (found.argument, folder), &file, number),
                Err(error) => {
                    let mut diagnostic = broken(&file, &error);
                    if certainly_ours {
                        self.fruitful.insert(found.argument);
                    } else {
                        diagnostic.severity = crate::diag::Severity::Warning;
                        diagnostic.help = Some("the file does not mention simfleet.dev, so it is left alone".into());
                    }
                    self.sink.push(diagnostic);
                }
            }
        }
    }

    /// `argument`: which path of the command line led to it. `folder`: what its paths are relative to.
    fn document(&mut self, document: Document<'_>, (argument, folder): (usize, &Path), file: &Arc<str>, number: u32) {
        let Document { tree, flaws, header, start } = document;
        let dispatch = dispatch(&header);
        match &dispatch {
            Dispatch::Foreign => return,
            Dispatch::Wrong { code, field, message, help } => {
                self.fruitful.insert(argument);
                let value = tree.as_ref().and_then(|tree| Some(tree.spot(tree.field(tree.root(), field)?.1)));
                let top = tree.as_ref().map_or(start, |tree| tree.spot(tree.root()));
                let place = location(file, value.unwrap_or(top));
                return self.sink.push(Diagnostic::error(*code, place, message).at(*field).help(help));
            }
            Dispatch::ConfigMap => {
                if let Some(tree) = &tree {
                    self.config_maps.add(tree, file, number, argument);
                }
                return;
            }
            Dispatch::CarrierAccount | Dispatch::SimFleet | Dispatch::SimOrder => {}
        }
        self.fruitful.insert(argument);
        for found in &flaws {
            self.sink.push(flaw(file, found));
        }
        let Some(mut tree) = tree else { return };
        match dispatch {
            Dispatch::CarrierAccount => self.account(&mut tree, file, folder),
            Dispatch::SimFleet => self.fleet(&mut tree, file, number, folder),
            Dispatch::SimOrder => self.order(&mut tree, file, number),
            Dispatch::ConfigMap | Dispatch::Foreign | Dispatch::Wrong { .. } => {}
        }
    }

    /// Structure, then the typed document. `None`: what is wrong was reported.
    fn typed<T: serde::de::DeserializeOwned>(&mut self, tree: &mut Tree<'_>, shape: usize, file: &Arc<str>) -> Option<T> {
        let shape = SHAPES.get(shape)?;
        metadata::check(tree, file, &mut self.sink);
        if !structure::check(tree, shape, file, &mut self.sink) {
            return None;
        }
        match decode(tree, tree.root()) {
            Ok(document) => Some(document),
            Err(error) => {
                let place = location(file, tree.spot(tree.root()));
                self.sink.push(Diagnostic::error(codes::WRONG_TYPE, place, format!("the document cannot be read: {error}")));
                None
            }
        }
    }

    fn is_first(&mut self, kind: &'static str, name: &str, place: &Location) -> bool {
        self.sink.keep(self.names.note(kind, name, place)).is_some()
    }

    fn account(&mut self, tree: &mut Tree<'_>, file: &Arc<str>, folder: &Path) {
        let Some(document) = self.typed::<CarrierAccount>(tree, ACCOUNT, file) else { return };
        let places = TreePlaces::new(tree, file);
        driver::settings(&document.spec, |path| places.field(&[&["spec"], path].concat()), &mut self.sink);
        let place = places.field(&["metadata", "name"]).location;
        if self.is_first("CarrierAccount", &document.metadata.name, &place) {
            let account = compile::account(document, folder, place);
            self.accounts.insert(Arc::clone(&account.name), account);
        }
    }

    fn fleet(&mut self, tree: &mut Tree<'_>, file: &Arc<str>, number: u32, folder: &Path) {
        let Some(mut document) = self.typed::<SimFleet>(tree, FLEET, file) else { return };
        let places = TreePlaces::new(tree, file);
        let place = places.field(&["metadata", "name"]).location;
        if !self.is_first("SimFleet", &document.metadata.name, &place) {
            return;
        }
        let index = self.fleets.len();
        let numbers = (number, u32::try_from(index).unwrap_or(u32::MAX));
        let draft =
            compile::fleet(&document, numbers, &places, (&mut self.interner, &mut self.labels), &mut self.lines, &mut self.sink);
        self.fleets.push(draft);
        for (nth, source) in std::mem::take(&mut document.spec.rosters).into_iter().enumerate() {
            let field = if source.csv.is_some() { "csv" } else { "configMapRef" };
            self.rosters.push(PendingRoster {
                fleet: index,
                place: places.entry_field("rosters", nth, field),
                source,
                namespace: document.metadata.namespace.clone(),
                folder: folder.to_owned(),
            });
        }
    }

    fn order(&mut self, tree: &mut Tree<'_>, file: &Arc<str>, number: u32) {
        let document = self.typed::<SimOrder>(tree, ORDER, file);
        let places = TreePlaces::new(tree, file);
        // Whatever else is wrong with the order: its address is judged as a whole.
        orders::address(|field| places.text(&["spec", "shipTo", field.name()]), &places, &mut self.sink);
        let Some(document) = document else { return };
        orders::devices(&document.spec, &places, &mut self.sink);
        orders::time_slot(&document.spec, &places, &mut self.sink);
        let place = places.field(&["metadata", "name"]).location;
        if self.is_first("SimOrder", &document.metadata.name, &place) {
            self.orders.push(compile::order(&document, number, &places, &mut self.interner));
        }
    }

    fn rosters(&mut self) {
        for PendingRoster { fleet, source, namespace, folder, place } in std::mem::take(&mut self.rosters) {
            let Some(fleet) = self.fleets.get_mut(fleet) else { continue };
            match (source.csv, source.config_map_ref) {
                (Some(csv), None) => {
                    let path = folder.join(csv);
                    let as_if = self.texts.get(&path).map(|text| text.clone().into_bytes());
                    let opened = match as_if {
                        Some(text) => Ok(Box::new(std::io::Cursor::new(text)) as Box<dyn BufRead>),
                        None => load::roster(&path).map(|text| Box::new(text) as Box<dyn BufRead>),
                    };
                    match opened {
                        Ok(text) => {
                            let file = load::shown(&path);
                            let number = self.sources.add(&file);
                            let origin = Origin { file, number, lines_before: 0, indentation: 0, fixed: None };
                            let read = roster::read(text, &origin, fleet, &mut self.interner, &mut self.lines, &mut self.sink);
                            fleet.is_complete &= read;
                        }
                        Err(diagnostic) => {
                            fleet.is_complete = false;
                            // The mistake is in the manifest, where the roster is named.
                            self.sink.push(Diagnostic { location: place.location, route: place.route, ..*diagnostic });
                        }
                    }
                }
                (None, Some(reference)) => match self.config_maps.find(namespace.as_deref(), &reference) {
                    Ok(map) => {
                        self.fruitful.insert(map.argument);
                        let text = map.text.as_bytes();
                        let read = roster::read(text, &map.origin, fleet, &mut self.interner, &mut self.lines, &mut self.sink);
                        fleet.is_complete &= read;
                    }
                    Err((message, help)) => {
                        fleet.is_complete = false;
                        self.sink.push(place.error(codes::MISSING_ROSTER, message).help(help));
                    }
                },
                (None, None) | (Some(_), Some(_)) => {
                    fleet.is_complete = false;
                    self.sink.push(
                        place.error(codes::ROSTER_SOURCE, "a roster is either csv or configMapRef").help("give exactly one"),
                    );
                }
            }
        }
    }

    fn empty_paths(&mut self, paths: &[PathBuf]) {
        for (argument, path) in paths.iter().enumerate() {
            if !self.fruitful.contains(&argument) {
                let message = format!("{} holds no simfleet document", path.display());
                self.sink.push(
                    Diagnostic::error(codes::NO_DOCUMENTS, Location::of_file(load::shown(path)), message)
                        .help(format!("documents of ours begin with apiVersion: {API_VERSION}, in files *.yaml or *.yml")),
                );
            }
        }
    }

    fn finish(mut self) -> Result<Compiled, Vec<Diagnostic>> {
        let declared: BTreeSet<Arc<str>> = self.accounts.keys().cloned().collect();
        let of_fleets = self.fleets.iter().map(|draft| (&draft.account, &draft.account_place));
        let of_orders = self.orders.iter().map(|draft| (&draft.account, &draft.account_place));
        accounts::unknown(&declared, of_fleets.chain(of_orders), &mut self.sink);
        self.unsupported();
        self.lines.sort_unstable_by_key(|line| (line.msisdn, line.source));
        together(&self.fleets, &self.lines, &self.sources, &mut self.sink);
        let diagnostics = self.sink.finish();
        if diagnostics.iter().any(Diagnostic::is_error) {
            return Err(diagnostics);
        }
        let files = self.sources.names().to_vec();
        let accounts = by_account(self.accounts, self.fleets, self.lines, self.orders, &files);
        Ok(Compiled { accounts, warnings: diagnostics, files })
    }

    /// Accounts that have nothing to read, and policies that need what no list shows.
    fn unsupported(&mut self) {
        let is_csv =
            |name: &Arc<str>| self.accounts.get(name).is_some_and(|account| matches!(account.driver, AccountDriver::Csv(_)));
        for problem in self.accounts.values().filter_map(console::without_lists) {
            self.sink.push(problem);
        }
        for place in self.fleets.iter().filter(|draft| is_csv(&draft.account)).filter_map(|draft| draft.top_ups_place.clone()) {
            self.sink.push(unsupported::top_ups_with_csv_driver(place));
        }
    }
}
