//! Applications that cost money, between the wire and the core.

use std::sync::Arc;

use crate::carrier::convert::{order_from_wire, order_to_wire};
use crate::carrier::wire::{Application, ApplicationItem, OrderDetail};
use crate::domain::calendar::JstTime;
use crate::domain::{ApplicationNumber, ApplicationType, CouponApplication, CouponCode, OrderApplication};

/// The coupons that an application buys, one a line, each with the line's own outcome. None where the
/// carrier lists the application without its lines.
pub fn coupons_of(application: &Application) -> impl Iterator<Item = CouponApplication> + use<> {
    let Application {
        application_no,
        kind: _,
        status: _,
        status_label: _,
        requested_at,
        requested_via,
        effective_date: _,
        cancellable_until: _,
        items,
        target,
        order: _,
    } = application.clone();
    let code = target.as_deref().filter(|code| !code.is_empty()).map(CouponCode::new);
    items.into_iter().map(move |ApplicationItem { msisdn, status, error_code: _ }| CouponApplication {
        msisdn,
        application: ApplicationNumber::new(application_no.as_str()),
        code: code.clone(),
        status,
        requested_at: requested_at.0,
        via: requested_via.clone(),
    })
}

/// As function 10 would list it, for snapshots.
pub fn coupon_to_wire(coupon: &CouponApplication) -> Application {
    let CouponApplication { msisdn, application, code, status, requested_at, via } = coupon;
    Application {
        application_no: application.to_string(),
        kind: ApplicationType::Coupon,
        status: status.clone(),
        status_label: status.label().to_owned(),
        requested_at: JstTime(*requested_at),
        requested_via: via.clone(),
        effective_date: None,
        cancellable_until: None,
        items: vec![ApplicationItem { msisdn: *msisdn, status: status.clone(), error_code: None }],
        target: code.as_ref().map(ToString::to_string),
        order: None,
    }
}

/// An order as it was placed, by whomever.
pub fn order_of(application: &Application) -> OrderApplication {
    let Application {
        application_no,
        kind: _,
        status,
        status_label: _,
        requested_at,
        requested_via,
        effective_date,
        cancellable_until,
        items: _,
        target: _,
        order,
    } = application;
    let (msisdns, iccids) = match order {
        Some(detail) => (detail.msisdns.clone(), detail.iccids.iter().map(|iccid| Arc::from(iccid.as_str())).collect()),
        None => (Vec::new(), Vec::new()),
    };
    OrderApplication {
        application: ApplicationNumber::new(application_no.as_str()),
        status: status.clone(),
        cancellable_until: cancellable_until.map(|until| until.0),
        requested_at: requested_at.0,
        via: requested_via.clone(),
        effective: *effective_date,
        content: order.as_ref().map(|detail| order_from_wire(&detail.request)),
        msisdns,
        iccids,
    }
}

/// As function 10 would list it, for snapshots.
pub fn order_application_to_wire(order: &OrderApplication) -> Application {
    let OrderApplication { application, status, cancellable_until, requested_at, via, effective, content, msisdns, iccids } =
        order;
    Application {
        application_no: application.to_string(),
        kind: ApplicationType::Order,
        status: status.clone(),
        status_label: status.label().to_owned(),
        requested_at: JstTime(*requested_at),
        requested_via: via.clone(),
        effective_date: *effective,
        cancellable_until: cancellable_until.map(JstTime),
        items: Vec::new(),
        target: content.as_ref().map(|content| content.rate_plan.to_string()),
        order: content.as_ref().map(|content| OrderDetail {
            request: order_to_wire(content),
            msisdns: msisdns.clone(),
            iccids: iccids.iter().map(ToString::to_string).collect(),
        }),
    }
}
