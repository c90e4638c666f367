//! The fleet as it was observed: by status and rate plan, and by traffic against quota.

use std::collections::{BTreeMap, BTreeSet};

use maud::{Markup, html};

use super::bar::bar;
use super::page::Section;
use crate::domain::{ChipStatus, LineStatus, RatePlan};
use crate::plan::{FleetSection, QuotaCount, UsedShares};
use crate::render::escape::plain;
use crate::render::view::{Count, View};

/// Tables with pictures in them.
pub(super) fn fleet(view: &View<'_>) -> Option<Section> {
    let fleets: Vec<(&str, &FleetSection)> = view
        .plan
        .accounts
        .iter()
        .filter_map(|account| Some((&*account.name, account.fleet.as_ref()?)))
        .filter(|(_, fleet)| !fleet.lines.is_empty())
        .collect();
    let body = html! {
        @for (account, fleet) in &fleets {
            @if view.has_accounts() { h3 { "Account " bdi { (plain(account)) } } }
            (by_status(fleet))
            @if !fleet.traffic.is_empty() { (by_traffic(&fleet.traffic)) }
        }
    };
    (!fleets.is_empty()).then(|| Section { id: "fleet", title: "The fleet as it was observed".to_owned(), body })
}

/// A row a rate plan, a column a status.
fn by_status(fleet: &FleetSection) -> Markup {
    let used: BTreeSet<&str> = fleet.lines.iter().map(|count| &*count.status).collect();
    let life = ChipStatus::ALL.iter().map(ChipStatus::wire).filter(|status| *status != ChipStatus::Active.wire());
    let known: Vec<&str> = LineStatus::ALL.iter().map(LineStatus::wire).chain(life).collect();
    let unknown = used.iter().copied().filter(|status| !known.contains(status));
    let statuses: Vec<&str> = known.iter().copied().filter(|status| used.contains(status)).chain(unknown).collect();
    let mut rows: BTreeMap<Option<&str>, Vec<u64>> = BTreeMap::new();
    for count in &fleet.lines {
        let row = rows.entry(count.rate_plan.as_ref().map(RatePlan::as_str)).or_insert_with(|| vec![0; statuses.len()]);
        if let Some(cell) = statuses.iter().position(|status| *status == &*count.status).and_then(|column| row.get_mut(column)) {
            *cell = cell.saturating_add(count.lines);
        }
    }
    let heads: Vec<String> = statuses.iter().map(|status| words(&plain(status))).collect();
    let tones: Vec<&str> = statuses.iter().map(|status| tone(status)).collect();
    let rows =
        rows.into_iter().map(|(plan, row)| (plan.map_or_else(|| "none yet".to_owned(), |plan| plain(plan).into_owned()), row));
    picture("Lines by rate plan and status", "Rate plan", &heads, &tones, &rows.collect::<Vec<_>>())
}

/// A row a rate plan, a column a share of what it includes.
fn by_traffic(traffic: &[QuotaCount]) -> Markup {
    let heads = ["under 25 %", "25–50 %", "50–75 %", "75–100 %", "used up", "unknown"].map(str::to_owned);
    let tones = ["u1", "u2", "u3", "u4", "u5", "u0"];
    let row = |count: &QuotaCount| {
        let QuotaCount { rate_plan, quota_bytes, used } = count;
        let UsedShares { under25, under50, under75, under100, used_up, unknown } = *used;
        let name = format!("{} ({})", plain(rate_plan.as_str()), bytes(*quota_bytes));
        (name, vec![under25, under50, under75, under100, used_up, unknown])
    };
    let rows: Vec<_> = traffic.iter().map(row).collect();
    picture("Active lines by how much of the month's traffic they used", "Rate plan (quota)", &heads, &tones, &rows)
}

/// Numbers, and the same as bars: all rows are drawn to the scale of the largest.
fn picture(caption: &str, first: &str, heads: &[String], tones: &[&str], rows: &[(String, Vec<u64>)]) -> Markup {
    let sum = |row: &[u64]| row.iter().fold(0_u64, |sum, part| sum.saturating_add(*part));
    let largest = rows.iter().map(|(_, row)| sum(row)).max().unwrap_or(0);
    html! {
        div .sheet role="region" aria-label=(caption) tabindex="0" {
            table .plain.picture {
                caption { (caption) }
                thead {
                    tr {
                        th scope="col" { (first) }
                        td .drawn {}
                        @for (head, tone) in heads.iter().zip(tones) {
                            th .number scope="col" { (swatch(tone)) (head) }
                        }
                        th .number scope="col" { "all" }
                    }
                }
                tbody {
                    @for (name, row) in rows {
                        "\n"
                        tr {
                            th scope="row" { (name) }
                            td .drawn { (bar(row, largest, tones)) }
                            @for part in row { td .number { (Count(*part)) } }
                            td .number { (Count(sum(row))) }
                        }
                    }
                }
            }
        }
        "\n"
    }
}

fn swatch(tone: &str) -> Markup {
    html! { svg .swatch viewBox="0 0 10 10" aria-hidden="true" focusable="false" { rect class=(tone) width="10" height="10" {} } }
}

/// `termination accepted`: a head that can be wrapped.
fn words(status: &str) -> String {
    let mut words = String::with_capacity(status.len() + 2);
    for (index, letter) in status.char_indices() {
        if index > 0 && letter.is_ascii_uppercase() {
            words.push(' ');
        }
        words.push(letter.to_ascii_lowercase());
    }
    words
}

/// By which the style knows a status. Not `s-…`: `s-suspended` reads as the token of a redacted IMSI.
fn tone(status: &str) -> &'static str {
    match LineStatus::from_wire(status) {
        LineStatus::Active => "t-active",
        LineStatus::Suspended => "t-suspended",
        LineStatus::CarrierSuspended => "t-stopped",
        LineStatus::TerminationAccepted => "t-ending",
        LineStatus::Terminated | LineStatus::CarrierTerminated => "t-ended",
        LineStatus::Unknown(_) => match ChipStatus::from_wire(status) {
            ChipStatus::Ordered | ChipStatus::ImeiRegistered | ChipStatus::Allocated | ChipStatus::Active => "t-stock",
            ChipStatus::Unknown(_) => "t-unknown",
        },
    }
}

/// `500 MB`, `1.5 GB`: decimal, as the carrier counts.
fn bytes(bytes: u64) -> String {
    for (unit, name) in [(1_000_000_000_u64, "GB"), (1_000_000, "MB"), (1_000, "kB")] {
        if bytes >= unit {
            let tenths = bytes / (unit / 10);
            let (whole, tenth) = (tenths / 10, tenths % 10);
            return if tenth == 0 { format!("{} {name}", Count(whole)) } else { format!("{}.{tenth} {name}", Count(whole)) };
        }
    }
    format!("{bytes} B")
}
