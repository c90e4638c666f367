//! Drift ignores end: at most a year ahead of the carrier's clock.

use jiff::{Span, Timestamp};

use crate::diag::{Diagnostic, Location, codes};
use crate::domain::Desired;
use crate::domain::calendar::jst_date;

/// Ignores that would hold for more than a year from a moment on. Whoever has no clock (`validate`) cannot tell.
pub fn too_long(desired: &Desired, at: Timestamp) -> Vec<Diagnostic> {
    let Ok(latest) = jst_date(at).checked_add(Span::new().years(1)) else { return Vec::new() };
    let ignores = desired.fleets.iter().flat_map(|fleet| &fleet.policy.drift_ignores);
    let too_long = ignores.filter(|ignore| ignore.until > latest).map(|ignore| {
        let place = Location::new(desired.file_of(ignore.source), ignore.source.line, ignore.source.column, 1);
        let message = format!("the drift ignore of {} holds until {}, more than a year ahead", ignore.owner, ignore.until);
        Diagnostic::error(codes::DRIFT_IGNORE_TOO_LONG, place, message)
            .at("spec.policy.driftIgnores")
            .help(format!("write {latest} or an earlier day, and renew it then; what is so for good is declared instead"))
    });
    too_long.collect()
}
