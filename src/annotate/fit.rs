//! Marks, as many as are shown: what is alike stands together, the most important stays, and what is left out is
//! counted.

use std::collections::BTreeMap;

use crate::annotate::{Annotation, Level};

/// How many marks are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Of each level.
    pub per_level: usize,
    /// Of all levels together.
    pub altogether: usize,
}

impl Limits {
    /// GitHub shows ten errors, ten warnings and ten notices of a step, and fifty marks of a job, and drops the others
    /// without a word (actions/toolkit, docs/problem-matchers.md, "Limitations"; `_maxCountPerIssueType` of the
    /// runner). Half of a job's are left to another step, so that `validate` and `plan` can stand in one job.
    pub const GITHUB_STEP: Self = Self { per_level: 10, altogether: 25 };
}

/// Marks that are shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fitted {
    /// The worst first, of equals in their order. With the one that counts what is not shown it is no more than the
    /// limits allow.
    pub shown: Vec<Annotation>,
    /// How many findings of each level are not shown, the worst level first; levels without are absent.
    pub hidden: Vec<(Level, usize)>,
}

impl Fitted {
    /// The level of the mark that counts what is not shown: that of the worst of it that has room.
    pub fn counted_as(&self, limits: Limits) -> Option<Level> {
        let has_room = |level: &Level| self.shown.iter().filter(|mark| mark.level() == *level).count() < limits.per_level;
        let (worst, _) = self.hidden.first()?;
        std::iter::once(*worst).chain(Level::ALL).find(has_room)
    }
}

/// Chooses what is shown. Nothing is lost: the counts of what is shown and hidden are all that there is.
pub fn fit(marks: &[Annotation], limits: Limits) -> Fitted {
    let mut rest = limits.altogether;
    let mut levels: Vec<(Level, Vec<Annotation>, usize)> = Vec::new();
    for level in Level::ALL {
        let own: Vec<&Annotation> = marks.iter().filter(|mark| mark.level() == level).collect();
        let own = if own.len() > limits.per_level { together(&own) } else { own.into_iter().cloned().collect() };
        let taken = own.len().min(limits.per_level).min(rest);
        rest -= taken;
        levels.push((level, own, taken));
    }
    if levels.iter().any(|(_, own, taken)| own.len() > *taken) {
        // Room for the one that counts the others: taken from the worst level that is cut, or, where that shows
        // nothing, from the last one that shows something.
        let cut = levels.iter().position(|(_, own, taken)| own.len() > *taken && *taken > 0);
        let last = levels.iter().rposition(|(_, _, taken)| *taken > 0);
        if let Some((_, _, taken)) = cut.or(last).and_then(|level| levels.get_mut(level)) {
            *taken -= 1;
        }
    }
    let mut fitted = Fitted { shown: Vec::new(), hidden: Vec::new() };
    for (level, mut own, taken) in levels {
        let left: usize = own.drain(taken..).map(|mark| mark.count()).sum();
        if left > 0 {
            fitted.hidden.push((level, left));
        }
        fitted.shown.append(&mut own);
    }
    fitted
}

/// One mark for all of a rule and title in a file, at the first of them.
fn together(marks: &[&Annotation]) -> Vec<Annotation> {
    let mut places: BTreeMap<(&str, &str, Option<&str>), usize> = BTreeMap::new();
    let mut groups: Vec<(&Annotation, Vec<&Annotation>)> = Vec::new();
    for mark in marks {
        let key = (mark.rule(), mark.title(), mark.spot().map(|spot| spot.file.as_str()));
        let place = *places.entry(key).or_insert(groups.len());
        match groups.get_mut(place) {
            Some((_, others)) => others.push(mark),
            None => groups.push((mark, Vec::new())),
        }
    }
    groups
        .into_iter()
        .map(
            |(first, others)| {
                if others.is_empty() { first.clone() } else { first.clone().standing_for(&others, and_others(&others)) }
            },
        )
        .collect()
}

/// How many lines are named; more are counted.
const LINES_NAMED: usize = 20;

/// `and 3 more like it in this file, in lines 14, 17, 20`.
fn and_others(others: &[&Annotation]) -> String {
    let mut lines: Vec<u32> =
        others.iter().filter_map(|mark| mark.spot()).map(|spot| spot.line).filter(|line| *line > 0).collect();
    lines.sort_unstable();
    lines.dedup();
    let named: Vec<String> = lines.iter().take(LINES_NAMED).map(u32::to_string).collect();
    let more = match lines.len().saturating_sub(LINES_NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let number = others.len();
    match named.len() {
        0 => format!("and {number} more like it"),
        1 => format!("and {number} more like it in this file, in line {}", named.join("")),
        _ => format!("and {number} more like it in this file, in lines {}{more}", named.join(", ")),
    }
}
