//! What everybody reads first: the verdict, whose plan it is, and how long it holds.

use maud::{Markup, html};

use super::cell;
use crate::plan::AccountSection;
use crate::render::escape::plain;
use crate::render::view::{Count, View};

/// Verdict, ids, times, accounts.
pub(super) fn head(view: &View<'_>) -> Markup {
    let plan = view.plan;
    html! {
        "\n"
        header {
            p .product { "simfleet plan" }
            h1 { (view.verdict) }
            "\n"
            @for account in plan.accounts.iter().filter(|account| !account.observed.complete) {
                p .alert {
                    "! The observation of account " bdi { (plain(&account.name)) } " is incomplete: this plan cannot be applied."
                }
                "\n"
            }
            dl .facts {
                div { dt { "Plan" } dd { code { (plain(&plan.plan_id)) } } }
                div { dt { "Made" } dd { (cell::time(plan.created_at)) } }
                div { dt { "Expires" } dd { (cell::time(plan.expires_at)) } }
                div { dt { "Requests" } dd { (Count(plan.summary.requests)) } }
                div { dt { "Lines that match" } dd { (Count(plan.summary.in_sync)) } }
            }
            (accounts(&plan.accounts))
        }
    }
}

fn accounts(accounts: &[AccountSection]) -> Markup {
    html! {
        "\n"
        ul .accounts {
            @for AccountSection { name, plan_id: _, carrier, connection: _, desired, observed, fleet: _ } in accounts {
                li {
                    "Account " b { bdi { (plain(name)) } } ": " bdi { (plain(&carrier.contractor_id)) } " at "
                    bdi { (plain(&carrier.host)) } ", " (Count(desired.lines)) " declared, " (Count(observed.lines)) " observed at "
                    (cell::time(observed.at))
                }
            }
        }
        "\n"
    }
}
