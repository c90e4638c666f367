//! One request to the carrier: one call per kind of operation.

use crate::carrier::convert::order_to_wire;
use crate::carrier::error::{Call, CarrierError, Failure};
use crate::carrier::routes::Carrier;
use crate::carrier::wire::{
    ActivationBody, AllocationBody, Application, CouponBody, ImeiBody, ImeiItem, PlanChangeBody, SuspendBody, TerminateBody,
};
use crate::plan::{Change, Operation};

/// Sends the operations of one request. They are of one kind, and more than one only where the route
/// takes many.
pub(crate) async fn perform(carrier: &dyn Carrier, operations: &[&Operation]) -> Result<Application, CarrierError> {
    let Some(first) = operations.first() else { return Err(impossible("there is nothing in it")) };
    if let Change::PlaceOrder { placement } = &first.change {
        return carrier.order(&order_to_wire(&placement.content)).await;
    }
    if let Change::CancelApplication { application, of: _ } = &first.change {
        return carrier.cancel(application).await;
    }
    let Some(msisdn) = first.subject.msisdn() else { return Err(impossible("it is no line's")) };
    let msisdns = || operations.iter().filter_map(|operation| operation.subject.msisdn()).collect();
    if operations.len() > 1 && !first.change.kind().is_bulk() {
        return Err(impossible("its route takes one line at a time"));
    }
    match &first.change {
        Change::Suspend => carrier.suspend(msisdn, &SuspendBody { reason: "paused".to_owned() }).await,
        Change::Resume => carrier.resume(msisdn).await,
        Change::ChangeRatePlan { from: _, to } => {
            carrier.change_plan(msisdn, &PlanChangeBody { plan_code: to.to_string() }).await
        }
        Change::Terminate { date } => {
            let body = TerminateBody { termination_date: *date, reason: "declared as terminated".to_owned() };
            carrier.terminate(msisdn, &body).await
        }
        Change::BindImei { .. } => {
            let items = operations
                .iter()
                .map(|operation| match &operation.change {
                    Change::BindImei { imei } => operation
                        .subject
                        .msisdn()
                        .map(|msisdn| ImeiItem { msisdn, imei: *imei })
                        .ok_or_else(|| impossible("it is no line's")),
                    Change::Suspend
                    | Change::Resume
                    | Change::ChangeRatePlan { .. }
                    | Change::Terminate { .. }
                    | Change::Allocate { .. }
                    | Change::Deallocate { .. }
                    | Change::StartUse { .. }
                    | Change::BuyCoupon { .. }
                    | Change::PlaceOrder { .. }
                    | Change::CancelApplication { .. } => Err(impossible("it mixes kinds of operations")),
                })
                .collect::<Result<_, _>>()?;
            carrier.bind_imeis(&ImeiBody { items }).await
        }
        Change::Allocate { system } => {
            uniform(operations)?;
            carrier.allocate(&AllocationBody { system_no: system.to_string(), msisdns: msisdns() }).await
        }
        Change::Deallocate { system } => {
            uniform(operations)?;
            carrier.deallocate(&AllocationBody { system_no: system.to_string(), msisdns: msisdns() }).await
        }
        Change::StartUse { system, plan } => {
            uniform(operations)?;
            let body = ActivationBody { system_no: system.to_string(), msisdns: msisdns(), plan_code: plan.to_string() };
            carrier.start_use(&body).await
        }
        Change::BuyCoupon { purchase } => {
            carrier.buy_coupon(msisdn, &CouponBody { coupon_code: purchase.code.to_string() }).await
        }
        Change::PlaceOrder { .. } | Change::CancelApplication { .. } => Err(impossible("it is no line's")),
    }
}

/// One body has one system number and one plan: what a request carries must agree in them.
fn uniform(operations: &[&Operation]) -> Result<(), CarrierError> {
    let first = operations.first().map(|operation| &operation.change);
    if operations.iter().all(|operation| Some(&operation.change) == first) {
        Ok(())
    } else {
        Err(impossible("it mixes kinds, system numbers or plans"))
    }
}

fn impossible(why: &str) -> CarrierError {
    CarrierError::new(Call::mutation("(not sent)"), Failure::Unsendable(why.to_owned()))
}
