//! What is shown where not all of it fits: the greatest beginning of all pieces, by importance.
//!
//! What cannot be undone or is paid at once is shown whole, or nothing is. Then, each in the order in which
//! they are read: all headings with the sentences that say what many lines have in common; the first rows
//! of every table; the first names of every list; all the rest. So what is wrong is not drowned by what is
//! merely much. A larger budget shows all that a smaller one shows, and nothing is ever cut in its middle.

use super::document::{Document, Section, Shape, Shown};
use super::topic::Topic;
use super::write::{self, Size};
use crate::render::view::Count;

/// Why a text is not written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{what} {needed} bytes of Markdown, and {allowed} are allowed: it is shown whole or not at all")]
pub struct TooLarge {
    /// What it is that is too large, with its verb.
    pub what: &'static str,
    /// With so many bytes it would be shown.
    pub needed: usize,
    /// What was allowed.
    pub allowed: usize,
}

/// A piece that is shown or left out. Ordered by importance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Piece {
    tier: Tier,
    section: usize,
    /// None for the heading, which comes before the parts.
    part: Option<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Tier {
    /// Headings, and what is said of many at once.
    Overview,
    /// The first rows of every table: exceptions and short lists.
    Rows,
    /// The first names of every list, of which everything else has been said.
    Names,
    /// All other rows.
    Rest,
}

/// Writes what fits into so many bytes; everything where none are named. Up to `first` rows of a part come
/// before the rest of the others.
pub(in crate::render) fn fit(document: &Document, allowed: Option<usize>, first: usize) -> Result<String, TooLarge> {
    let shown = match allowed {
        Some(allowed) => choose(document, allowed, first)?,
        None => document.sections.iter().map(Section::all).collect(),
    };
    let mut text = document.head.clone();
    text.push_str(&notice(document, &shown));
    for (section, shown) in document.sections.iter().zip(&shown) {
        write::section(&mut text, section, shown);
    }
    Ok(text)
}

fn choose(document: &Document, allowed: usize, first: usize) -> Result<Vec<Shown>, TooLarge> {
    let (least, fitting) = search(document, allowed, first);
    match fitting {
        Some(shown) => Ok(shown),
        // What is least can be more than what all takes, which wants no word of what is left out.
        None => Err(TooLarge { what: document.required, needed: least.min(search(document, least, first).0), allowed }),
    }
}

/// The smallest size among the beginnings that were tried, and the greatest that fits.
fn search(document: &Document, allowed: usize, first: usize) -> (usize, Option<Vec<Shown>>) {
    let mut shown = least_shown(document);
    let measure = |section: usize, shown: &[Shown]| match (document.sections.get(section), shown.get(section)) {
        (Some(section), Some(shown)) => {
            let mut size = Size::default();
            write::section(&mut size, section, shown);
            size.0
        }
        (None, _) | (_, None) => 0,
    };
    let mut sizes: Vec<usize> = (0..shown.len()).map(|section| measure(section, &shown)).collect();
    let mut sum = document.head.len() + sizes.iter().sum::<usize>();
    // What rows and headings take at the very least: beyond the budget nothing fits any more.
    let mut floor = sum;
    let total = |sum: usize, shown: &[Shown]| sum + notice(document, shown).len();
    let mut least = total(sum, &shown);
    let pieces = pieces(document, first);
    let mut taken = (least <= allowed).then_some(0);
    for (index, piece) in pieces.iter().enumerate() {
        floor += take(document, *piece, &mut shown);
        if floor > allowed {
            break;
        }
        let now = measure(piece.section, &shown);
        if let Some(before) = sizes.get_mut(piece.section) {
            sum = sum + now - *before;
            *before = now;
        }
        let size = total(sum, &shown);
        least = least.min(size);
        if size <= allowed {
            taken = Some(index + 1);
        }
    }
    let fitting = taken.map(|taken| {
        let mut shown = least_shown(document);
        for piece in pieces.iter().take(taken) {
            take(document, *piece, &mut shown);
        }
        shown
    });
    (least, fitting)
}

/// What is shown in any case.
fn least_shown(document: &Document) -> Vec<Shown> {
    let least = |section: &Section| if section.topic.is_required() { section.all() } else { section.none() };
    document.sections.iter().map(least).collect()
}

/// All pieces that may be left out, the most important first.
fn pieces(document: &Document, first: usize) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for (number, section) in document.sections.iter().enumerate().filter(|(_, section)| !section.topic.is_required()) {
        pieces.push(Piece { tier: Tier::Overview, section: number, part: None });
        for (part, rows) in section.parts.iter().enumerate() {
            let piece = |tier| Piece { tier, section: number, part: Some(part) };
            if !rows.lead.is_empty() {
                pieces.push(piece(Tier::Overview));
            }
            let written = rows.rows.written();
            let tier = match rows.shape {
                Shape::Table(_) | Shape::Ledger(..) | Shape::Bullets => Tier::Rows,
                Shape::List => Tier::Names,
            };
            pieces.extend(std::iter::repeat_n(piece(tier), written.min(first)));
            pieces.extend(std::iter::repeat_n(piece(Tier::Rest), written.saturating_sub(first)));
        }
    }
    // Stable: rows of a part stay in their order.
    pieces.sort();
    pieces
}

/// Shows one piece more; tells the bytes that it takes at least.
fn take(document: &Document, piece: Piece, shown: &mut [Shown]) -> usize {
    let Some((section, shown)) = document.sections.get(piece.section).zip(shown.get_mut(piece.section)) else { return 0 };
    let Some(number) = piece.part else {
        shown.heading = true;
        return section.title.len() + section.intro.len();
    };
    let Some((part, shown)) = section.parts.get(number).zip(shown.parts.get_mut(number)) else { return 0 };
    match piece.tier {
        Tier::Overview => {
            shown.lead = true;
            part.lead.len()
        }
        Tier::Rows | Tier::Names | Tier::Rest => {
            shown.rows += 1;
            part.rows.bytes(shown.rows) - part.rows.bytes(shown.rows - 1)
        }
    }
}

/// What is left out, how many of how many, and where it is. A few words a topic, however large the plan is.
fn notice(document: &Document, shown: &[Shown]) -> String {
    let mut topics: Vec<(Topic, usize, usize)> = Vec::new();
    for (section, shown) in document.sections.iter().zip(shown) {
        let (total, shown) = (section.total(), shown.rows());
        match topics.iter_mut().find(|(topic, _, _)| *topic == section.topic) {
            Some((_, of, is)) => {
                *of += total;
                *is += shown;
            }
            None => topics.push((section.topic, total, shown)),
        }
    }
    let missing: Vec<String> = topics
        .into_iter()
        .filter(|(_, total, shown)| shown < total)
        .map(|(topic, total, shown)| format!("{} of {} {topic}", Count::from(total - shown), Count::from(total)))
        .collect();
    if missing.is_empty() {
        return String::new();
    }
    // Not a word of the budget: what is needed would depend on how many digits that has.
    format!("\n**Left out for want of space:** {}. {}\n", missing.join(", "), document.elsewhere)
}
