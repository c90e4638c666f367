//! Observed to manifests: how a fleet that exists comes under management. The manifests declare what
//! is there and what is on its way, so that their plan is empty or only waits.
//!
//! Pure: the answer is text and relative paths; who writes files decides about existing ones.

mod csv;
mod fleet;
mod name;
mod order;
mod row;
mod split;
mod value_name;
mod yaml;

use std::collections::BTreeMap;

use crate::api::CarrierAccountSpec;
use crate::domain::{Desired, Observed};

pub(in crate::manifest) use csv::{kind, roster};
pub(in crate::manifest) use fleet::{Fleet, device, gather};
pub(in crate::manifest) use name::Names;
pub use order::order_manifest;
pub(in crate::manifest) use row::{Home, PlanWish, Row, declare, is_code};
pub use split::Split;
pub(in crate::manifest) use yaml::{Defaults, entry, fleet as fleet_document, quoted, scalar};

/// How manifests are laid out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportOptions {
    /// Fleets of more lines than this become a CSV roster. At most
    /// [`MAX_INLINE_LINES`](crate::api::MAX_INLINE_LINES) count.
    pub roster_above: usize,
    /// What there is a file for each of. `None`: a file for each fleet, that is for each system number and service.
    pub split: Option<Split>,
}

impl Default for ExportOptions {
    fn default() -> Self {
        Self { roster_above: 200, split: None }
    }
}

/// One account to export.
#[derive(Debug, Clone, Copy)]
pub struct ExportAccount<'a> {
    /// Its name, which the fleets refer to.
    pub name: &'a str,
    /// Its settings, if a `CarrierAccount` document is wanted.
    pub settings: Option<&'a CarrierAccountSpec>,
    /// What its carrier showed.
    pub observed: &'a Observed,
    /// What is declared already: names, labels, protection and pinned cards of lines are taken from there.
    pub declared: Option<&'a Desired>,
}

/// Manifests.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Export {
    /// Sorted by path.
    pub files: Vec<ExportFile>,
    /// What was left out and why, for people.
    pub notes: Vec<String>,
}

/// One file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportFile {
    /// Relative to the folder of the export, with `/`.
    pub path: String,
    /// The whole text, with a newline at its end.
    pub content: String,
}

/// Writes manifests whose plan is empty. The same observation gives the same bytes.
pub fn export(accounts: &[ExportAccount<'_>], options: &ExportOptions) -> Export {
    let mut export = Export::default();
    let mut names = name::Names::default();
    let settings: Vec<String> =
        accounts.iter().filter_map(|account| account.settings.map(|settings| yaml::account(account.name, settings))).collect();
    if !settings.is_empty() {
        export.files.push(ExportFile { path: format!("{}.yaml", value_name::ACCOUNTS), content: settings.join("---\n") });
    }
    for account in accounts {
        // Files of one account lie at the top, those of several in a folder each.
        let folder = if accounts.len() > 1 { format!("{}/", account.name) } else { String::new() };
        let gathered = gather(account.observed, account.declared, |_| true);
        let parted = split::split(gathered.fleets, &gathered.shared, options.split.as_ref());
        export.notes.extend(gathered.left_out.into_iter().map(|note| match accounts.len() {
            1 => note,
            _ => format!("{}: {note}", account.name),
        }));
        let mut stems = Names::reserving(value_name::ACCOUNTS);
        let mut stem_of: BTreeMap<split::FileKey, String> = BTreeMap::new();
        let mut documents: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for split::Part { file, group, fleet } in parted {
            let parts: Vec<&str> = group.as_deref().into_iter().chain([fleet.system.as_str(), fleet.service.as_str()]).collect();
            let name = names.of(&parts);
            let stem = match file {
                None => name.clone(),
                Some(key) => stem_of.entry(key.clone()).or_insert_with(|| stems.of(&[&key.name])).clone(),
            };
            let has_roster = fleet.rows.len() > options.roster_above.min(crate::api::MAX_INLINE_LINES);
            if has_roster {
                let path = format!("{folder}rosters/{name}.csv");
                export.files.push(ExportFile { path, content: csv::roster(&fleet.rows) });
            }
            documents.entry(stem).or_default().push(yaml::fleet(account.name, &name, &fleet, has_roster));
        }
        for (stem, documents) in documents {
            export.files.push(ExportFile { path: format!("{folder}{stem}.yaml"), content: documents.join("---\n") });
        }
    }
    export.files.sort_by(|left, right| left.path.cmp(&right.path));
    export
}
