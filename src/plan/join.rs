//! The merge-join of declared and observed SIMs: both are sorted by MSISDN, so one walk over each
//! pairs them, without a map and without a copy.

use std::iter::Peekable;

use crate::domain::{DesiredSim, Msisdn, ObservedSim};

/// One number, as declared, as observed, or both.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Pair<'a> {
    /// Declared and not observed.
    Missing(&'a DesiredSim),
    /// Declared and observed.
    Both(&'a DesiredSim, &'a ObservedSim),
    /// Observed and not declared.
    Undeclared(&'a ObservedSim),
}

/// The entries in the order of their numbers. Inputs come sorted, which costs one pass to see; any
/// other order only costs time, never the answer.
pub(crate) fn sorted<T>(entries: &[T], key: impl Fn(&T) -> Msisdn) -> Vec<&T> {
    let mut sorted: Vec<&T> = entries.iter().collect();
    if !sorted.is_sorted_by_key(|entry| key(entry)) {
        sorted.sort_by_key(|entry| key(entry));
    }
    // A number stands once in each input; were it not so, the first entry counts.
    sorted.dedup_by_key(|entry| key(entry));
    sorted
}

/// Pairs two sorted runs.
pub(crate) fn join<'a>(
    desired: impl Iterator<Item = &'a DesiredSim>,
    observed: impl Iterator<Item = &'a ObservedSim>,
) -> impl Iterator<Item = Pair<'a>> {
    Join { desired: desired.peekable(), observed: observed.peekable() }
}

struct Join<D: Iterator, O: Iterator> {
    desired: Peekable<D>,
    observed: Peekable<O>,
}

impl<'a, D, O> Iterator for Join<D, O>
where
    D: Iterator<Item = &'a DesiredSim>,
    O: Iterator<Item = &'a ObservedSim>,
{
    type Item = Pair<'a>;

    fn next(&mut self) -> Option<Pair<'a>> {
        match (self.desired.peek(), self.observed.peek()) {
            (Some(wish), Some(sim)) if wish.msisdn == sim.msisdn => {
                self.desired.next().zip(self.observed.next()).map(|(wish, sim)| Pair::Both(wish, sim))
            }
            (Some(wish), Some(sim)) if wish.msisdn > sim.msisdn => self.observed.next().map(Pair::Undeclared),
            (Some(_), _) => self.desired.next().map(Pair::Missing),
            (None, _) => self.observed.next().map(Pair::Undeclared),
        }
    }
}
