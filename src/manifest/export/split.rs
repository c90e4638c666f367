//! Which file a fleet stands in.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::fleet::Fleet;
use super::value_name::{of_value, without};

/// What there is a file for each of. A fleet has one system number and one service in any case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Split {
    /// System numbers: a file has a fleet for each of its services.
    System,
    /// Services: a file has a fleet for each of their system numbers.
    Service,
    /// Values of this label; lines that do not have it stand in `no-KEY.yaml`.
    Label(Arc<str>),
}

/// A fleet and where it stands.
#[derive(Debug)]
pub(super) struct Part {
    /// `None`: in a file of its own.
    pub(super) file: Option<FileKey>,
    /// What its name begins with.
    pub(super) group: Option<String>,
    pub(super) fleet: Fleet,
}

/// What a file is for, and its name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct FileKey {
    /// The system number, service or value: two of them may have the same name.
    of: Option<String>,
    pub(super) name: String,
}

/// Fleets by file, in the order in which they are written.
pub(super) fn split(fleets: Vec<Fleet>, shared: &BTreeSet<String>, by: Option<&Split>) -> Vec<Part> {
    let file = |text: &str| Some(FileKey { of: Some(text.to_owned()), name: text.to_owned() });
    match by {
        None => fleets.into_iter().map(|fleet| Part { file: None, group: None, fleet }).collect(),
        Some(Split::System) => {
            fleets.into_iter().map(|fleet| Part { file: file(fleet.system.as_str()), group: None, fleet }).collect()
        }
        Some(Split::Service) => {
            fleets.into_iter().map(|fleet| Part { file: file(fleet.service.as_str()), group: None, fleet }).collect()
        }
        Some(Split::Label(key)) => {
            let mut parted: Vec<(Option<String>, Fleet)> =
                fleets.into_iter().flat_map(|fleet| fleet.by_label(key, shared)).collect();
            parted.sort_by(|(left, _), (right, _)| (left.is_none(), left).cmp(&(right.is_none(), right)));
            parted
                .into_iter()
                .map(|(value, fleet)| {
                    let name = value.as_deref().map_or_else(|| without(key), |value| of_value(key, value));
                    Part { file: Some(FileKey { of: value, name: name.clone() }), group: Some(name), fleet }
                })
                .collect()
        }
    }
}
