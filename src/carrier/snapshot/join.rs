//! The two lists, joined on MSISDN (DOMAIN 3: a started chip is in both; join, do not add).

use crate::domain::{ChipRow, LineRow, Msisdn, ObservedSim};

/// The rows of one list, by their key: a number, or for applications theirs.
#[derive(Debug, Clone)]
pub struct Listing<R, K = Msisdn> {
    rows: Vec<(K, R)>,
}

impl<R, K> Default for Listing<R, K> {
    fn default() -> Self {
        Self { rows: Vec::new() }
    }
}

impl<R, K: Ord> Listing<R, K> {
    /// One more row.
    pub fn push(&mut self, key: K, row: R) {
        self.rows.push((key, row));
    }

    /// The rows, in the order of their keys once they are settled.
    pub fn into_rows(self) -> impl Iterator<Item = R> {
        self.rows.into_iter().map(|(_, row)| row)
    }

    /// Sorts, and keeps one row a key: the one with the highest version, the later one among
    /// equals (pages are no snapshot, so a row can come twice). Gives how many came twice.
    pub fn settle(&mut self, version: impl Fn(&R) -> u64) -> u64 {
        self.rows.sort_by(|(left, one), (right, other)| left.cmp(right).then_with(|| version(one).cmp(&version(other))));
        let before = self.rows.len();
        // `dedup_by` keeps the first of a run and hands over the later one as its first argument.
        self.rows.dedup_by(|later, kept| {
            let same = later.0 == kept.0;
            if same {
                std::mem::swap(later, kept);
            }
            same
        });
        u64::try_from(before - self.rows.len()).unwrap_or(u64::MAX)
    }

    /// Rows held.
    pub fn len(&self) -> u64 {
        u64::try_from(self.rows.len()).unwrap_or(u64::MAX)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

/// Joins two settled lists.
pub fn join(lines: Listing<LineRow>, chips: Listing<ChipRow>) -> Vec<ObservedSim> {
    let mut sims: Vec<ObservedSim> =
        lines.rows.into_iter().map(|(msisdn, line)| ObservedSim { msisdn, line: Some(line), chip: None }).collect();
    let mut alone = Vec::new();
    for (msisdn, chip) in chips.rows {
        let found = sims.binary_search_by(|sim| sim.msisdn.cmp(&msisdn)).ok().and_then(|index| sims.get_mut(index));
        match found {
            Some(sim) => sim.chip = Some(chip),
            None => alone.push(ObservedSim { msisdn, line: None, chip: Some(chip) }),
        }
    }
    if !alone.is_empty() {
        sims.append(&mut alone);
        // Two sorted runs: the stable sort merges them in linear time.
        sims.sort_by_key(|sim| sim.msisdn);
    }
    sims
}
