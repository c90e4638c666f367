//! What is no operation, what wants a decision first. Long lists are folded, and whole.

use maud::{Markup, html};

use super::cell;
use super::page::Section;
use super::table::Table;
use crate::plan::{BlockedItem, DriftIgnoreNote, DriftItem, InDoubtItem, PendingItem, ProtectionItem, UnmanagedItem};
use crate::render::drift::words;
use crate::render::escape::plain;
use crate::render::view::{Count, View};

/// All lists that are not empty.
pub(super) fn listings(view: &View<'_>) -> Vec<Section> {
    let sections = [
        in_doubt(view),
        warnings(view),
        blocked(view),
        waiting(view),
        drift(view),
        drift_ignored(view),
        unmanaged(view),
        protection(view),
    ];
    sections.into_iter().flatten().collect()
}

fn section(id: &'static str, title: String, about: &Markup, list: &Markup) -> Section {
    Section { id, title, body: html! { p { (about) } "\n" (list) } }
}

fn said(text: &str) -> Markup {
    html! { (plain(text)) }
}

/// Always in the open: each wants a decision.
fn in_doubt(view: &View<'_>) -> Option<Section> {
    let items = view.listings.in_doubt;
    let row = |item: &InDoubtItem| {
        let InDoubtItem { account, id, kind, subject, since, settled_by, note } = item;
        vec![
            said(&cell::line(view, account, subject)),
            html! { "? " (kind) },
            cell::time(*since),
            said(note),
            html! { @if let Some(until) = settled_by { (cell::time(*until)) } },
            html! { code { (plain(&id.0)) } },
        ]
    };
    let table = Table {
        class: "in-doubt",
        caption: "Operations in doubt",
        columns: &["Line", "Operation", "Sent", "Known", "Not done, if nothing shows by", "Id"],
        rows: items.iter().map(row).collect(),
    };
    let about = html! { "Nothing is sent for these; every plan and apply asks the carrier. " code { "simfleet ops show ID" } " says more." };
    (!items.is_empty()).then(|| section("in-doubt", format!("In doubt: {}", Count(view.verdict.in_doubt)), &about, &table.open()))
}

fn warnings(view: &View<'_>) -> Option<Section> {
    let groups = &view.listings.warnings;
    let alike = groups.iter().flat_map(|group| group.alike.iter().map(move |alike| (group.code, alike)));
    let rows = alike.flat_map(|(code, alike)| {
        alike.subjects.iter().map(move |subject| {
            vec![
                said(&cell::line(view, alike.account, subject)),
                html! { "! " (code.as_str()) },
                said(alike.message),
                said(&cell::place(alike.source)),
            ]
        })
    });
    let table = Table {
        class: "messages",
        caption: "Warnings",
        columns: &["Line", "Code", "What and why", "Declared in"],
        rows: rows.collect(),
    };
    let about = html! { "Nothing is stopped by these." };
    (!groups.is_empty())
        .then(|| section("warnings", format!("Warnings: {}", Count(view.verdict.warnings)), &about, &table.folded()))
}

fn blocked(view: &View<'_>) -> Option<Section> {
    let groups = &view.listings.blocked;
    let row = |item: &&BlockedItem| {
        let BlockedItem { account, subject, code, message, source } = item;
        vec![said(&cell::line(view, account, subject)), html! { "x " (code.as_str()) }, said(message), said(&cell::place(source))]
    };
    let list = html! {
        @for group in groups {
            (Table {
                class: "messages",
                caption: group.code.as_str(),
                columns: &["Line", "Code", "Why and what to do", "Declared in"],
                rows: group.items.iter().map(row).collect(),
            }.folded())
        }
    };
    let about = html! { "Wishes that cannot be fulfilled. " code { "simfleet explain CODE" } " says why and what to do." };
    (!groups.is_empty()).then(|| section("blocked", format!("Blocked: {}", Count(view.verdict.blocked)), &about, &list))
}

fn waiting(view: &View<'_>) -> Option<Section> {
    let items = view.listings.waiting;
    let row = |item: &PendingItem| {
        let PendingItem { account, subject, application_no, what, effective_date, not_before } = item;
        vec![
            said(&cell::line(view, account, subject)),
            html! { "> " (plain(what)) },
            html! { @if let Some(number) = application_no { (plain(number.as_str())) } },
            html! { @if let Some(date) = effective_date { (date) } },
            html! { @if let Some(time) = not_before { (cell::time(*time)) } },
        ]
    };
    let table = Table {
        class: "waiting",
        caption: "Waiting",
        columns: &["Line", "What", "Application", "In force from", "Not before"],
        rows: items.iter().map(row).collect(),
    };
    let about = html! { "On its way, or not possible yet: nothing to do but wait." };
    (!items.is_empty()).then(|| section("waiting", format!("Waiting: {}", Count(view.verdict.waiting)), &about, &table.folded()))
}

fn drift(view: &View<'_>) -> Option<Section> {
    let items = view.listings.drift;
    let title = format!("Drift: {} changed outside", Count::from(items.len()));
    let about = html! { "What others changed since it was last confirmed." };
    (!items.is_empty()).then(|| section("drift", title, &about, &changes(view, "Changes by others", items, words::expired)))
}

fn drift_ignored(view: &View<'_>) -> Option<Section> {
    let items = view.listings.drift_ignored;
    let title = format!("Drift ignored: {} changed outside", Count::from(items.len()));
    let about = html! { "What others changed, and somebody answers for until a day. It is planned for all the same." };
    (!items.is_empty())
        .then(|| section("drift-ignored", title, &about, &changes(view, "Ignored changes by others", items, words::ignored)))
}

fn changes(view: &View<'_>, caption: &str, items: &[DriftItem], note: fn(&DriftIgnoreNote) -> String) -> Markup {
    let row = |item: &DriftItem| {
        let DriftItem { account, msisdn, field, baseline, observed, by, ignore } = item;
        let told = by.as_deref().map(|by| words::by_whom(Some(by))).into_iter().chain(ignore.as_ref().map(note));
        let line = cell::line(view, account, &(*msisdn).into());
        vec![said(&line), said(field), said(baseline), said(observed), said(&told.collect::<Vec<_>>().join(", "))]
    };
    Table { class: "drift", caption, columns: &["Line", "Field", "Was", "Is", "By"], rows: items.iter().map(row).collect() }
        .folded()
}

fn unmanaged(view: &View<'_>) -> Option<Section> {
    let items = view.listings.unmanaged;
    let row = |item: &UnmanagedItem| {
        let UnmanagedItem { account, msisdn, status, monthly_cost } = item;
        let line = cell::line(view, account, &(*msisdn).into());
        vec![said(&line), said(status), html! { (monthly_cost) "/month" }]
    };
    let table = Table {
        class: "unmanaged",
        caption: "Lines that nobody declares",
        columns: &["Line", "Status", "Cost"],
        rows: items.iter().map(row).collect(),
    };
    let about = html! { "Reported, and never touched. Together " (view.listings.unmanaged_cost) "/month." };
    let title = format!("Unmanaged: {} that nobody declares", Count::from(items.len()));
    (!items.is_empty()).then(|| section("unmanaged", title, &about, &table.folded()))
}

fn protection(view: &View<'_>) -> Option<Section> {
    let items = &view.listings.protection;
    let row = |item: &&ProtectionItem| {
        let ProtectionItem { account, msisdn, protected } = item;
        let what = if *protected { "protected" } else { "no longer protected" };
        vec![said(&cell::line(view, account, &(*msisdn).into())), said(what)]
    };
    let table = Table {
        class: "protection",
        caption: "Protection",
        columns: &["Line", "From now on"],
        rows: items.iter().map(row).collect(),
    };
    let about = html! { "Kept from the apply on, also when a line leaves the files." };
    (!items.is_empty())
        .then(|| section("protection", format!("Protection: {}", Count::from(items.len())), &about, &table.folded()))
}
