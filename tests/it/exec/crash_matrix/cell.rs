//! The cells of the matrix: what is done × where the program is killed × what the network does to the one
//! request that matters × what has changed when it is tried again.

use simfleet::domain::OperationKind;

use crate::exec::proxy::{Act, Latch};

/// Where the program is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kill {
    /// While it lists what there is: nothing is planned.
    BeforeIntent,
    /// While it reads afresh what the operation rests on: the intent is in the journal.
    AfterIntent,
    /// The request has left it, and has not reached the carrier.
    AfterSend,
    /// The carrier has done it, and the answer has not reached the program.
    BeforeAnswer,
    /// The program has its answer (or a broken connection), and the journal does not know of it.
    AfterAnswer,
    /// The carrier has accepted it, the journal knows that (of an order: is about to), and not yet that it is
    /// done.
    BeforeConfirm,
}

/// What becomes of the request, or of its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fault {
    None,
    /// The request never arrives.
    RequestLost,
    /// It arrives after its sender has given up, or is dead.
    Late,
    AnswerLost,
    AnswerDoubled,
    /// 500, although it was done.
    ErrorAfterCommit,
    /// 500, and nothing was done.
    ErrorBeforeCommit,
    /// 429.
    RateLimited,
}

/// What has changed when it is tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Retry {
    /// Nothing.
    Same,
    /// The fleet, the grant and the order have other names, in another file.
    Renamed,
    /// Something else is declared under the same names.
    Edited,
    /// It is a plan that was reviewed, tried again from its file.
    StoredPlan,
    /// The journal is gone: a new machine, or a pipeline that forgets.
    Forgotten,
    /// Another machine with a journal of its own comes first, and this one after it.
    SecondMachine,
}

/// One cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cell {
    pub(super) kind: OperationKind,
    pub(super) kill: Kill,
    pub(super) fault: Fault,
    pub(super) retry: Retry,
}

/// The one that not every fault lets be comes last, where the sample's squares need it least.
pub(super) const KILLS: [Kill; 6] =
    [Kill::BeforeIntent, Kill::AfterIntent, Kill::AfterSend, Kill::AfterAnswer, Kill::BeforeConfirm, Kill::BeforeAnswer];
pub(super) const FAULTS: [Fault; 8] = [
    Fault::None,
    Fault::RequestLost,
    Fault::Late,
    Fault::AnswerLost,
    Fault::AnswerDoubled,
    Fault::ErrorAfterCommit,
    Fault::ErrorBeforeCommit,
    Fault::RateLimited,
];
pub(super) const RETRIES: [Retry; 6] =
    [Retry::Same, Retry::Renamed, Retry::Edited, Retry::StoredPlan, Retry::Forgotten, Retry::SecondMachine];

/// What costs money at once or cannot be undone: whatever the risk table says so of.
pub(super) fn kinds() -> impl Iterator<Item = OperationKind> {
    OperationKind::ALL.into_iter().filter(|kind| kind.risk().needs_approval())
}

/// Every cell that can be.
pub(super) fn cells() -> Vec<Cell> {
    let mut cells = Vec::new();
    for kind in kinds() {
        for kill in KILLS {
            for fault in FAULTS {
                cells.extend(RETRIES.map(|retry| Cell { kind, kill, fault, retry }));
            }
        }
    }
    cells.retain(|cell| cell.can_be());
    cells
}

/// Some of them, the same every time: two of every meeting of a kill with a fault, such that any two of kind, kill,
/// fault and retry meet somewhere.
pub(super) fn sample() -> Vec<Cell> {
    let kinds: Vec<OperationKind> = kinds().collect();
    let mut sample = Vec::new();
    for (row, kill) in KILLS.into_iter().enumerate() {
        for (column, fault) in FAULTS.into_iter().enumerate() {
            // Latin squares of kinds and of retries, two of each, such that all meet.
            for square in 0..2 {
                let kind = kinds[(row + column + 2 * square) % kinds.len()];
                let retry = RETRIES[(row + 2 * column + square) % RETRIES.len()];
                sample.push(Cell { kind, kill, fault, retry });
            }
        }
    }
    sample.retain(|cell| cell.can_be());
    sample
}

impl Fault {
    /// Whether the carrier gets the request.
    pub(super) fn arrives(self) -> bool {
        !matches!(self, Self::RequestLost | Self::ErrorBeforeCommit | Self::RateLimited)
    }

    /// Whether the program hears from the carrier what became of it.
    pub(super) fn is_answered(self) -> bool {
        matches!(self, Self::None | Self::AnswerDoubled)
    }

    pub(super) fn act(self, late: &Latch) -> Act {
        match self {
            Self::None => Act::Pass,
            Self::RequestLost => Act::Drop,
            Self::Late => Act::Late(late.clone()),
            Self::AnswerLost => Act::LoseAnswer,
            Self::AnswerDoubled => Act::Double,
            Self::ErrorAfterCommit => Act::AnswerOver(500),
            Self::ErrorBeforeCommit => Act::AnswerInstead(500),
            Self::RateLimited => Act::AnswerInstead(429),
        }
    }
}

impl Cell {
    fn can_be(self) -> bool {
        // What never arrives is never done, and what arrives late has no answer to wait for.
        self.kill != Kill::BeforeAnswer || (self.fault.arrives() && self.fault != Fault::Late)
    }

    /// Whether the journal lies on a path that is said to be shared, where SQLite goes about it in another way.
    pub(super) fn shares_its_journal(self) -> bool {
        let turn = self.kind as usize + self.kill as usize + self.fault as usize + self.retry as usize;
        self.is_killed_in_a_commit() || turn.is_multiple_of(2)
    }

    /// An order is confirmed as soon as it is accepted: there is nothing between them but the one transaction
    /// that says both.
    pub(super) fn is_killed_in_a_commit(self) -> bool {
        self.kind == OperationKind::PlaceOrder && self.kill == Kill::BeforeConfirm
    }
}

impl std::fmt::Display for Cell {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { kind, kill, fault, retry } = self;
        write!(f, "{kind} {kill:?} {fault:?} {retry:?}")
    }
}

#[test]
fn the_matrix_has_every_paid_or_irreversible_kind() {
    use simfleet::domain::Function;

    let schema = serde_json::to_value(schemars::schema_for!(OperationKind)).unwrap();
    let names = schema["oneOf"].as_array().unwrap().iter().map(|variant| variant["const"].as_str().unwrap());
    assert!(names.eq(OperationKind::ALL.map(OperationKind::as_str)), "ALL has all");
    let functions: Vec<Function> = kinds().map(OperationKind::function).collect();
    // Devices are ordered together with SIMs or not at all (DOMAIN 1), by the same request.
    let paid =
        Function::ALL.into_iter().filter(|function| function.risk().needs_approval() && *function != Function::OrderDevices);
    for function in paid {
        assert!(functions.contains(&function), "{function:?}");
    }
    for kind in kinds() {
        assert!(cells().iter().any(|cell| cell.kind == kind), "{kind}");
    }
}

#[test]
fn every_two_of_kind_kill_fault_and_retry_meet_in_the_sample() {
    let sample = sample();
    assert!(sample.iter().all(|cell| cells().contains(cell)));
    for cell in cells() {
        let Cell { kind, kill, fault, retry } = cell;
        let has = |same: &dyn Fn(&Cell) -> bool| assert!(sample.iter().any(same), "{cell}");
        has(&|other| (other.kill, other.fault) == (kill, fault));
        has(&|other| (other.kind, other.kill) == (kind, kill) || kill == Kill::BeforeAnswer);
        has(&|other| (other.kind, other.fault) == (kind, fault));
        has(&|other| (other.kind, other.retry) == (kind, retry));
        has(&|other| (other.fault, other.retry) == (fault, retry));
        has(&|other| (other.kill, other.retry) == (kill, retry) || kill == Kill::BeforeAnswer);
    }
}
