//! Protection: a line that is never suspended or terminated, whatever is declared of it otherwise.

use super::{Context, Wish};
use crate::domain::{OperationKind, Protection};
use crate::plan::BlockedCode;

/// Why an operation of a kind must not happen to a line, where it must not. Protection outlives the
/// manifest that declared it: what was applied once counts until somebody lifts it.
pub(super) fn forbids(context: Context<'_>, wish: Wish<'_>, kind: OperationKind) -> Option<(BlockedCode, String)> {
    if !kind.stops_a_line() {
        return None;
    }
    let remembered = context.protected.contains(&wish.sim.msisdn);
    let message = match wish.sim.protection {
        Protection::Protected => {
            format!(
                "the line is protected (it or its fleet declares `protected: true`): no {kind}; `protected: false` on the line lifts that"
            )
        }
        Protection::Unsaid if remembered => format!(
            "the line was declared protected when it was applied last, and stays so although the files no longer say it: no {kind}; `protected: false` on the line lifts that"
        ),
        Protection::Unsaid | Protection::Lifted => return None,
    };
    Some((BlockedCode::Protected, message))
}
