//! The states of lines and chip SIMs, with the carrier's labels (DOMAIN 3).
//!
//! Both enums are open: a carrier may add a status without notice, and an unknown one freezes its
//! line instead of breaking the run.

use std::fmt;
use std::sync::Arc;

macro_rules! status {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident => $wire:literal, $label:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
            /// A status this version does not know, as the carrier wrote it. Freezes the line.
            Unknown(Arc<str>),
        }

        impl $name {
            /// Every known status, in the order of a SIM's life.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The name on the wire.
            pub fn wire(&self) -> &str {
                match self {
                    $(Self::$variant => $wire,)+
                    Self::Unknown(text) => text,
                }
            }

            /// The status of that name; unknown names are kept.
            pub fn from_wire(text: &str) -> Self {
                match text {
                    $($wire => Self::$variant,)+
                    other => Self::Unknown(other.into()),
                }
            }

            /// The carrier's label, as its console shows it.
            pub fn label(&self) -> &str {
                match self {
                    $(Self::$variant => $label,)+
                    Self::Unknown(text) => text,
                }
            }

            /// The name people read in plans and tables.
            pub fn name(&self) -> &str {
                match self {
                    $(Self::$variant => stringify!($variant),)+
                    Self::Unknown(text) => text,
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.name())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.wire())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                Ok(Self::from_wire(&text))
            }
        }
    };
}

status! {
    /// The status of a line: a card SIM, or a chip SIM after its start of use.
    LineStatus {
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

status! {
    /// The status of a chip SIM, as the list of chip SIMs (function 19) shows it.
    ChipStatus {
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
