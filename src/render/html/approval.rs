//! What it takes to apply the plan, and the guards that stand in the way.

use maud::{Markup, html};

use super::page::Section;
use super::table::Table;
use crate::render::escape::plain;
use crate::render::view::{Approval, Count, GuardLine, View};

/// Approval, if there is anything to approve, then guards: those that stop the plan in the open.
pub(super) fn approval(view: &View<'_>) -> Vec<Section> {
    let mut sections = Vec::new();
    if !view.verdict.is_empty() {
        sections.push(Section { id: "approval", title: "What it takes to approve".to_owned(), body: needs(&view.approval) });
    }
    let listings = &view.listings;
    if !listings.stops.is_empty() {
        let title = "Guards exceeded: nothing of the account is applied".to_owned();
        sections.push(Section { id: "guards", title, body: stops(&listings.stops) });
    }
    if !listings.holds.is_empty() {
        let title = format!("Guards that hold: {}", Count::from(listings.holds.len()));
        sections.push(Section { id: "limits", title, body: holds(&listings.holds) });
    }
    sections
}

fn needs(approval: &Approval) -> Markup {
    let Approval { wants_yes, approved_by_policy, acks, guards, wants_plan_id, plan_id } = approval;
    html! {
        @if !approval.is_plain() { p { "Needs approval: " code { (approval) } "." } }
        "\n"
        ul {
            @if *wants_yes { li { code { "--yes" } ", or yes at the prompt, approves what can be undone and is not paid at once." } }
            @if *approved_by_policy { li { "The manifests approve some of what is irreversible or paid at once (" code { "policy.approval" } ")." } }
            @for (kind, count) in acks {
                li { code { "--ack " (kind) "=" (count) } " approves " (Count(*count)) " × " (kind) ", and no other number of them." }
            }
            @for (kind, count) in guards {
                li { code { "--ack " (kind) "=" (count) } " lifts an exceeded guard, whatever else is approved." }
            }
            @if *wants_plan_id { li { "A fleet of " code { "mode: Plan" } " is approved by the plan's id only." } }
            @if !approval.is_plain() { li { code { "--approve " (plain(plan_id)) } " approves all of this plan" @if !guards.is_empty() { " but the guards" } "." } }
        }
    }
}

fn stops(stops: &[GuardLine<'_>]) -> Markup {
    let row = |stop: &GuardLine<'_>| {
        let flag = html! { code { (stop.flag()) } };
        vec![html! { "! " (stop.name(true)) }, html! { (stop.actual()) }, html! { (stop.limit()) }, flag]
    };
    Table {
        class: "guards",
        caption: "Exceeded guards",
        columns: &["Guard", "Plan", "At most", "Lets it pass"],
        rows: stops.iter().map(row).collect(),
    }
    .open()
}

fn holds(holds: &[GuardLine<'_>]) -> Markup {
    let row = |limit: &GuardLine<'_>| vec![html! { (limit.name(true)) }, html! { (limit.actual()) }, html! { (limit.limit()) }];
    Table {
        class: "limits",
        caption: "Guards within their limits",
        columns: &["Guard", "Plan", "At most"],
        rows: holds.iter().map(row).collect(),
    }
    .folded()
}
