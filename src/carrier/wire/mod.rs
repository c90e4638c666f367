//! Wire protocol v1 (DOMAIN 5): the JSON that travels between a carrier and its clients.
//!
//! One definition for both ends: the HTTP driver reads what the emulator writes. Reading is
//! tolerant (unknown fields are ignored, enums are open), because a carrier may add to its answers
//! without notice. Writing is exact.

mod application;
mod catalogue;
mod error;
mod request;
mod rows;

pub use application::{Application, ApplicationItem, OrderDetail};
pub use catalogue::{
    CouponOffer, CouponOffers, OrderPriceList, PlanOffer, PlanOffers, ServiceDetail, ServiceInfo, SystemAnswer, SystemInfo,
};
pub use error::{ErrorBody, ErrorCode, ParameterError};
pub use request::{
    ActivationBody, AllocationBody, CouponBody, DeviceOrder, ImeiBody, ImeiItem, ImeiPreview, OrderBody, PlanChangeBody,
    ResumeBody, ShipTo, SuspendBody, TerminateBody, TokenAnswer, TokenBody,
};
pub use rows::{ChipSim, Line, Page, PendingApplication, Session, Usage, UsageRow};
