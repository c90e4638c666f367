//! Faults on demand (DOMAIN 6): what goes wrong at a real carrier, one call at a time.

use serde::{Deserialize, Serialize};

use crate::domain::Function;

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Kind {
    /// Done and committed, then the connection is cut without an answer. **The most valuable one.**
    TimeoutAfterCommit,
    /// 500, and nothing done.
    ErrorBeforeCommit,
    /// 500, although it was done.
    ErrorAfterCommit,
    /// 429 with `Retry-After`.
    RateLimited,
    /// 503 with `Retry-After`.
    Maintenance,
    /// The application stays in `processing` until the fault is cleared.
    StuckProcessing,
    /// Every other row of a bulk request is rejected with `SYSTEM_ERROR`, the first is not.
    PartialBulkFailure,
    /// A list (of lines, chip SIMs or applications) shows its rows as they were [`Fault::delay_seconds`] of virtual time ago (60 by default,
    /// at most 600): changes since then are not in it.
    ListLag,
    /// A page has its first row a second time, at its end.
    DuplicateRows,
    /// A page lacks its last tenth (one row at least); `totalSize` stays.
    ShortList,
    /// A page's first row, or the row of a single read, has a status that nobody knows.
    UnknownStatus,
}

/// A call, as far as faults tell calls apart.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Target<'a> {
    /// HTTP method.
    pub(crate) method: &'a str,
    /// The route's function.
    pub(crate) function: Option<Function>,
    /// Whether it orders devices too: function 9 has no route of its own.
    pub(crate) devices: bool,
}

/// A fault that waits for its calls.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Fault {
    /// Number of the function it strikes; any function if none is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) function: Option<u8>,
    /// The method of the calls it strikes, `GET` or `POST` (function 10 has both); any if none is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) method: Option<String>,
    /// What goes wrong.
    pub(crate) kind: Kind,
    /// How many more calls it strikes.
    #[serde(default = "once")]
    pub(crate) count: u64,
    /// `timeoutAfterCommit`: real seconds before the connection is cut (0 by default). `listLag`:
    /// virtual seconds that the list is behind. `rateLimited` and `maintenance`: the `Retry-After` (1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) delay_seconds: Option<u64>,
}

impl Fault {
    fn strikes(&self, target: Target<'_>, kind: Kind) -> bool {
        let Target { method, function, devices } = target;
        let meant = self.function.is_none_or(|number| {
            Some(number) == function.map(Function::number) || (devices && number == Function::OrderDevices.number())
        });
        self.kind == kind && self.count > 0 && meant && self.method.as_deref().is_none_or(|wanted| wanted == method)
    }
}

fn once() -> u64 {
    1
}

/// The faults that are set.
#[derive(Debug, Default)]
pub(crate) struct Faults(Vec<Fault>);

impl Faults {
    /// Sets faults: one of the same function, method and kind is replaced, a count of 0 clears it, an empty list
    /// clears all. Tells which `stuckProcessing` ended: `None` inside stands for every function.
    pub(crate) fn set(&mut self, faults: Vec<Fault>) -> Vec<Option<Function>> {
        if faults.is_empty() {
            self.0.clear();
            return vec![None];
        }
        let mut released = Vec::new();
        for fault in faults {
            self.0.retain(|old| (old.function, &old.method, old.kind) != (fault.function, &fault.method, fault.kind));
            if fault.count > 0 {
                self.0.push(fault);
            } else if fault.kind == Kind::StuckProcessing {
                released.push(fault.function.and_then(Function::from_number));
            }
        }
        released
    }

    /// The faults that are set. One that holds applications is listed with count 0 until it is cleared.
    pub(crate) fn list(&self) -> &[Fault] {
        &self.0
    }

    /// Whether [`Faults::take`] would find one.
    pub(crate) fn peek(&self, target: Target<'_>, kind: Kind) -> bool {
        self.0.iter().any(|fault| fault.strikes(target, kind))
    }

    /// Uses up one call of a fault of that kind, if one is set for such calls.
    pub(crate) fn take(&mut self, target: Target<'_>, kind: Kind) -> Option<Fault> {
        let fault = self.0.iter_mut().find(|fault| fault.strikes(target, kind))?;
        fault.count -= 1;
        let taken = fault.clone();
        self.0.retain(|fault| fault.count > 0 || fault.kind == Kind::StuckProcessing);
        Some(taken)
    }
}
