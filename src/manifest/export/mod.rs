//! Observed to manifests: how a fleet that exists comes under management. The manifests declare what
//! is there and what is on its way, so that their plan is empty or only waits.
//!
//! Pure: the answer is text and relative paths; who writes files decides about existing ones.

mod csv;
mod fleet;
mod name;
mod order;
mod row;
mod yaml;

use crate::api::CarrierAccountSpec;
use crate::domain::Observed;

pub use order::order_manifest;
pub(in crate::manifest) use yaml::{quoted, scalar};

/// How manifests are laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExportOptions {
    /// Fleets of more lines than this become a CSV roster. At most
    /// [`MAX_INLINE_LINES`](crate::api::MAX_INLINE_LINES) count.
    pub roster_above: usize,
}

impl Default for ExportOptions {
    fn default() -> Self {
        Self { roster_above: 200 }
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
        export.files.push(ExportFile { path: "accounts.yaml".to_owned(), content: settings.join("---\n") });
    }
    for account in accounts {
        // Files of one account lie at the top, those of several in a folder each.
        let folder = if accounts.len() > 1 { format!("{}/", account.name) } else { String::new() };
        let gathered = fleet::gather(account.observed);
        export.notes.extend(gathered.left_out.into_iter().map(|note| match accounts.len() {
            1 => note,
            _ => format!("{}: {note}", account.name),
        }));
        for fleet in gathered.fleets {
            let name = names.of(&[fleet.system.as_str(), fleet.service.as_str()]);
            let has_roster = fleet.rows.len() > options.roster_above.min(crate::api::MAX_INLINE_LINES);
            if has_roster {
                let path = format!("{folder}rosters/{name}.csv");
                export.files.push(ExportFile { path, content: csv::roster(&fleet.rows) });
            }
            let content = yaml::fleet(account.name, &name, &fleet, has_roster);
            export.files.push(ExportFile { path: format!("{folder}{name}.yaml"), content });
        }
    }
    export.files.sort_by(|left, right| left.path.cmp(&right.path));
    export
}
