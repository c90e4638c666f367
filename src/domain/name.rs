//! Names that the carrier gives: plans, services, systems, coupons, applications.
//!
//! All are shared text (`Arc<str>`): a fleet has a million lines and ten plans, so a reader interns
//! them with [`Interner`] and a line holds a pointer.

use std::collections::BTreeSet;
use std::sync::Arc;

macro_rules! name {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
        #[serde(transparent)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Takes any text.
            pub fn new(text: impl Into<Arc<str>>) -> Self {
                Self(text.into())
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(&self.0)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{:?}", &*self.0)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.into())
            }
        }

        impl From<Arc<str>> for $name {
            fn from(text: Arc<str>) -> Self {
                Self(text)
            }
        }
    };
}

name! {
    /// A rate plan's code, such as `fixed-500mb`. (`Plan` alone is always the plan of operations.)
    RatePlan
}
name! {
    /// A communication service's code, such as `m2m-lte`. Functions offered differ by service.
    ServiceCode
}
name! {
    /// A system number (システム番号), such as `S0001234`: what chip stock is allocated to.
    SystemNumber
}
name! {
    /// A coupon's code, such as `add-100mb`.
    CouponCode
}
name! {
    /// An application number (申込番号): names a mutation that the carrier accepted.
    ApplicationNumber
}

/// Hands out one shared copy of each text.
#[derive(Debug, Default, Clone)]
pub struct Interner(BTreeSet<Arc<str>>);

impl Interner {
    /// The shared copy of `text`, made at its first use.
    pub fn intern(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.0.get(text) {
            return Arc::clone(known);
        }
        let shared: Arc<str> = text.into();
        self.0.insert(Arc::clone(&shared));
        shared
    }
}
