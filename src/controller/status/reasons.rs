//! The reasons of conditions and events: programs rely on them, and `simfleet explain conditions` tells what they mean.

macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)+) => {
        $($(#[$doc])* pub const $name: &str = $text;)+

        /// Every reason but the codes of diagnostics and of what blocks a wish, which have pages of their own.
        pub const REASONS: &[&str] = &[$($name,)+];
    };
}

reasons! {
    /// Everything declared holds.
    IN_SYNC = "InSync";
    /// All that differs is on its way at the carrier, or waits for a date.
    PENDING = "Pending";
    /// Operations are being sent, or are about to be.
    APPLYING = "Applying";
    /// The carrier refused an operation; it is planned anew.
    REFUSED_BY_CARRIER = "RefusedByCarrier";
    /// Operations wait for a person's approval.
    AWAITING_APPROVAL = "AwaitingApproval";
    /// A guard is exceeded: nothing of the account is sent.
    GUARD_EXCEEDED = "GuardExceeded";
    /// Wishes cannot be fulfilled, for several reasons.
    SEVERAL_BLOCKED = "SeveralBlocked";
    /// An operation's outcome is not known yet.
    IN_DOUBT = "OutcomeUnknown";
    /// An operation's outcome only a person can tell.
    IN_DOUBT_FOR_GOOD = "OutcomeNeedsDecision";
    /// Lines differ, and the fleet's mode is `Observe`.
    MODE_OBSERVE = "ModeObserve";
    /// The fleet is paused.
    PAUSED = "Paused";
    /// Somebody else changed lines.
    CHANGED_OUTSIDE = "ChangedOutside";
    /// Nobody else changed a line.
    NO_DRIFT = "NoDrift";
    /// Somebody else changed lines, and drift ignores hold for all of it.
    DRIFT_IGNORED = "DriftIgnored";
    /// There is nothing yet to compare with.
    NO_BASELINE = "NoBaseline";
    /// Nothing of the kind.
    NONE = "None";
    /// The object is valid.
    VALID = "Valid";
    /// It is not, and nothing more is known of it.
    NOT_ACCEPTED = "NotAccepted";
    /// Its account is refused.
    ACCOUNT_NOT_ACCEPTED = "AccountNotAccepted";
    /// It was not looked at yet.
    NOT_OBSERVED = "NotObserved";
    /// It is being deleted.
    DELETING = "Deleting";
    /// The Secret is not there, or lacks a key.
    CREDENTIALS_MISSING = "CredentialsMissing";
    /// The carrier refuses the credentials.
    CREDENTIALS_REFUSED = "CredentialsRefused";
    /// An older account stands for the same contractor.
    DUPLICATE_ACCOUNT = "DuplicateAccount";
    /// The carrier cannot be reached, or fails.
    CARRIER_UNREACHABLE = "CarrierUnreachable";
    /// The carrier is in maintenance.
    CARRIER_MAINTENANCE = "CarrierMaintenance";
    /// The carrier's lists contradict themselves: nothing is planned from a part.
    OBSERVATION_INCOMPLETE = "ObservationIncomplete";
    /// Another controller works on the account.
    JOURNAL_HELD_ELSEWHERE = "JournalHeldElsewhere";
    /// The Kubernetes API, or what is kept in it, failed.
    CLUSTER_UNAVAILABLE = "ClusterUnavailable";
    /// A defect of simfleet.
    DEFECT = "Defect";
}
