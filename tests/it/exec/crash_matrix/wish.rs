//! What is declared: a wish of each kind, under one name or another, and another wish under the same name.

use serde_json::{Value, json};
use simfleet::domain::OperationKind;

pub(super) const LINE: &str = "08012345678";
pub(super) const CHIP: &str = "02012345678";
const IMEI: &str = "490154203237518";
const OTHER_IMEI: &str = "356938035643809";

/// What may change without the wish becoming another one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wording {
    /// The name of the fleet, of the grant and of the order.
    pub(super) name: &'static str,
    /// Whether something else is wished for under that name.
    pub(super) edited: bool,
}

/// How a kind of operation looks from outside.
#[derive(Debug)]
pub(super) struct Scene {
    /// What the carrier has at first.
    pub(super) seed: Value,
    /// A part of the path of the request that matters.
    pub(super) route: &'static str,
    /// A part of the path that is read afresh before the operation is sent, and the how manieth such read of the
    /// apply that is.
    pub(super) fresh_read: (&'static str, usize),
    /// What the carrier's ledger calls it, where it costs money at once.
    pub(super) billed_as: &'static [&'static str],
    /// What the ledger calls it when its month is over, where that is when it costs money.
    pub(super) billed_later_as: Option<(&'static str, &'static str)>,
}

pub(super) fn scene(kind: OperationKind) -> Scene {
    let new = json!({"msisdn": CHIP});
    let stock = json!({"msisdn": CHIP, "imei": IMEI, "systemNo": "S0001234", "status": "allocated"});
    let (chip, route, fresh_read) = match kind {
        OperationKind::BuyCoupon => (new, "/coupons", ("/v1/sims/0", 1)),
        // The first is part of the observation.
        OperationKind::PlaceOrder => (new, "/v1/orders", (ORDERS, 2)),
        OperationKind::Terminate => (new, "/terminate", ("/v1/sims/0", 1)),
        OperationKind::BindImei => (new, "/v1/chip-sims/imei-registrations", ("/v1/chip-sims?status", 1)),
        OperationKind::StartUse => (stock, "/v1/chip-sims/activations", ("/v1/chip-sims?status", 1)),
        OperationKind::Suspend
        | OperationKind::Resume
        | OperationKind::ChangeRatePlan
        | OperationKind::Allocate
        | OperationKind::Deallocate
        | OperationKind::CancelApplication => unreachable!("{kind} can be undone"),
    };
    let (billed_as, billed_later_as): (&[&str], _) = match route {
        "/coupons" => (&["coupon"], None),
        "/v1/orders" => (&["simOrder", "deviceOrder"], None),
        "/terminate" => (&[], Some(("terminationFee", LINE))),
        "/v1/chip-sims/activations" => (&[], Some(("monthlyFee", CHIP))),
        _ => (&[], None),
    };
    let seed = json!({"sims": [{"msisdn": LINE, "planCode": "fixed-500mb"}], "chipSims": [chip]});
    Scene { seed, route, fresh_read, billed_as, billed_later_as }
}

/// A part of the path of the list of orders.
pub(super) const ORDERS: &str = "/v1/applications?type=order";

pub(super) fn account(endpoint: &str) -> String {
    format!(
        "apiVersion: simfleet.dev/v1alpha1\nkind: CarrierAccount\nmetadata: {{name: main}}\nspec:\n  driver: http\n  \
         endpoint: {endpoint}\n  rateLimit: {{requestsPerSecond: 1000, burst: 1000}}\n"
    )
}

pub(super) fn manifest(kind: OperationKind, wording: Wording) -> String {
    let Wording { name, edited } = wording;
    let either = |plain: &'static str, other: &'static str| if edited { other } else { plain };
    let lists = match kind {
        OperationKind::PlaceOrder => return order(name, if edited { 3 } else { 2 }),
        OperationKind::BuyCoupon => {
            let (code, plan) = (either("add-1gb", "add-500mb"), either("fixed-500mb", "fixed-1gb"));
            format!(
                "  sims:\n    - {{msisdn: \"{LINE}\", ratePlan: {plan}}}\n  \
                 coupons:\n    - {{name: {name}, month: 2026-11, code: {code}, msisdns: [\"{LINE}\"]}}\n"
            )
        }
        OperationKind::Terminate => {
            let date = either("2026-11-30", "2026-11-20");
            format!("  sims:\n    - {{msisdn: \"{LINE}\", state: Terminated, terminationDate: \"{date}\"}}\n")
        }
        OperationKind::BindImei => {
            let imei = either(IMEI, OTHER_IMEI);
            format!("  chipSims:\n    - {{msisdn: \"{CHIP}\", imei: \"{imei}\", state: Registered}}\n")
        }
        OperationKind::StartUse => {
            let plan = either("fixed-500mb", "fixed-1gb");
            format!("  chipSims:\n    - {{msisdn: \"{CHIP}\", imei: \"{IMEI}\", state: Active, ratePlan: {plan}}}\n")
        }
        OperationKind::Suspend
        | OperationKind::Resume
        | OperationKind::ChangeRatePlan
        | OperationKind::Allocate
        | OperationKind::Deallocate
        | OperationKind::CancelApplication => unreachable!("{kind} can be undone"),
    };
    format!(
        "apiVersion: simfleet.dev/v1alpha1\nkind: SimFleet\nmetadata: {{name: {name}}}\nspec:\n  accountRef: {{name: main}}\n  \
         systemNumber: \"S0001234\"\n  serviceCode: m2m-lte\n  mode: Apply\n  policy:\n    limits: {{terminate: 1}}\n    \
         approval: {{bindImei: Auto, startUse: Auto, terminate: Auto, buyCoupon: Auto}}\n{lists}"
    )
}

fn order(name: &str, quantity: u32) -> String {
    format!(
        "apiVersion: simfleet.dev/v1alpha1\nkind: SimOrder\nmetadata: {{name: {name}}}\nspec:\n  accountRef: {{name: main}}\n  \
         systemNumber: \"S0001234\"\n  serviceCode: m2m-lte\n  ratePlan: fixed-500mb\n  formFactor: nano\n  quantity: {quantity}\n  \
         devices: [{{model: rtr-100, quantity: 1}}]\n  shipTo: {{postalCode: \"100-0001\", prefecture: 東京都, city: 千代田区, \
         street: 千代田1-1, company: Example, contact: Sato, phone: \"0312345678\"}}\n"
    )
}
