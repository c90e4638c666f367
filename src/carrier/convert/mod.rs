//! Between rows on the wire and what the core observes.

mod catalogue;
mod from_wire;
mod order;
mod purchase;
mod reading;
mod to_wire;
mod trace;

pub use catalogue::{catalogue_from, coupon_offers_from, coupons_from, offers_from, system_answer_from};
pub use from_wire::RowReader;
pub use order::{order_from_wire, order_to_wire};
pub use purchase::{coupon_to_wire, coupons_of, order_application_to_wire, order_of};
pub use reading::{session_from, suspensions_of, traffic_from};
pub use to_wire::{chip_to_wire, line_to_wire};
pub use trace::trace_of;
