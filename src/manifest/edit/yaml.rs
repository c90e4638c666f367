//! Lines that stand in a `SimFleet` itself.

use std::collections::BTreeMap;

use super::splice::{Lines, Splice};
use super::{Edit, Left};
use crate::domain::Msisdn;
use crate::manifest::export::{quoted, scalar};
use crate::manifest::header::{Dispatch, dispatch};
use crate::manifest::line_end::LineEnd;
use crate::manifest::locate::{Documents, NodeId, Spot, Style, Tree, Value};

const LISTS: [&str; 2] = ["sims", "chipSims"];

/// The replacements that make these edits, and the edits that cannot be made.
pub(super) fn splices(text: &str, edits: &[(usize, &Edit)]) -> (Vec<Splice>, Left) {
    let (lines, end) = (Lines::new(text), LineEnd::of(text));
    let mut wanted: BTreeMap<(u32, u32), Vec<(usize, &Edit)>> = BTreeMap::new();
    for (index, edit) in edits {
        wanted.entry((edit.line, edit.column)).or_default().push((*index, edit));
    }
    let (mut splices, mut left) = (Vec::new(), Left::new());
    for document in Documents::new(text).flatten() {
        let Some(tree) = &document.tree else { continue };
        if !matches!(dispatch(&document.header), Dispatch::SimFleet) {
            continue;
        }
        for entry in entries(tree) {
            let Spot { line, column, .. } = tree.spot(entry);
            for (index, edit) in wanted.remove(&(line, column)).into_iter().flatten() {
                match one(tree, entry, edit, (&lines, end)) {
                    Ok(splice) => splices.push(splice),
                    Err(why) => {
                        left.insert(index, why);
                    }
                }
            }
        }
    }
    let why = "it stands in a roster of a ConfigMap: change the cell there by hand";
    left.extend(wanted.into_values().flatten().map(|(index, _)| (index, why.to_owned())));
    (splices, left)
}

fn entries<'a>(tree: &'a Tree<'_>) -> impl Iterator<Item = NodeId> + 'a {
    let spec = tree.field(tree.root(), "spec").map(|(_, spec)| spec);
    let lists = LISTS.into_iter().filter_map(move |name| tree.field(spec?, name).map(|(_, list)| list));
    lists.flat_map(|list| tree.entries(list).map(|(_, entry)| entry))
}

fn one(tree: &Tree<'_>, entry: NodeId, edit: &Edit, (lines, ends): (&Lines<'_>, LineEnd)) -> Result<Splice, String> {
    let by_hand = || format!("{} is written in a way that is not edited safely: change it by hand", edit.field);
    let (key, number) = tree.field(entry, "msisdn").ok_or_else(by_hand)?;
    if tree.text(number).and_then(|text| Msisdn::parse(text).ok()) != Some(edit.msisdn) {
        return Err("another line stands there by now: run it again".to_owned());
    }
    if let Some((key, value)) = tree.field(entry, edit.field) {
        return replace(tree, (key, value), edit, lines).ok_or_else(by_hand);
    }
    let (_, end) = written(tree, (key, number), lines).ok_or_else(by_hand)?;
    let spot = tree.spot(entry);
    let is_flow = lines.byte(spot.line, spot.column).and_then(|at| lines.part(at, 1)) == Some("{");
    let key_spot = tree.spot(key);
    let key_at = lines.byte(key_spot.line, key_spot.column).ok_or_else(by_hand)?;
    if is_flow {
        // As the keys of the entry are written: JSON stays JSON.
        let is_json = lines.part(key_at, 1) == Some("\"");
        let field = if is_json { quoted(edit.field) } else { edit.field.to_owned() };
        let value = if is_json { quoted(&edit.value) } else { scalar(&edit.value) };
        return Ok(Splice { at: end, remove: 0, insert: format!(", {field}: {value}") });
    }
    let (line_end, _) = lines.end(end);
    let behind = lines.between(end, line_end).ok_or_else(by_hand)?;
    if !(behind.trim().is_empty() || behind.trim_start().starts_with('#')) {
        return Err(by_hand());
    }
    let indent = " ".repeat(usize::try_from(key_spot.column).unwrap_or(1).saturating_sub(1));
    let ending = ends.as_str();
    Ok(Splice { at: line_end, remove: 0, insert: format!("{ending}{indent}{}: {}", edit.field, scalar(&edit.value)) })
}

fn replace(tree: &Tree<'_>, field: (NodeId, NodeId), edit: &Edit, lines: &Lines<'_>) -> Option<Splice> {
    let (at, end) = written(tree, field, lines)?;
    let old = lines.between(at, end)?;
    let insert = match old.chars().next()? {
        '"' => quoted(&edit.value),
        '\'' if !edit.value.contains('\'') => format!("'{}'", edit.value),
        _ => scalar(&edit.value),
    };
    Some(Splice { at, remove: end - at, insert })
}

/// Where a value is written: right behind its key, on one line, and nothing but itself. A value behind an alias stands
/// elsewhere, and one with an anchor stands for others too.
fn written(tree: &Tree<'_>, (key, value): (NodeId, NodeId), lines: &Lines<'_>) -> Option<(usize, usize)> {
    let bounds = |id: NodeId| {
        let Spot { line, column, length } = tree.spot(id);
        let at = lines.byte(line, column)?;
        let part = lines.part(at, length)?;
        let is_whole = match tree.value(id) {
            Value::Scalar { text, style: Style::Plain | Style::Quoted } => {
                let ends = |quote: char| part.len() >= 2 && part.starts_with(quote) && part.ends_with(quote);
                part == text || ends('"') || ends('\'')
            }
            Value::Scalar { .. } | Value::Sequence(_) | Value::Mapping(_) => false,
        };
        is_whole.then_some((at, at + part.len()))
    };
    let ((_, key_end), (at, end)) = (bounds(key)?, bounds(value)?);
    let between = lines.between(key_end, at)?;
    (between.trim() == ":").then_some((at, end))
}

/// Whether the second text differs from the first one in these values and in nothing else.
pub(super) fn changes_only(before: &str, after: &str, edits: &[&Edit]) -> bool {
    let (Some(mut expected), Some(found)) = (values(before), values(after)) else { return false };
    let lines = numbers(before);
    for edit in edits {
        let Some(route) = lines.get(&(edit.line, edit.column)) else { return false };
        expected.insert(format!("{route}.{}", edit.field), edit.value.clone());
    }
    expected == found
}

/// Every value of a text by its route; `None` where the text is not whole YAML.
fn values(text: &str) -> Option<BTreeMap<String, String>> {
    let mut values = BTreeMap::new();
    for (nth, document) in Documents::new(text).enumerate() {
        let document = document.ok()?;
        if let Some(tree) = &document.tree {
            collect(tree, tree.root(), format!("{nth}"), &mut values);
        }
    }
    Some(values)
}

fn collect(tree: &Tree<'_>, id: NodeId, route: String, values: &mut BTreeMap<String, String>) {
    match tree.value(id) {
        Value::Scalar { text, .. } => {
            values.insert(route, text.to_string());
        }
        Value::Sequence(items) => {
            for (nth, item) in items.iter().enumerate() {
                collect(tree, *item, format!("{route}[{nth}]"), values);
            }
        }
        Value::Mapping(pairs) => {
            for (key, value) in pairs {
                collect(tree, *value, format!("{route}.{}", tree.text(*key).unwrap_or_default()), values);
            }
        }
    }
}

/// The routes of all lines by where they begin.
fn numbers(text: &str) -> BTreeMap<(u32, u32), String> {
    let mut routes = BTreeMap::new();
    for (nth, document) in Documents::new(text).flatten().enumerate() {
        let Some(tree) = &document.tree else { continue };
        let Some((_, spec)) = tree.field(tree.root(), "spec") else { continue };
        for name in LISTS {
            let Some((_, list)) = tree.field(spec, name) else { continue };
            for (index, entry) in tree.entries(list) {
                let Spot { line, column, .. } = tree.spot(entry);
                routes.insert((line, column), format!("{nth}.spec.{name}[{index}]"));
            }
        }
    }
    routes
}
