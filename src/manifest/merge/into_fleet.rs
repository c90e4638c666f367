//! New lines in the lists of a `SimFleet` that is there.

use super::Refused;
use crate::api::MAX_INLINE_LINES;
use crate::domain::{DesiredState, List, Msisdn};
use crate::manifest::edit::splice::{Lines, Splice, splice};
use crate::manifest::export::{Defaults, Row, entry};
use crate::manifest::format::{Raw, RawKind, Segment, csv_rosters, join_segments, read_raw, split_segments};
use crate::manifest::header::{Dispatch, dispatch};
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
            let splices = splices(&segment.body, list, &of_list, defaults).ok_or_else(by_hand)??;
            segment.body = splice(&segment.body, splices);
        }
    }
    Ok(format!("{mark}{}", join_segments(&segments)))
}

/// `None`: the document is laid out in a way that is not edited.
fn splices(body: &str, list: List, rows: &[&Row], defaults: &Defaults<'_>) -> Option<Result<Vec<Splice>, Refused>> {
    let root = read_raw(body)?;
    let (_, spec) = field(&root, "spec")?;
    let RawKind::Mapping { is_flow: false, pairs } = &spec.kind else { return None };
    let lines = Lines::new(body);
    let column = column(body, pairs.first()?.0.start)?;
    let name = match list {
        List::Sims => "sims",
        List::ChipSims => "chipSims",
    };
    let is_crlf = body.contains("\r\n");
    let ending = if is_crlf { "\r\n" } else { "\n" };
    let texts: Vec<(Msisdn, String)> = rows.iter().map(|row| (row.msisdn, format!("{{{}}}", entry(row, defaults)))).collect();
    let block = |column: usize| -> String {
        texts.iter().flat_map(|(_, text)| [ending, &" ".repeat(column), "- ", text].map(str::to_owned)).collect()
    };
    let Some((key, value)) = field(spec, name) else {
        let (at, _) = lines.end(deep_end(body, spec.end)?);
        let insert = format!("{ending}{}{name}:{}", " ".repeat(column), block(column + 2));
        return Some(Ok(vec![Splice { at, remove: 0, insert }]));
    };
    let beside = key.end + body.get(key.end..)?.find(':')? + 1;
    match &value.kind {
        RawKind::Scalar { .. } if value.start == value.end => {
            let (at, _) = lines.end(beside);
            Some(Ok(vec![Splice { at, remove: 0, insert: block(column + 2) }]))
        }
        RawKind::Sequence { is_flow: true, items } if items.is_empty() => {
            let (line_end, _) = lines.end(value.end);
            let behind = body.get(value.end..line_end)?.trim();
            (behind.is_empty() || behind.starts_with('#')).then_some(())?;
            let cut = Splice { at: value.start, remove: value.end - value.start, insert: String::new() };
            Some(Ok(vec![cut, Splice { at: line_end, remove: 0, insert: block(column + 2) }]))
        }
        RawKind::Sequence { is_flow, items } => {
            if items.len() + rows.len() > MAX_INLINE_LINES {
                return Some(Err(Refused(format!("a list holds {MAX_INLINE_LINES} lines at most"))));
            }
            let found: Vec<Option<Msisdn>> = items.iter().map(msisdn).collect();
            let is_sorted =
                found.len() > 1 && found.iter().all(Option::is_some) && found.is_sorted_by(|left, right| left < right);
            let before = |msisdn: Msisdn| found.partition_point(|number| !is_sorted || *number < Some(msisdn));
            let first = items.first()?;
            let mut splices = Vec::new();
            for (msisdn, text) in &texts {
                let nth = before(*msisdn);
                let after = nth.checked_sub(1).and_then(|nth| items.get(nth));
                splices.push(if *is_flow {
                    beside_flow(body, first, after, text, ending)?
                } else {
                    let dash = dash_column(body, first.start)?;
                    let at = match after {
                        Some(item) => lines.end(deep_end(body, item.end)?).0,
                        None => lines.end(beside).0,
                    };
                    Splice { at, remove: 0, insert: format!("{ending}{}- {text}", " ".repeat(dash)) }
                });
            }
            Some(Ok(splices))
        }
        RawKind::Scalar { .. } | RawKind::Mapping { .. } => None,
    }
}

/// In a list in brackets: on a line of its own where its items are.
fn beside_flow(body: &str, first: &Raw, after: Option<&Raw>, text: &str, ending: &str) -> Option<Splice> {
    let line_start = body.get(..first.start)?.rfind('\n').map_or(0, |at| at + 1);
    let indent = body.get(line_start..first.start)?;
    let gap = if indent.trim().is_empty() { format!("{ending}{indent}") } else { " ".to_owned() };
    Some(match after {
        Some(item) => Splice { at: item.end, remove: 0, insert: format!(",{gap}{text}") },
        None => Splice { at: first.start, remove: 0, insert: format!("{text},{gap}") },
    })
}

fn field<'r>(mapping: &'r Raw, name: &str) -> Option<(&'r Raw, &'r Raw)> {
    let RawKind::Mapping { pairs, .. } = &mapping.kind else { return None };
    pairs.iter().find(|(key, _)| text(key) == Some(name)).map(|(key, value)| (key, value))
}

fn text(raw: &Raw) -> Option<&str> {
    match &raw.kind {
        RawKind::Scalar { text, .. } => Some(text),
        RawKind::Sequence { .. } | RawKind::Mapping { .. } => None,
    }
}

fn msisdn(item: &Raw) -> Option<Msisdn> {
    Msisdn::parse(text(field(item, "msisdn")?.1)?).ok()
}

/// The end of the last line of a value: a text behind `|` ends where the next value begins.
fn deep_end(body: &str, end: usize) -> Option<usize> {
    Some(body.get(..end)?.trim_end().len())
}

fn column(body: &str, at: usize) -> Option<usize> {
    let line = body.get(..at)?.rsplit('\n').next()?;
    line.chars().all(|blank| blank == ' ').then_some(line.len())
}

/// The column of the dash before an item.
fn dash_column(body: &str, at: usize) -> Option<usize> {
    let line = body.get(..at)?.rsplit('\n').next()?;
    let dash = line.find('-')?;
    let is_one = line.get(..dash)?.trim().is_empty() && line.get(dash + 1..)?.trim().is_empty();
    is_one.then_some(dash)
}
