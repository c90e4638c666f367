//! New lines in the lists of a `SimFleet` that is there.

use super::into_list::splices;
use super::{Refused, whose};
use crate::domain::{DesiredState, List};
use crate::manifest::edit::splice::splice;
use crate::manifest::export::{Defaults, Row};
use crate::manifest::format::{Segment, csv_rosters, join_segments, split_segments};
use crate::manifest::header::{Dispatch, dispatch};
use crate::manifest::line_end::LineEnd;
use crate::manifest::locate::{Documents, NodeId, Tree};

/// What a fleet's document says of all of its lines.
#[derive(Debug, Default)]
pub(super) struct Settings {
    state: Option<DesiredState>,
    plan: Option<String>,
    pub(super) is_protected: bool,
    /// Its rosters, as it names them.
    pub(super) rosters: Vec<String>,
}

impl Settings {
    pub(super) fn defaults(&self) -> Defaults<'_> {
        Defaults { state: self.state, plan: self.plan.as_deref() }
    }
}

/// What the document of a fleet in a text says; `None` where there is none of that name.
pub(super) fn settings(text: &str, fleet: &str) -> Option<Settings> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    Documents::new(text).flatten().find_map(|document| {
        let tree = document.tree.as_ref().filter(|tree| name_is(tree, fleet))?;
        if !matches!(dispatch(&document.header), Dispatch::SimFleet) {
            return None;
        }
        let (_, spec) = tree.field(tree.root(), "spec")?;
        let text_of = |mapping: NodeId, name: &str| tree.field(mapping, name).and_then(|(_, value)| tree.text(value));
        let defaults = tree.field(spec, "defaults").map(|(_, defaults)| defaults);
        Some(Settings {
            state: defaults.and_then(|defaults| text_of(defaults, "state")).and_then(|state| match state {
                "Active" => Some(DesiredState::Active),
                "Suspended" => Some(DesiredState::Suspended),
                _ => None,
            }),
            plan: defaults
                .and_then(|defaults| tree.field(defaults, "ratePlan"))
                .filter(|(_, value)| !tree.is_null(*value))
                .and_then(|(_, value)| tree.text(value))
                .map(str::to_owned),
            is_protected: text_of(spec, "protected").is_some_and(|text| text.eq_ignore_ascii_case("true")),
            rosters: csv_rosters(tree),
        })
    })
}

fn name_is(tree: &Tree<'_>, fleet: &str) -> bool {
    let metadata = tree.field(tree.root(), "metadata").map(|(_, metadata)| metadata);
    metadata.and_then(|metadata| tree.field(metadata, "name")).and_then(|(_, name)| tree.text(name)) == Some(fleet)
}

/// The text with these lines in the fleet's lists, in their place where a list is sorted by number, else at its end.
pub(super) fn add(whole: &str, fleet: &str, rows: &[&Row], defaults: &Defaults<'_>) -> Result<String, Refused> {
    let (mark, text) = whole.strip_prefix('\u{feff}').map_or(("", whole), |text| ("\u{feff}", text));
    let by_hand = || Refused("the fleet is laid out in a way that is not edited safely".to_owned());
    let end = LineEnd::of(text);
    let mut segments = split_segments(text);
    let is_it = |segment: &Segment| {
        let document = Documents::new(&segment.body).flatten().find(|document| {
            matches!(dispatch(&document.header), Dispatch::SimFleet)
                && document.tree.as_ref().is_some_and(|tree| name_is(tree, fleet))
        });
        document.is_some()
    };
    let segment = segments.iter_mut().find(|segment| is_it(segment)).ok_or_else(by_hand)?;
    for list in [List::Sims, List::ChipSims] {
        let of_list: Vec<&Row> = rows.iter().copied().filter(|row| row.list == list).collect();
        if !of_list.is_empty() {
            let splices = splices((&segment.body, end), list, &of_list, defaults).ok_or_else(by_hand)??;
            segment.body = splice(&segment.body, splices);
        }
    }
    let after = format!("{mark}{}", join_segments(&segments));
    if whose::moved(whole, &after).is_some() {
        return Err(by_hand());
    }
    Ok(after)
}
