//! A plan to parts that fit into config maps, and back. Pure.

use std::io::{Read as _, Write as _};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;

use crate::plan::Plan;
use crate::render::json::{self, Layout};
use crate::render::{TextOptions, text};

/// The bytes of a part: with base64 and metadata a config map of it is under a mebibyte, which is the limit.
const PART: usize = 700 << 10;

/// The most parts: 22 MiB of compressed JSON, some three million operations.
pub const MOST_PARTS: usize = 32;

/// The characters of the text that are kept.
const MOST_TEXT: usize = 100_000;

/// The most bytes that a body may unpack to: what others wrote into the config maps must not fill the memory.
const MOST_JSON: u64 = 2 << 30;

/// A plan in parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packed {
    /// Of its JSON, compressed (gzip), in order.
    pub parts: Vec<Vec<u8>>,
    /// Its review as text, maybe cut.
    pub text: String,
}

/// Why a body cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// Not gzip, or cut.
    #[error("the plan's body cannot be unpacked")]
    Packing(#[source] std::io::Error),
    /// Not a plan.
    #[error("the plan's body is no plan of this version of simfleet")]
    Json(#[source] serde_json::Error),
    /// Changed since it was written.
    #[error("the plan's body does not belong together: {0}")]
    Changed(String),
}

/// Packs a plan; `None` where it has more than [`MOST_PARTS`].
pub fn pack(plan: &Plan) -> Option<Packed> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    // Writing to memory does not fail.
    json::write(&mut gzip, plan, Layout::Compact).ok()?;
    gzip.flush().ok()?;
    let packed = gzip.finish().ok()?;
    let parts: Vec<Vec<u8>> = packed.chunks(PART).map(<[u8]>::to_vec).collect();
    (parts.len() <= MOST_PARTS).then(|| Packed { parts, text: review(plan) })
}

fn review(plan: &Plan) -> String {
    let mut bytes = Vec::new();
    // Writing to memory does not fail.
    drop(text::write(&mut bytes, plan, &TextOptions::default()));
    let whole = String::from_utf8_lossy(&bytes);
    match whole.char_indices().nth(MOST_TEXT) {
        None => whole.into_owned(),
        Some((end, _)) => {
            let kept = whole.get(..end).unwrap_or_default();
            let kept = kept.rsplit_once('\n').map_or(kept, |(kept, _)| kept);
            let account = plan.accounts.first().map_or("ACCOUNT", |section| &*section.name);
            let verdict = whole.lines().next_back().unwrap_or_default();
            format!("{kept}\n… (cut; all of it: simfleet plan --from-cluster {account})\n\n{verdict}\n")
        }
    }
}

/// Puts a plan together. Its ids are computed anew: what is shown is what the ids stand for.
pub fn unpack(parts: &[Vec<u8>]) -> Result<Plan, Unreadable> {
    let packed: Vec<u8> = parts.concat();
    let mut bytes = Vec::new();
    GzDecoder::new(packed.as_slice()).take(MOST_JSON).read_to_end(&mut bytes).map_err(Unreadable::Packing)?;
    let plan: Plan = serde_json::from_slice(&bytes).map_err(Unreadable::Json)?;
    crate::plan::verify_ids(&plan).map_err(Unreadable::Changed)?;
    Ok(plan)
}
