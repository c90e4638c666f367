//! Grants: each purchase once, for lines of their own fleet.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::diag::{Diagnostic, codes};
use crate::domain::calendar::YearMonth;
use crate::domain::{DesiredSim, Msisdn};
use crate::manifest::compile::{FleetDraft, GrantDraft};
use crate::manifest::places::ValuePlaces;
use crate::manifest::sink::Sink;
use crate::manifest::source_table::SourceTable;

/// Two grants of one name in a fleet, also for different months: people tell them apart by their names.
pub(crate) fn names(grants: &[GrantDraft], sink: &mut Sink) {
    let mut first: BTreeMap<&str, &GrantDraft> = BTreeMap::new();
    for draft in grants {
        if let Some(other) = first.get(&*draft.grant.name) {
            let message = format!("there are two grants named {} in this fleet", draft.grant.name);
            let problem = draft.name_place.clone().error(codes::DUPLICATE_GRANT, message);
            sink.push(
                problem
                    .related("the other one is here", other.name_place.location.clone())
                    .help("remove one, or rename it, for instance with its month"),
            );
        } else {
            first.insert(&draft.grant.name, draft);
        }
    }
}

/// Numbers that stand twice in a grant. They are sorted.
pub(crate) fn twice(numbers: &[(Msisdn, usize)], places: &ValuePlaces, sink: &mut Sink) {
    for pair in numbers.windows(2) {
        if let [(first, first_at), (second, second_at)] = pair
            && first == second
        {
            let problem = places.place(*second_at).error(codes::DUPLICATE_GRANT, format!("{second} stands twice in this grant"));
            sink.push(
                problem
                    .related("it stands here already", places.place(*first_at).location)
                    .help("remove one of the two; for a second coupon declare a second grant"),
            );
        }
    }
}

/// Two grants of one name and month for one line, in different fleets of an account: the key of a purchase
/// has no fleet, so the second would never be bought.
pub(crate) fn across_fleets(fleets: &[FleetDraft], sink: &mut Sink) {
    let mut same: BTreeMap<(&str, &str, YearMonth), Vec<&GrantDraft>> = BTreeMap::new();
    for (fleet, draft) in fleets.iter().flat_map(|fleet| fleet.grants.iter().map(move |draft| (fleet, draft))) {
        same.entry((&fleet.account, &draft.grant.name, draft.grant.month)).or_default().push(draft);
    }
    for ((_, name, month), drafts) in same.into_iter().filter(|(_, drafts)| drafts.len() > 1) {
        let mut first: BTreeMap<Msisdn, (&GrantDraft, usize)> = BTreeMap::new();
        for draft in drafts {
            for (msisdn, nth) in &draft.numbers {
                let (other, at) = first.entry(*msisdn).or_insert((draft, *nth));
                // Within a fleet their names were refused already.
                if other.grant.fleet == draft.grant.fleet {
                    continue;
                }
                let message = format!("{msisdn} has two grants named {name} for {month}, in two fleets");
                let problem = draft.places.place(*nth).error(codes::DUPLICATE_GRANT, message);
                sink.push(
                    problem
                        .related("the other one is here", other.places.place(*at).location)
                        .help("a grant is bought once a line, name and month, whatever the fleet: remove or rename one"),
                );
            }
        }
    }
}

/// Numbers of grants and of drift ignores that their fleet does not declare. The lines are sorted by number. A fleet of which
/// not every line could be read is not judged: its number may be among the unread.
pub(crate) fn undeclared(fleets: &[FleetDraft], lines: &[DesiredSim], sources: &SourceTable, sink: &mut Sink) {
    // Looking for the number that was meant costs more than looking for the number.
    let mut guesses = 100_usize;
    for fleet in fleets.iter().filter(|fleet| fleet.is_complete) {
        let grants = fleet.grants.iter().map(|draft| ("grant", &draft.numbers, &draft.places));
        let ignores = fleet.ignored.iter().map(|draft| ("drift ignore", &draft.numbers, &draft.places));
        for (what, numbers, places) in grants.chain(ignores) {
            for (msisdn, nth) in numbers {
                let there = declared(lines, *msisdn);
                if there.iter().any(|line| line.fleet == fleet.index) {
                    continue;
                }
                let name = &fleet.fleet.name;
                let message = format!("the {what} names {msisdn}, which the fleet {name} does not declare");
                let problem = places.place(*nth).error(codes::LINE_NOT_DECLARED, message);
                if let Some(elsewhere) = there.first() {
                    sink.push(other_fleet(problem, what, elsewhere, fleets, sources));
                    continue;
                }
                let guess = (guesses > 0).then(|| meant(lines, fleet.index, *msisdn)).flatten();
                guesses = guesses.saturating_sub(1);
                sink.push(match guess {
                    Some(meant) => problem.help(format!("did you mean {meant}?")),
                    None => problem.help(format!("declare the line in this fleet, or remove its number from the {what}")),
                });
            }
        }
    }
}

fn other_fleet(problem: Diagnostic, what: &str, line: &DesiredSim, fleets: &[FleetDraft], sources: &SourceTable) -> Diagnostic {
    let name = fleets.get(line.fleet as usize).map_or_else(|| Arc::from(""), |fleet| Arc::clone(&fleet.fleet.name));
    problem
        .related(format!("the fleet {name} declares it here"), sources.location(line.source))
        .help(format!("move the number to a {what} of the fleet {name}"))
}

/// The lines of a number: one, unless it is declared twice.
fn declared(lines: &[DesiredSim], msisdn: Msisdn) -> &[DesiredSim] {
    let from = lines.partition_point(|line| line.msisdn < msisdn);
    let rest = lines.get(from..).unwrap_or_default();
    rest.get(..rest.iter().take_while(|line| line.msisdn == msisdn).count()).unwrap_or_default()
}

/// The fleet's number that differs by one digit, or by two that are swapped.
fn meant(lines: &[DesiredSim], fleet: u32, msisdn: Msisdn) -> Option<Msisdn> {
    let digits = msisdn.as_str().as_bytes();
    let changed = (0..digits.len()).flat_map(|at| {
        (b'0'..=b'9').map(move |digit| {
            let mut text = digits.to_vec();
            text.splice(at..=at, [digit]);
            text
        })
    });
    let swapped = (1..digits.len()).map(|at| {
        let mut text = digits.to_vec();
        text.swap(at - 1, at);
        text
    });
    changed.chain(swapped).find_map(|text| {
        let candidate = Msisdn::parse(std::str::from_utf8(&text).ok()?).ok()?;
        declared(lines, candidate).iter().any(|line| line.fleet == fleet).then_some(candidate)
    })
}
