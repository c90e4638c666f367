//! Cost, risk, and what is done to how many.

use maud::{Markup, html};

use super::cell;
use super::page::Section;
use crate::domain::{Money, Risk};
use crate::render::text::title;
use crate::render::view::{Count, View, Work};

/// The classes that can stand in a plan, the worst first.
const RISKS: [Risk; 5] = [Risk::R5, Risk::R4, Risk::R3, Risk::R2, Risk::R1];

/// What it costs, what it risks, what is done.
pub(super) fn summary(view: &View<'_>) -> Section {
    let body = html! {
        div .tiles {
            (tile("Once", view.verdict.costs.once, "paid when it is applied, or soon after"))
            (tile("Every month", view.verdict.costs.monthly, "more, or less, on the monthly bill"))
        }
        "\n"
        div .pair {
            (risks(view))
            (work(view))
        }
    };
    Section { id: "summary", title: "Cost and risk".to_owned(), body }
}

fn tile(name: &str, amount: Money, about: &str) -> Markup {
    let amount = if amount == Money::ZERO { "0 JPY".to_owned() } else { format!("{amount:+}") };
    html! { p .tile { span { (name) } strong { (amount) } small { (about) } } }
}

fn risks(view: &View<'_>) -> Markup {
    html! {
        "\n"
        table .plain {
            caption { "Operations by risk" }
            thead { tr { th scope="col" { "Risk" } th scope="col" { "What it means" } th .number scope="col" { "Operations" } } }
            tbody {
                @for risk in RISKS {
                    @let count = view.plan.summary.by_risk.get(&risk).copied().unwrap_or(0);
                    "\n"
                    tr class=[(count > 0).then(|| class(risk))] {
                        th scope="row" { (risk) }
                        td { b { (title(risk)) } br; (meaning(risk)) }
                        td .number { (Count(count)) }
                    }
                }
            }
        }
    }
}

fn work(view: &View<'_>) -> Markup {
    let work = view.work();
    if work.is_empty() {
        return html! {};
    }
    html! {
        "\n"
        table .plain {
            caption { "What is done" }
            thead { tr { th scope="col" { "Do" } th scope="col" { "Risk" } th scope="col" { "To" } th .number scope="col" { "Cost" } } }
            tbody {
                @for Work { risk, kinds, mark, subjects, costs } in work {
                    "\n"
                    tr class=(class(risk)) {
                        th scope="row" { @if let Some(mark) = mark { (cell::mark(mark)) " " } (cell::chain(kinds)) }
                        td { (risk) }
                        td { (subjects) }
                        td .number { (costs.text()) }
                    }
                }
            }
        }
    }
}

/// By which the style knows a class.
pub(super) fn class(risk: Risk) -> &'static str {
    match risk {
        Risk::R5 => "r5",
        Risk::R4 => "r4",
        Risk::R3 => "r3",
        Risk::R2 => "r2",
        Risk::R1 => "r1",
        Risk::R0 => "r0",
    }
}

/// What a class means.
fn meaning(risk: Risk) -> &'static str {
    match risk {
        Risk::R5 => "Cannot be undone by anybody. Wants an approval of its own.",
        Risk::R4 => "Bought when it is sent, and once more if it is sent again. Wants an approval of its own.",
        Risk::R3 => "Money later, from a coming month on. Until then it can mostly be cancelled.",
        Risk::R2 => "Lines stop or start to communicate. Can be undone.",
        Risk::R1 => "Can be undone, but a cancelled order is not placed again.",
        Risk::R0 => "Changes nothing.",
    }
}
