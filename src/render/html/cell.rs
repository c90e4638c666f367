//! Small pieces that many tables show: lines, changes, places, times.

use std::borrow::Cow;
use std::collections::BTreeMap;

use maud::{Markup, html};

use crate::domain::calendar::JstTime;
use crate::domain::{OperationKind, Subject};
use crate::plan::{Operation, Place};
use crate::render::escape::plain;
use crate::render::view::{Block, Field, Mark, View, fields};

/// `08012345678`, or `main/08012345678` where lines have to be told apart by account.
pub(super) fn line(view: &View<'_>, account: &str, subject: &Subject) -> String {
    let account = if view.has_accounts() { format!("{}/", plain(account)) } else { String::new() };
    format!("{account}{}", plain(&subject.to_string()))
}

/// `floor=2, site=ueno`.
pub(super) fn labels(labels: Option<&BTreeMap<String, String>>) -> String {
    let labels = labels.into_iter().flatten();
    labels.map(|(key, value)| format!("{}={}", plain(key), plain(value))).collect::<Vec<_>>().join(", ")
}

/// The symbols, for the eye: kind, risk and cost say the same in words.
pub(super) fn mark(mark: Mark) -> Markup {
    html! { i aria-hidden="true" { (mark.to_string().trim_end()) } }
}

/// `bindImei, allocate, startUse`.
pub(super) fn chain(kinds: &[OperationKind]) -> String {
    kinds.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join(", ")
}

/// The fields that an operation changes, each on a line, and what it waits for.
pub(super) fn changes(block: &Block<'_>, operation: &Operation) -> Markup {
    let changed = fields(&operation.from, &operation.to);
    html! {
        @for (index, field) in changed.iter().enumerate() {
            @if index > 0 { br; }
            (change(field))
        }
        @if let Some(after) = block.after(operation) { br; (after) }
    }
}

/// `ratePlan fixed-500mb → fixed-1gb`. Values come escaped from [`fields`].
fn change(field: &Field) -> Markup {
    let name = field.name.as_str();
    html! {
        @match (&field.from, &field.to) {
            (Some(from), Some(to)) if from != to => { (name) " " (from) " → " b { (to) } },
            (None | Some(_), Some(to)) => { (name) " " b { (to) } },
            (Some(from), None) => { (name) " " (from) " → " b { "none" } },
            (None, None) => (name),
        }
    }
}

/// `fleet.yaml:12`.
pub(super) fn place(source: &Place) -> String {
    crate::render::text::place(source)
}

/// `2026-11-20 12:00:00 JST`.
pub(super) fn time(at: JstTime) -> Markup {
    let text = at.to_string();
    // The text of a time in Japan is ASCII and of one length; of any other it is shown as it is.
    let shown = match (text.get(..10), text.get(11..19), text.get(19..)) {
        (Some(day), Some(time), Some("+09:00")) => Cow::Owned(format!("{day} {time} JST")),
        (_, _, _) => Cow::Borrowed(text.as_str()),
    };
    html! { time datetime=(text) { (shown) } }
}
