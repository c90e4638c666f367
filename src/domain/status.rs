//! The states of lines and chip SIMs, with the carrier's labels (DOMAIN 3).
//!
//! Both enums are open: a carrier may add a status without notice, and an unknown one freezes its
//! line instead of breaking the run.

use crate::domain::open_enum::open_enum;

open_enum! {
    /// The status of a line: a card SIM, or a chip SIM after its start of use.
    LineStatus shown by name {
        /// In use and billed.
        Active => "active", "利用中";
        /// Communication stopped by the contractor. **Billed in full.**
        Suspended => "suspended", "通信停止中";
        /// Termination accepted, in force until its date. Cancellable while open.
        TerminationAccepted => "terminationAccepted", "解約受付済";
        /// Terminated. Leaves the carrier's list after 30 days.
        Terminated => "terminated", "解約済";
        /// Suspended by the carrier; not ours to lift.
        CarrierSuspended => "carrierSuspended", "強制停止";
        /// Terminated by the carrier.
        CarrierTerminated => "carrierTerminated", "強制解約";
    }
}

open_enum! {
    /// The status of a chip SIM, as the list of chip SIMs (function 19) shows it.
    ChipStatus shown by name {
        /// Delivered, no IMEI bound yet.
        Ordered => "ordered", "発注済";
        /// IMEI bound, for ever.
        ImeiRegistered => "imeiRegistered", "IMEI登録済";
        /// In a system number's stock.
        Allocated => "allocated", "引当済";
        /// Started: from here on it is a line, and the line's status is the one that counts.
        Active => "active", "利用中";
    }
}

impl ChipStatus {
    /// The status of the line that a started chip SIM is. A list of chip SIMs may speak of that one, too.
    pub fn line(&self) -> Option<LineStatus> {
        match self {
            Self::Ordered | Self::ImeiRegistered | Self::Allocated => None,
            Self::Active => Some(LineStatus::Active),
            Self::Unknown(text) => match LineStatus::from_wire(text) {
                LineStatus::Unknown(_) => None,
                known @ (LineStatus::Active
                | LineStatus::Suspended
                | LineStatus::TerminationAccepted
                | LineStatus::Terminated
                | LineStatus::CarrierSuspended
                | LineStatus::CarrierTerminated) => Some(known),
            },
        }
    }
}

impl LineStatus {
    /// Whether the line has ended for good.
    pub fn is_terminated(&self) -> bool {
        matches!(self, Self::Terminated | Self::CarrierTerminated)
    }

    /// Whether the carrier bills a monthly fee for it (a suspended line is billed in full).
    pub fn is_billed(&self) -> bool {
        matches!(self, Self::Active | Self::Suspended | Self::TerminationAccepted | Self::CarrierSuspended)
    }
}
