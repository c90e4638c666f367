//! The document and the order of its sections.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::{approval, fleet, harm, head, listings, operations, policy, summary};
use crate::render::escape::plain;
use crate::render::view::View;

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

/// A heading and what stands under it.
pub(super) struct Section {
    /// By which the contents link to it.
    pub(super) id: &'static str,
    /// The heading; also its name in the contents.
    pub(super) title: String,
    /// What stands under it.
    pub(super) body: Markup,
}

/// All of it.
pub(super) fn page(view: &View<'_>) -> Markup {
    let mut sections = vec![summary::summary(view)];
    sections.extend(harm::sections(view));
    sections.extend(approval::approval(view));
    sections.extend(listings::listings(view));
    sections.extend(fleet::fleet(view));
    sections.extend(operations::operations(view));
    html! {
        (DOCTYPE) "\n"
        html lang="en" {
            "\n"
            head {
                meta charset="utf-8"; "\n"
                meta http-equiv="Content-Security-Policy" content=(policy::policy(STYLE, SCRIPT)); "\n"
                meta name="viewport" content="width=device-width, initial-scale=1"; "\n"
                meta name="referrer" content="no-referrer"; "\n"
                meta name="color-scheme" content="light dark"; "\n"
                meta name="generator" content={ "simfleet " (plain(&view.plan.tool_version)) }; "\n"
                title { "Plan " (plain(&view.plan.plan_id)) }
                "\n"
                style { (PreEscaped(STYLE)) }
            }
            "\n"
            body {
                a .skip href="#main" { "Skip to the plan" }
                (head::head(view))
                (contents(&sections))
                main #main tabindex="-1" {
                    @for Section { id, title, body } in &sections {
                        "\n"
                        section aria-labelledby={ (id) "-title" } id=(id) {
                            h2 id={ (id) "-title" } { (title) }
                            "\n" (body)
                        }
                    }
                }
                "\n"
                footer { "Made by simfleet " (plain(&view.plan.tool_version)) ". This file is whole: it loads nothing and sends nothing." }
                "\n"
                script { (PreEscaped(SCRIPT)) }
            }
        }
        "\n"
    }
}

fn contents(sections: &[Section]) -> Markup {
    html! {
        "\n"
        nav aria-label="Contents" {
            ul { @for Section { id, title, .. } in sections { li { a href={ "#" (id) } { (title) } } } }
        }
    }
}
