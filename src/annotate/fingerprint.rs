//! Names by which a forge knows a finding again.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use crate::annotate::Annotation;

/// What of a text may be said. A digest of a telephone number gives it away to whoever tries all numbers, so digests are made
/// of this.
pub type Sayable<'a> = &'a dyn Fn(&str) -> Cow<'_, str>;

/// A name for each mark: of its rule, file and message, not of its line, so that it is the same one when lines are
/// put in above it. Those that are alike in all of that are numbered, because a forge shows one of a name.
pub(super) fn fingerprints(marks: &[Annotation], sayable: Sayable<'_>) -> Vec<String> {
    let mut seen: BTreeMap<[&str; 3], usize> = BTreeMap::new();
    marks
        .iter()
        .map(|mark| {
            let file = mark.spot().map_or("", |spot| spot.file.as_str());
            let nth = seen.entry([mark.rule(), file, mark.message()]).or_default();
            *nth += 1;
            let known_by = format!("{}\0{}\0{}\0{nth}", mark.rule(), sayable(file), sayable(mark.message()));
            let digest = Sha256::digest(known_by);
            // 128 bits name a finding well enough, and fit into a column.
            digest.iter().take(16).fold(String::new(), |mut name, byte| {
                // Writing to a `String` cannot fail.
                let _ = write!(name, "{byte:02x}");
                name
            })
        })
        .collect()
}
