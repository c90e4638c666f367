//! The paths of mutations (DOMAIN 5).

use crate::domain::Subject;
use crate::plan::Change;

/// Where the request for a change of a line is posted. Bulk kinds have one path each.
pub(crate) fn of(subject: &Subject, change: &Change) -> String {
    match change {
        Change::Suspend => format!("/v1/sims/{subject}/suspend"),
        Change::Resume => format!("/v1/sims/{subject}/resume"),
        Change::ChangeRatePlan { .. } => format!("/v1/sims/{subject}/plan-change"),
        Change::Terminate { .. } => format!("/v1/sims/{subject}/terminate"),
        Change::BindImei { .. } => "/v1/chip-sims/imei-registrations".to_owned(),
        Change::Allocate { .. } => "/v1/chip-sims/allocations".to_owned(),
        Change::Deallocate { .. } => "/v1/chip-sims/deallocations".to_owned(),
        Change::StartUse { .. } => "/v1/chip-sims/activations".to_owned(),
        Change::BuyCoupon { .. } => format!("/v1/sims/{subject}/coupons"),
        Change::PlaceOrder { .. } => "/v1/orders".to_owned(),
        Change::CancelApplication { application, .. } => format!("/v1/applications/{application}/cancel"),
    }
}
