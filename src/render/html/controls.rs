//! What narrows the table of operations. Hidden until the script has come: without it nothing would happen.

use maud::{Markup, html};

use crate::domain::Risk;
use crate::render::escape::plain;
use crate::render::text::title;
use crate::render::view::{Count, View};

/// A field to search, three to choose, and how many are shown.
pub(super) fn controls(view: &View<'_>) -> Markup {
    let summary = &view.plan.summary;
    let kinds = view.verdict.kinds.iter().map(|(kind, count)| (kind.as_str().to_owned(), kind.as_str().to_owned(), *count));
    let risks = summary.by_risk.iter().rev().filter(|(_, count)| **count > 0);
    let risks = risks.map(|(risk, count): (&Risk, &u64)| (risk.to_string(), format!("{risk}: {}", title(*risk)), *count));
    let accounts = view.plan.accounts.iter().map(|account| {
        let operations = view.plan.operations.iter().filter(|operation| operation.account == account.name).count();
        let name = plain(&account.name).into_owned();
        (name.clone(), name, u64::try_from(operations).unwrap_or(u64::MAX))
    });
    html! {
        div #narrow role="search" aria-label="Operations" hidden {
            div {
                label for="find" { "Search" }
                input #find type="search" autocomplete="off" spellcheck="false" placeholder="number, name, label, reason, file …";
            }
            (choice("kind", "Kind", "All kinds", kinds.collect()))
            (choice("risk", "Risk", "All risks", risks.collect()))
            @if view.has_accounts() { (choice("account", "Account", "All accounts", accounts.collect())) }
            button #all type="button" { "Show all" }
            p #count role="status" { (Count(summary.operations)) " operations" }
        }
        "\n"
    }
}

fn choice(id: &str, name: &str, all: &str, options: Vec<(String, String, u64)>) -> Markup {
    html! {
        div {
            label for=(id) { (name) }
            select id=(id) {
                option value="" { (all) }
                @for (value, text, count) in options { option value=(value) { (text) " (" (Count(count)) ")" } }
            }
        }
    }
}
