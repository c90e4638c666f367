//! The table of every operation, the worst first, and a line's operations in the order in which they are performed.

use std::collections::BTreeSet;

use maud::{Markup, html};

use super::page::Section;
use super::summary::class;
use super::table::Frame;
use super::{cell, controls};
use crate::plan::Operation;
use crate::render::escape::plain;
use crate::render::view::{Block, Costs, Count, Mark, View};

/// The heads of the columns. The style repeats them before the cells on a narrow screen.
const COLUMNS: [&str; 11] =
    ["Line", "Name", "Labels", "Kind", "From → to", "Risk", "Cost", "Wave", "Reason", "Declared in", "Account and fleet"];

/// An operation and the line it stands with.
struct Row<'v> {
    place: String,
    block: &'v Block<'v>,
    operation: &'v Operation,
}

/// The table and what narrows it.
pub(super) fn operations(view: &View<'_>) -> Option<Section> {
    let rows: Vec<Row<'_>> = rows(view);
    if rows.is_empty() {
        return None;
    }
    let places: BTreeSet<&str> = rows.iter().map(|row| row.place.as_str()).collect();
    // One place is said once, in the caption.
    let (with_place, of) = match places.first() {
        Some(place) if places.len() == 1 && !view.has_accounts() => (false, format!(" of {place}")),
        Some(_) | None => (true, String::new()),
    };
    let columns = if with_place { &COLUMNS[..] } else { COLUMNS.get(..10).unwrap_or_default() };
    let class = if with_place { "all placed" } else { "all" };
    let caption = format!("All operations{of}, the worst first");
    let frame = Frame { id: Some("all-operations"), class, caption: &caption, columns };
    let body = html! {
        (controls::controls(view))
        (frame.rows(&rows, |row| row.markup(with_place)))
    };
    Some(Section { id: "operations", title: format!("All operations: {}", Count::from(rows.len())), body })
}

fn rows<'v>(view: &'v View<'_>) -> Vec<Row<'v>> {
    let groups = view.sections.iter().flat_map(|section| &section.groups);
    groups
        .flat_map(|group| {
            let place = plain(&group.place()).into_owned();
            group.blocks.iter().flat_map(move |block| {
                let place = place.clone();
                block.operations.iter().map(move |operation| Row { place: place.clone(), block, operation })
            })
        })
        .collect()
}

impl Row<'_> {
    fn markup(&self, with_place: bool) -> Markup {
        let Self { place, block, operation } = self;
        let (kind, risk) = (operation.change.kind(), operation.change.risk());
        html! {
            tr class=(class(risk)) {
                th scope="row" { (plain(&operation.subject.to_string())) }
                td { (plain(operation.name.as_deref().unwrap_or_default())) }
                td { (cell::labels(operation.labels.as_deref())) }
                td { (cell::mark(Mark::of(operation))) " " (kind) }
                td { (cell::changes(block, operation)) }
                td { (risk) }
                td data-cost=[amounts(operation)] { (Costs::of_one(operation.cost).text()) }
                td { (operation.wave) }
                td { (plain(&operation.reason)) }
                td { (cell::place(&operation.source)) }
                @if with_place { td { (place) } }
            }
        }
    }
}

/// What the script sorts by: once, then every month.
fn amounts(operation: &Operation) -> Option<String> {
    let Costs { once, monthly } = Costs::of_one(operation.cost);
    (!once.is_zero() || !monthly.is_zero()).then(|| format!("{} {}", once.0, monthly.0))
}
