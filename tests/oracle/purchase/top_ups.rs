//! Which lines are topped up, by trying every choice of them.

use std::collections::BTreeSet;

use simfleet::plan::{BlockedCode, PurchaseOutcome};

use super::enumeration::{Answer, Bought, Fact, Whose, choices, claims, record, takes};
use super::market::{Market, price};

/// What one policy could do for one line, money and other policies apart.
struct Offer {
    line: usize,
    policy: usize,
    price: i64,
    ordinal: u32,
}

/// What is said where a policy offers nothing.
type Said = Result<(), BlockedCode>;

/// A market with its purchases and whose they are.
struct Ledger<'a> {
    market: &'a Market,
    /// By line.
    facts: Vec<Vec<(Fact, Whose)>>,
    /// Lines for which a grant is bought.
    granted: &'a BTreeSet<usize>,
}

pub(super) fn serve(market: &Market, facts: &[Fact], granted: &BTreeSet<usize>, answer: &mut Answer) {
    let of_line = |line| {
        let facts: Vec<Fact> = facts.iter().filter(|fact| fact.line == line).cloned().collect();
        let claims = claims(market, line, &facts);
        facts.into_iter().zip(claims).collect()
    };
    let ledger = Ledger { market, facts: (0..market.lines.len()).map(of_line).collect(), granted };
    let mut offers: Vec<Offer> = Vec::new();
    let mut said: Vec<(usize, usize, Said)> = Vec::new();
    for (policy, line) in ledger.order() {
        match ledger.verdict(policy, line) {
            Some(Ok(offer)) => offers.push(offer),
            Some(Err(saying)) => said.push((policy, line, saying)),
            None => {}
        }
    }
    // Every choice of offers; of those that are allowed, the one that serves the first as far as possible.
    let every = choices(&vec![vec![false, true]; offers.len()]);
    let chosen = every.into_iter().filter(|chosen| ledger.allows(&offers, chosen)).max().unwrap_or_default();
    let is_served_before = |line: usize, policy: usize| {
        let rank = |policy: usize| market.policies[policy].name;
        offers.iter().zip(&chosen).any(|(offer, chosen)| *chosen && offer.line == line && rank(offer.policy) < rank(policy))
    };
    for (offer, chosen) in offers.iter().zip(&chosen) {
        if *chosen {
            answer.bought.push(ledger.bought(offer));
        } else if !is_served_before(offer.line, offer.policy) {
            answer.blocked.push((offer.line, BlockedCode::SpendCapReached));
        }
    }
    for (policy, line, saying) in said {
        match saying {
            _ if saying != Err(BlockedCode::TrafficUnknown) && is_served_before(line, policy) => {}
            Ok(()) => answer.waits.push(line),
            Err(code) => answer.blocked.push((line, code)),
        }
    }
}

impl Ledger<'_> {
    /// Policies and lines in the order in which they are served: by the policy's name and what is left.
    fn order(&self) -> Vec<(usize, usize)> {
        let (policies, lines) = (&self.market.policies, &self.market.lines);
        let mut order: Vec<(usize, usize)> =
            (0..policies.len()).flat_map(|policy| (0..lines.len()).map(move |line| (policy, line))).collect();
        order.sort_by_key(|(policy, line)| (policies[*policy].fleet, policies[*policy].name, lines[*line].left, *line));
        order
    }

    /// What counts for a policy on a line.
    fn counted(&self, line: usize, policy: usize) -> impl Iterator<Item = &Fact> {
        let code = self.market.policies[policy].code;
        let counts = move |(fact, whose): &&(Fact, Whose)| match whose {
            Whose::Policy(of) => *of == policy,
            Whose::Nobody => fact.may_be(code),
            Whose::Grant(_) => false,
        };
        self.facts[line].iter().filter(counts).map(|(fact, _)| fact)
    }

    /// Whether the figures are newer than everything that was bought.
    fn is_fresh(&self, line: usize) -> bool {
        let figures = self.market.lines[line].figures;
        self.facts[line].iter().all(|(fact, _)| {
            let in_doubt = fact.record.as_ref().is_some_and(|record| record.outcome == PurchaseOutcome::InDoubt);
            // What is left was listed at hour 0.
            !in_doubt && fact.hours.zip(figures).is_some_and(|(hours, figures)| hours < figures.min(0))
        })
    }

    /// An offer, or what is said instead; `None` where the policy has nothing to do with the line.
    fn verdict(&self, policy: usize, index: usize) -> Option<Result<Offer, Said>> {
        let (line, wish) = (&self.market.lines[index], &self.market.policies[policy]);
        if line.fleet != wish.fleet || takes(line)? && line.busy {
            return None;
        }
        let Some(left) = line.left else { return Some(Err(Err(BlockedCode::TrafficUnknown))) };
        if left >= wish.below {
            return None;
        }
        let bought = u32::try_from(self.counted(index, policy).count()).unwrap();
        Some(match price(line.plan, wish.code) {
            None => Err(Err(BlockedCode::CouponNotOffered)),
            Some(_) if self.granted.contains(&index) || !self.is_fresh(index) => Err(Ok(())),
            Some(_) if bought >= wish.per_line => Err(Err(BlockedCode::TopUpCapReached)),
            Some(_) if line.busy => Err(Ok(())),
            Some(price) => {
                let given = self.market.records.iter().filter(|record| {
                    (record.line, record.is_grant, record.name, record.month) == (index, false, wish.name, 0)
                        && record.outcome != PurchaseOutcome::NotBought
                });
                let most = given.map(|record| record.ordinal).max().unwrap_or(0);
                Ok(Offer { line: index, policy, price, ordinal: most.max(bought) + 1 })
            }
        })
    }

    /// One purchase a line, and no policy beyond its money.
    fn allows(&self, offers: &[Offer], chosen: &[bool]) -> bool {
        let taken = || offers.iter().zip(chosen).filter(|(_, chosen)| **chosen).map(|(offer, _)| offer);
        let once = taken().all(|one| taken().filter(|other| other.line == one.line).count() == 1);
        let within = |policy: usize| {
            let of_fleet = |line: &usize| self.market.lines[*line].fleet == self.market.policies[policy].fleet;
            let lines = (0..self.market.lines.len()).filter(of_fleet);
            let spent: i64 = lines.flat_map(|line| self.counted(line, policy)).map(|fact| fact.amount).sum();
            let planned: i64 = taken().filter(|offer| offer.policy == policy).map(|offer| offer.price).sum();
            planned == 0 || spent + planned <= self.market.policies[policy].spend
        };
        once && (0..self.market.policies.len()).all(within)
    }

    fn bought(&self, offer: &Offer) -> Bought {
        let (line, wish) = (&self.market.lines[offer.line], &self.market.policies[offer.policy]);
        let before = record(self.market, offer.line, false, wish.name, 0, offer.ordinal);
        Bought {
            line: offer.line,
            is_grant: false,
            name: wish.name.to_owned(),
            code: wish.code,
            ordinal: offer.ordinal,
            attempt: before.map_or(1, |record| record.attempt + u32::from(record.refused)),
            price: offer.price,
            resumes: takes(line) == Some(true),
        }
    }
}
