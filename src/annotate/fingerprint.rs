//! Names by which a forge knows a finding again.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use crate::annotate::Annotation;

/// A name for each mark: of its rule, file and message, not of its line, so that it is the same one when lines are
/// put in above it. Those that are alike in all of that are numbered, because a forge shows one of a name.
pub(super) fn fingerprints(marks: &[Annotation]) -> Vec<String> {
    let mut seen: BTreeMap<[&str; 3], usize> = BTreeMap::new();
    marks
        .iter()
        .map(|mark| {
            let file = mark.spot().map_or("", |spot| spot.file.as_str());
            let nth = seen.entry([mark.rule(), file, mark.message()]).or_default();
            *nth += 1;
            let digest = Sha256::digest(format!("{}\0{file}\0{}\0{nth}", mark.rule(), mark.message()));
            // 128 bits name a finding well enough, and fit into a column.
            digest.iter().take(16).fold(String::new(), |mut name, byte| {
                // Writing to a `String` cannot fail.
                let _ = write!(name, "{byte:02x}");
                name
            })
        })
        .collect()
}
