//! Why an account could not be looked at.

use super::reasons;
use crate::api::ConditionStatus;

/// Why an account could not be looked at, so that what is known of its lines is from before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// Which.
    pub kind: TroubleKind,
    /// What happened and what to do, for people. No secrets, and nothing that differs from one attempt to the next.
    pub message: String,
}

/// Which trouble.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TroubleKind {
    /// The Secret is not there, or lacks a key.
    CredentialsMissing,
    /// The carrier refuses the credentials.
    CredentialsRefused,
    /// An older account stands for the same contractor: this one is refused.
    DuplicateAccount,
    /// The carrier cannot be reached, or fails.
    CarrierUnreachable,
    /// The carrier is in maintenance.
    CarrierMaintenance,
    /// The carrier's lists contradict themselves.
    ObservationIncomplete,
    /// Another controller works on the account.
    JournalHeldElsewhere,
    /// The Kubernetes API, or what is kept in it, failed.
    ClusterUnavailable,
    /// A defect of simfleet.
    Defect,
}

impl Trouble {
    /// Whether a journal in memory may know less afterwards than what is written in the cluster: it is restored before it is
    /// used again.
    pub fn spoils_the_journal(&self) -> bool {
        match self.kind {
            TroubleKind::JournalHeldElsewhere | TroubleKind::ClusterUnavailable | TroubleKind::Defect => true,
            TroubleKind::CredentialsMissing
            | TroubleKind::CredentialsRefused
            | TroubleKind::DuplicateAccount
            | TroubleKind::CarrierUnreachable
            | TroubleKind::CarrierMaintenance
            | TroubleKind::ObservationIncomplete => false,
        }
    }
}

impl TroubleKind {
    /// Every kind.
    pub const ALL: [Self; 9] = [
        Self::CredentialsMissing,
        Self::CredentialsRefused,
        Self::DuplicateAccount,
        Self::CarrierUnreachable,
        Self::CarrierMaintenance,
        Self::ObservationIncomplete,
        Self::JournalHeldElsewhere,
        Self::ClusterUnavailable,
        Self::Defect,
    ];

    /// The reason of the condition.
    pub fn reason(self) -> &'static str {
        match self {
            Self::CredentialsMissing => reasons::CREDENTIALS_MISSING,
            Self::CredentialsRefused => reasons::CREDENTIALS_REFUSED,
            Self::DuplicateAccount => reasons::DUPLICATE_ACCOUNT,
            Self::CarrierUnreachable => reasons::CARRIER_UNREACHABLE,
            Self::CarrierMaintenance => reasons::CARRIER_MAINTENANCE,
            Self::ObservationIncomplete => reasons::OBSERVATION_INCOMPLETE,
            Self::JournalHeldElsewhere => reasons::JOURNAL_HELD_ELSEWHERE,
            Self::ClusterUnavailable => reasons::CLUSTER_UNAVAILABLE,
            Self::Defect => reasons::DEFECT,
        }
    }

    /// Whether only a person can end it. The others end by themselves, and are tried again until then.
    pub fn asks_a_person(self) -> bool {
        match self {
            Self::CredentialsMissing | Self::CredentialsRefused | Self::DuplicateAccount | Self::Defect => true,
            Self::CarrierUnreachable
            | Self::CarrierMaintenance
            | Self::ObservationIncomplete
            | Self::JournalHeldElsewhere
            | Self::ClusterUnavailable => false,
        }
    }

    /// What it makes of `Ready`: nobody knows, where it may well hold.
    pub(super) fn ready(self) -> ConditionStatus {
        if self.asks_a_person() { ConditionStatus::False } else { ConditionStatus::Unknown }
    }
}
