//! What cannot be undone, and what is paid at once: every line of it, in the open.

use maud::html;

use super::cell;
use super::page::Section;
use super::table::Table;
use crate::domain::Risk;
use crate::render::escape::plain;
use crate::render::text::title;
use crate::render::view::{Block, Group, HarmSection, View};

/// The sections of the two worst classes.
pub(super) fn sections(view: &View<'_>) -> Vec<Section> {
    view.sections.iter().filter(|section| section.is_always_full()).map(|section| of_class(view, section)).collect()
}

fn of_class(view: &View<'_>, section: &HarmSection<'_>) -> Section {
    let body = html! {
        @for group in &section.groups {
            @let what = format!("{}: {} of ", cell::chain(&group.kinds), group.subjects());
            @let place = plain(&group.place()).into_owned();
            h3 { (what) bdi { (place) } }
            (table(view, group, &format!("{what}{place}, line by line")).open())
        }
    };
    let id = if section.risk == Risk::R5 { "irreversible" } else { "paid" };
    Section { id, title: format!("{} ({}): {}", title(section.risk), section.risk, section.subjects()), body }
}

/// The name of each table is its own: who cannot see it finds it by that.
fn table<'t>(view: &View<'_>, group: &Group<'_>, caption: &'t str) -> Table<'t> {
    let row = |block: &Block<'_>| {
        let changes: Vec<String> = block.changes(true).into_iter().chain(block.changes(false)).collect();
        vec![
            html! { (cell::line(view, group.account, block.subject)) },
            html! { (plain(block.name.unwrap_or_default())) },
            html! {
                @if let Some(mark) = block.mark() { (cell::mark(mark)) " " }
                @for (index, change) in changes.iter().enumerate() { @if index > 0 { br; } (change.replace(" -> ", " → ")) }
            },
            html! { (block.costs.text()) },
            html! { (plain(&block.reason())) },
            html! { (cell::place(block.source)) },
        ]
    };
    Table {
        class: "harm",
        caption,
        columns: &["Line", "Name", "Change", "Cost", "Why", "Declared in"],
        rows: group.blocks.iter().map(row).collect(),
    }
}
