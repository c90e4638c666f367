//! What a right plan buys and says, told by trying everything: every way to put known purchases down to
//! grants, and every choice of lines to top up. No code of the planner, and no cleverness.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use simfleet::domain::DesiredState;
use simfleet::plan::{BlockedCode, PurchaseOutcome};

use super::super::carrier::Status;
use super::market::{Grant, Line, Market, Policy, Record, price};
use super::top_ups;

/// A purchase that a right plan makes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Bought {
    pub(super) line: usize,
    pub(super) is_grant: bool,
    pub(super) name: String,
    pub(super) code: u8,
    pub(super) ordinal: u32,
    pub(super) attempt: u32,
    pub(super) price: i64,
    /// Whether the line is resumed first.
    pub(super) resumes: bool,
}

/// What a right plan says of wishes for coupons.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Answer {
    pub(super) bought: Vec<Bought>,
    /// By line, sorted.
    pub(super) blocked: Vec<(usize, BlockedCode)>,
    /// Lines that wait for something about a coupon, sorted.
    pub(super) waits: Vec<usize>,
}

/// A purchase that took place, or may have.
#[derive(Debug, Clone)]
pub(super) struct Fact {
    pub(super) line: usize,
    /// What it is by those who say: two where they differ, none where nobody says.
    pub(super) codes: Vec<u8>,
    pub(super) hours: Option<i64>,
    pub(super) record: Option<Record>,
    pub(super) amount: i64,
}

impl Fact {
    pub(super) fn may_be(&self, code: u8) -> bool {
        self.codes.is_empty() || self.codes.contains(&code)
    }
}

/// Who a fact is put down to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whose {
    Grant(usize),
    Policy(usize),
    Nobody,
}

/// All ways to choose for each of `slots` one of its options.
pub(super) fn choices<T: Copy>(options: &[Vec<T>]) -> Vec<Vec<T>> {
    options.iter().fold(vec![vec![]], |chosen, options| {
        chosen.iter().flat_map(|chosen| options.iter().map(|option| chosen.iter().copied().chain([*option]).collect())).collect()
    })
}

/// Facts of the month: each purchase once, however many tell of it.
fn facts(market: &Market) -> Vec<Fact> {
    let counts = |record: &&Record| record.outcome != PurchaseOutcome::NotBought;
    let shown: Vec<_> = market.shown.iter().filter(|shown| !shown.void && (-228..=0).contains(&shown.hours)).collect();
    let mut facts: Vec<Fact> = shown
        .iter()
        .map(|shown| {
            let noted = |record: &&Record| record.number == Some(shown.number) && record.line == shown.line;
            let record = market.records.iter().filter(counts).find(noted).cloned();
            let mut codes: Vec<u8> = shown.code.into_iter().chain(record.as_ref().map(|record| record.code)).collect();
            codes.dedup();
            let amount =
                record.as_ref().map_or_else(|| dearest(market.lines[shown.line].plan, shown.code), |record| record.amount);
            Fact { line: shown.line, codes, hours: Some(shown.hours), record, amount }
        })
        .collect();
    let mut records: Vec<&Record> = market.records.iter().filter(counts).collect();
    records.sort_by_key(|record| (!record.is_grant, record.name, record.month, record.ordinal));
    for record in records {
        let is_shown =
            record.number.is_some_and(|number| shown.iter().any(|shown| shown.number == number && shown.line == record.line));
        if record.month != 0 || is_shown {
            continue;
        }
        // Bought under a number that nobody noted: one of those that the carrier shows, if one fits.
        let fits = |fact: &&mut Fact, codes: &[u8]| fact.record.is_none() && fact.line == record.line && fact.codes == codes;
        let certain = record.outcome == PurchaseOutcome::Bought && record.number.is_none();
        let exact = facts.iter_mut().find(|fact| certain && fits(fact, &[record.code]));
        let found = match exact {
            Some(fact) => Some(fact),
            None => facts.iter_mut().find(|fact| certain && fits(fact, &[])),
        };
        match found {
            Some(fact) => {
                fact.record = Some(record.clone());
                fact.codes = vec![record.code];
                fact.amount = record.amount;
            }
            None => facts.push(Fact {
                line: record.line,
                codes: vec![record.code],
                hours: record.hours,
                record: Some(record.clone()),
                amount: record.amount,
            }),
        }
    }
    facts
}

fn dearest(plan: u8, code: Option<u8>) -> i64 {
    let codes: Vec<u8> = code.map_or_else(|| vec![0, 1], |code| vec![code]);
    let on = |plan| codes.iter().filter_map(|code| price(plan, *code)).max();
    on(plan).or_else(|| [0, 1].into_iter().filter_map(on).max()).unwrap_or(0)
}

/// The best of all ways to put the facts of a line down to its grants: what the journal says stands; then as
/// many grants as possible are served, those with earlier names first, with as many purchases of a known
/// coupon as possible, and the first that will do.
pub(super) fn claims(market: &Market, line: usize, facts: &[Fact]) -> Vec<Whose> {
    let grants: Vec<&Grant> = market.grants.iter().collect();
    let settled: Vec<Option<Whose>> = facts.iter().map(|fact| by_journal(market, line, fact)).collect();
    let options: Vec<Vec<Whose>> = facts
        .iter()
        .zip(&settled)
        .map(|(fact, settled)| {
            let fits = |grant: &Grant| grant.month == 0 && grant.lines.contains(&line) && fact.may_be(grant.code);
            let open =
                || (0..grants.len()).filter(|index| fits(grants[*index])).map(Whose::Grant).chain([Whose::Nobody]).collect();
            settled.map_or_else(open, |whose| vec![whose])
        })
        .collect();
    choices(&options)
        .into_iter()
        .filter(|chosen| {
            let owners: Vec<_> = chosen.iter().filter(|whose| matches!(whose, Whose::Grant(_))).collect();
            // A grant is bought once. (A grant that the journal knows is settled, and claims no more.)
            owners.iter().all(|one| owners.iter().filter(|other| other == &one).count() == 1)
        })
        .max_by_key(|chosen| {
            let name = |whose: &Whose| if let Whose::Grant(index) = whose { Some(grants[*index].name) } else { None };
            let mut served: Vec<&str> = chosen.iter().filter_map(name).collect();
            served.sort_unstable();
            let taken: Vec<usize> = (0..chosen.len()).filter(|index| name(&chosen[*index]).is_some()).collect();
            // Agreed upon, disputed, unknown.
            let doubts = taken.iter().map(|index| [2, 0, 1][facts[*index].codes.len()]).sum::<usize>();
            (served.len(), Reverse(served), Reverse(doubts), Reverse(taken))
        })
        .unwrap_or_default()
}

fn by_journal(market: &Market, line: usize, fact: &Fact) -> Option<Whose> {
    let record = fact.record.as_ref()?;
    let of_fleet = |policy: &Policy| policy.fleet == market.lines[line].fleet;
    if record.is_grant {
        let is_it = |grant: &Grant| grant.name == record.name && grant.month == record.month && grant.lines.contains(&line);
        market.grants.iter().position(is_it).map(Whose::Grant)
    } else {
        market.policies.iter().position(|policy| policy.name == record.name && of_fleet(policy)).map(Whose::Policy)
    }
}

/// Whether a line is blocked by itself, so that nothing more is said of it.
fn is_stopped(line: &Line) -> bool {
    line.status == Status::Ended && matches!(line.state, Some(DesiredState::Active | DesiredState::Suspended))
}

/// Whether a line can take a coupon: `Some(resumes)`.
pub(super) fn takes(line: &Line) -> Option<bool> {
    match (line.status, line.state) {
        (Status::Active, None | Some(DesiredState::Active)) => Some(false),
        (Status::Suspended, Some(DesiredState::Active)) => Some(true),
        _ => None,
    }
}

pub(super) fn answer(market: &Market) -> Answer {
    let facts = facts(market);
    let of_line = |line: usize| facts.iter().filter(|fact| fact.line == line).cloned().collect::<Vec<_>>();
    let mut answer = Answer::default();
    let mut granted: BTreeSet<usize> = BTreeSet::new();
    for (index, line) in market.lines.iter().enumerate().filter(|(_, line)| !is_stopped(line)) {
        let facts = of_line(index);
        let claims = claims(market, index, &facts);
        for (position, grant) in market.grants.iter().enumerate().filter(|(_, grant)| grant.lines.contains(&index)) {
            let record = record(market, index, true, grant.name, grant.month, 1);
            match record.map(|record| (record.outcome, record.code == grant.code)) {
                Some((PurchaseOutcome::Bought, true)) => continue,
                Some((PurchaseOutcome::Bought, false)) => {
                    answer.blocked.push((index, BlockedCode::GrantChanged));
                    continue;
                }
                Some((PurchaseOutcome::InDoubt, _)) => {
                    answer.waits.push(index);
                    continue;
                }
                Some((PurchaseOutcome::NotBought, _)) | None => {}
            }
            if claims.contains(&Whose::Grant(position)) {
                continue;
            }
            if grant.month != 0 {
                answer.waits.push(index);
                continue;
            }
            let Some(resumes) = takes(line) else {
                answer.blocked.push((index, BlockedCode::LineNotActive));
                continue;
            };
            // What it will be once it is in use, nobody knows yet.
            if line.busy && resumes {
                answer.waits.push(index);
                continue;
            }
            let Some(price) = price(line.plan, grant.code) else {
                answer.blocked.push((index, BlockedCode::CouponNotOffered));
                continue;
            };
            if line.busy {
                answer.waits.push(index);
                continue;
            }
            granted.insert(index);
            answer.bought.push(Bought {
                line: index,
                is_grant: true,
                name: grant.name.to_owned(),
                code: grant.code,
                ordinal: 1,
                attempt: record.map_or(1, |record| record.attempt + u32::from(record.refused)),
                price,
                resumes,
            });
        }
    }
    top_ups::serve(market, &facts, &granted, &mut answer);
    answer.bought.sort();
    answer.blocked.sort();
    answer.waits.sort_unstable();
    answer
}

pub(super) fn record<'a>(
    market: &'a Market,
    line: usize,
    is_grant: bool,
    name: &str,
    month: i8,
    ordinal: u32,
) -> Option<&'a Record> {
    market.records.iter().find(|record| {
        (record.line, record.is_grant, record.name, record.month, record.ordinal) == (line, is_grant, name, month, ordinal)
    })
}
