//! A fleet's lines as a CSV roster.

use std::collections::BTreeMap;

use super::row::{Own, PlanWish, Row};
use crate::domain::{DesiredState, Iccid, Imei, List};
use crate::manifest::format::push_cell;

/// The columns of every roster; those of [`Own`] follow where a line has one.
const COLUMNS: [&str; 6] = ["kind", "msisdn", "imei", "state", "ratePlan", "terminationDate"];
const OWN_COLUMNS: [&str; 4] = ["iccid", "name", "labels", "protected"];

/// A roster with a header. Every cell is written out and the fleet has no defaults: an empty cell takes
/// a default, so beside one nothing could be left unmanaged.
pub(in crate::manifest) fn roster(rows: &[Row]) -> String {
    let rows: Vec<Vec<String>> = rows.iter().filter(|row| can_hold(row)).map(cells).collect();
    let all: Vec<&str> = COLUMNS.into_iter().chain(OWN_COLUMNS).collect();
    let is_used =
        |column: usize| column < COLUMNS.len() || rows.iter().any(|row| row.get(column).is_some_and(|cell| !cell.is_empty()));
    let used: Vec<usize> = (0..all.len()).filter(|column| is_used(*column)).collect();
    let header: Vec<String> = all.iter().map(|name| (*name).to_owned()).collect();
    let mut text = String::with_capacity(rows.len() * 48 + 64);
    for row in std::iter::once(&header).chain(&rows) {
        for (nth, column) in used.iter().enumerate() {
            if nth > 0 {
                text.push(',');
            }
            push_cell(&mut text, row.get(*column).map(String::as_str).unwrap_or_default());
        }
        text.push('\n');
    }
    text
}

/// The cells of a line, in the order of the columns.
fn cells(row: &Row) -> Vec<String> {
    let Row { msisdn, list, imei, state, plan, termination_date, own } = row;
    let Own { iccid, name, labels, protected } = own;
    vec![
        kind(*list).to_owned(),
        msisdn.to_string(),
        imei.as_ref().map(Imei::as_str).unwrap_or_default().to_owned(),
        state.map(DesiredState::as_str).unwrap_or_default().to_owned(),
        match plan {
            PlanWish::Is(plan) => plan.as_str().to_owned(),
            PlanWish::Any | PlanWish::Unmanaged => String::new(),
        },
        termination_date.map(|date| date.to_string()).unwrap_or_default(),
        iccid.as_ref().map(Iccid::as_str).unwrap_or_default().to_owned(),
        name.as_deref().unwrap_or_default().to_owned(),
        labels.as_deref().map(label_cell).unwrap_or_default(),
        protected.map(|protected| protected.to_string()).unwrap_or_default(),
    ]
}

/// The name of a list in the column `kind`.
pub(in crate::manifest) fn kind(list: List) -> &'static str {
    match list {
        List::Sims => "sim",
        List::ChipSims => "chip",
    }
}

fn label_cell(labels: &BTreeMap<String, String>) -> String {
    labels.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join(";")
}

/// Whether cells can say what a line says: they have no blanks at their ends, and labels no `;`.
pub(super) fn can_hold(row: &Row) -> bool {
    let is_cell = |text: &str| !text.is_empty() && text.trim() == text;
    let is_label =
        |key: &str, value: &str| is_cell(key) && value.trim() == value && !key.contains(['=', ';']) && !value.contains(';');
    let plan = match &row.plan {
        PlanWish::Is(plan) => is_cell(plan.as_str()),
        PlanWish::Any | PlanWish::Unmanaged => true,
    };
    plan && row.own.name.as_deref().is_none_or(is_cell)
        && row.own.labels.iter().flat_map(|labels| labels.iter()).all(|(key, value)| is_label(key, value))
}
