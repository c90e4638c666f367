//! New lines in a roster that is there.

use super::Refused;
use crate::domain::{DesiredState, Imei, List, Msisdn};
use crate::manifest::edit::splice::{Lines, Splice, splice};
use crate::manifest::export::{Defaults, PlanWish, Row, kind};
use crate::manifest::format::push_cell;
use crate::manifest::roster::Table;

/// Whether a roster can say what a line says: an empty cell takes a default, so beside one nothing is left unmanaged.
pub(super) fn can_hold(row: &Row, defaults: &Defaults<'_>) -> bool {
    let state = row.state.is_some() || row.list == List::ChipSims || defaults.state.is_none();
    let plan = row.plan != PlanWish::Unmanaged || defaults.plan.is_none();
    let is_cell = |plan: &str| plan.trim() == plan;
    state && plan && !matches!(&row.plan, PlanWish::Is(plan) if !is_cell(plan.as_str()))
}

/// The roster with these rows, in their place where it is sorted by number, else at its end. A column that it does not have
/// is added where a row needs one.
pub(super) fn add(whole: &str, rows: &[&Row], defaults: &Defaults<'_>) -> Result<String, Refused> {
    let (mark, text) = whole.strip_prefix('\u{feff}').map_or(("", whole), |text| ("\u{feff}", text));
    let refused = || Refused("the roster cannot be read any more".to_owned());
    let table = Table::read(text).ok_or_else(refused)?;
    let header = table.header.ok_or_else(refused)?;
    let lines = Lines::new(text);
    let mut columns = table.columns.clone();
    for (name, is_needed) in NEEDS {
        if !columns.iter().any(|column| column == name) && rows.iter().any(|row| is_needed(row, defaults)) {
            columns.push(name.to_owned());
        }
    }
    let added = columns.get(table.columns.len()..).unwrap_or_default();
    let mut splices = Vec::new();
    let header_at = lines.start(header).ok_or_else(refused)?;
    if !added.is_empty() {
        let names: String = added.iter().flat_map(|name| [",", name]).collect();
        splices.push(Splice { at: header_at + table.header_length, remove: 0, insert: names });
        for (line, row) in &table.rows {
            let at = lines.start(*line).ok_or_else(refused)? + row.length;
            splices.push(Splice { at, remove: 0, insert: ",".repeat(added.len()) });
        }
    }
    let ending = if lines.end(header_at + table.header_length).1 == "\r\n" { "\r\n" } else { "\n" };
    let numbers = numbers(&table);
    let is_sorted =
        numbers.len() > 1 && numbers.len() == table.rows.len() && numbers.is_sorted_by(|(left, _), (right, _)| left < right);
    for row in rows {
        let text_of = line_of(row, &columns);
        let next = numbers.partition_point(|(number, _)| !is_sorted || *number < row.msisdn);
        match numbers.get(next).and_then(|(_, line)| lines.start(*line)) {
            Some(at) => splices.push(Splice { at, remove: 0, insert: format!("{text_of}{ending}") }),
            None if text.is_empty() || text.ends_with('\n') => {
                splices.push(Splice { at: text.len(), remove: 0, insert: format!("{text_of}{ending}") });
            }
            None => splices.push(Splice { at: text.len(), remove: 0, insert: format!("{ending}{text_of}") }),
        }
    }
    Ok(format!("{mark}{}", splice(text, splices)))
}

type Need = (&'static str, fn(&Row, &Defaults<'_>) -> bool);

/// The columns that a line needs, by name.
const NEEDS: [Need; 5] = [
    ("kind", |row, _| row.list == List::ChipSims),
    ("imei", |row, _| row.imei.is_some()),
    ("state", |row, defaults| row.state.is_some() && (row.list == List::ChipSims || row.state != defaults.state)),
    ("ratePlan", |row, defaults| match &row.plan {
        PlanWish::Is(plan) => defaults.plan != Some(plan.as_str()),
        PlanWish::Any | PlanWish::Unmanaged => false,
    }),
    ("terminationDate", |row, _| row.termination_date.is_some()),
];

fn numbers(table: &Table) -> Vec<(Msisdn, u32)> {
    let Some(column) = table.column("msisdn") else { return Vec::new() };
    table.rows.iter().filter_map(|(line, row)| Some((Msisdn::parse(row.get(column)?).ok()?, *line))).collect()
}

fn line_of(row: &Row, columns: &[String]) -> String {
    let mut text = String::new();
    for (nth, column) in columns.iter().enumerate() {
        if nth > 0 {
            text.push(',');
        }
        let date = row.termination_date.map(|date| date.to_string()).unwrap_or_default();
        push_cell(
            &mut text,
            match column.as_str() {
                "kind" => kind(row.list),
                "msisdn" => row.msisdn.as_str(),
                "imei" => row.imei.as_ref().map(Imei::as_str).unwrap_or_default(),
                "state" => row.state.map(DesiredState::as_str).unwrap_or_default(),
                "ratePlan" => match &row.plan {
                    PlanWish::Is(plan) => plan.as_str(),
                    PlanWish::Any | PlanWish::Unmanaged => "",
                },
                "terminationDate" => &date,
                _ => "",
            },
        );
    }
    text
}
