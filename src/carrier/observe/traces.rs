//! The applications that may tell who changed what.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::carrier::convert::trace_of;
use crate::carrier::observe::ObserveError;
use crate::carrier::observe::purchases::complete_applications;
use crate::carrier::query::ApplicationQuery;
use crate::carrier::routes::Carrier;
use crate::domain::{ApplicationNumber, ApplicationType, Msisdn, Trace};

/// Up to so many lines are asked for by name.
const SINGLE_LINES: usize = 3;

/// Reads the applications of these types that touch these lines, sorted by [`Trace::order`]: of a few lines their own
/// lists, of many the lists of the types, from a day (JST) on. Never one request a line, and none an application: one
/// that does not say in the list whose it is explains nothing.
pub async fn observe_traces(
    carrier: &dyn Carrier,
    lines: &[Msisdn],
    kinds: &[ApplicationType],
    from: Option<Date>,
) -> Result<Vec<Trace>, ObserveError> {
    let queries: Vec<ApplicationQuery> = if lines.len() <= SINGLE_LINES {
        lines.iter().map(|msisdn| ApplicationQuery { msisdn: Some(*msisdn), ..ApplicationQuery::default() }).collect()
    } else {
        kinds.iter().map(|kind| ApplicationQuery { kind: Some(kind.clone()), from, ..ApplicationQuery::default() }).collect()
    };
    read(carrier, lines, kinds, &queries).await
}

/// The same from one list: of a single line all of its applications, of several those of all lines from a day (JST) on.
pub async fn observe_traces_once(
    carrier: &dyn Carrier,
    lines: &[Msisdn],
    kinds: &[ApplicationType],
    from: Option<Date>,
) -> Result<Vec<Trace>, ObserveError> {
    let query = match lines {
        [only] => ApplicationQuery { msisdn: Some(*only), ..ApplicationQuery::default() },
        _ => ApplicationQuery { from, ..ApplicationQuery::default() },
    };
    read(carrier, lines, kinds, &[query]).await
}

async fn read(
    carrier: &dyn Carrier,
    lines: &[Msisdn],
    kinds: &[ApplicationType],
    queries: &[ApplicationQuery],
) -> Result<Vec<Trace>, ObserveError> {
    let mut found: BTreeMap<ApplicationNumber, Trace> = BTreeMap::new();
    for query in queries {
        for application in complete_applications(carrier, "applications", query).await? {
            let trace = trace_of(&application);
            // A carrier need not know the filters.
            let is_asked_for =
                kinds.contains(&trace.kind) && trace.lines.iter().any(|msisdn| lines.binary_search(msisdn).is_ok());
            if is_asked_for {
                found.insert(trace.application.clone(), trace);
            }
        }
    }
    let mut traces: Vec<Trace> = found.into_values().collect();
    traces.sort_by(Trace::order);
    Ok(traces)
}
