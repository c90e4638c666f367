//! The schemas of bodies and answers: the types of [`crate::carrier::wire`], with bounds.

use serde_json::{Map, Value, json};

use super::ordering::ordering;
use crate::domain::{ApplicationStatus, ApplicationType, ChipStatus, LineStatus, RequestedVia};
use crate::emulator::catalogue::{COUPONS, PLANS};
use crate::emulator::http::fields::{LAST_PAGE, PAGE_LIMIT, TEXT_LIMIT};
use crate::emulator::http::lines::REASONS;
use crate::emulator::store::services::{DEFAULT_SERVICE, DEFAULT_SYSTEM};

/// The prefixes and lengths of DOMAIN 2, in the national and the E.164 form.
const MSISDN: &str = r"^(0|\+81)(20[1-35-9][0-9]{7}|200[0-9]{10}|[6-9]0[0-9]{8})$";

/// What is written is always the national form.
const NATIONAL: &str = "^0(20[1-35-9][0-9]{7}|200[0-9]{10}|[6-9]0[0-9]{8})$";

/// Every schema, by name.
pub(super) fn schemas() -> Value {
    let mut schemas = Map::new();
    for part in [identifiers(), bodies(), rows(), applications(), account(), ordering()] {
        if let Value::Object(part) = part {
            schemas.extend(part);
        }
    }
    Value::Object(schemas)
}

pub(super) fn of(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

fn text() -> Value {
    json!({"type": "string", "minLength": 1, "maxLength": TEXT_LIMIT})
}

pub(super) fn system_no() -> Value {
    json!({"type": "string", "minLength": 1, "maxLength": TEXT_LIMIT, "examples": [DEFAULT_SYSTEM]})
}

pub(super) fn service_code() -> Value {
    json!({"type": "string", "minLength": 1, "maxLength": TEXT_LIMIT, "examples": [DEFAULT_SERVICE]})
}

pub(super) fn string() -> Value {
    json!({"type": "string"})
}

fn count() -> Value {
    json!({"type": "integer", "minimum": 0})
}

fn time() -> Value {
    json!({"type": "string", "format": "date-time"})
}

pub(super) fn date() -> Value {
    json!({"type": "string", "format": "date"})
}

pub(super) fn list(items: &Value) -> Value {
    json!({"type": "array", "items": items})
}

/// An object whose first fields are required and whose last ones are not.
pub(super) fn object(required: Value, optional: Value) -> Value {
    let mut properties = Map::new();
    let mut names = Vec::new();
    if let Value::Object(fields) = required {
        names.extend(fields.keys().cloned());
        properties.extend(fields);
    }
    if let Value::Object(fields) = optional {
        properties.extend(fields);
    }
    json!({"type": "object", "required": names, "properties": properties})
}

/// An open enumeration: these values are known, others may come.
fn open_enum<'a>(description: &str, known: impl Iterator<Item = &'a str>) -> Value {
    let known: Vec<&str> = known.collect();
    json!({"type": "string", "description": format!("{description} Known: {}. Others may come.", known.join(", ")), "examples": known})
}

fn identifiers() -> Value {
    json!({
        "Msisdn": {"type": "string", "pattern": MSISDN, "description": "A phone number, national or E.164.", "examples": ["08012345678"]},
        "NationalMsisdn": {"type": "string", "pattern": NATIONAL, "description": "A phone number in the national form."},
        "Imei": {"type": "string", "pattern": "^[0-9]{15}$", "description": "TAC, serial number, Luhn digit.", "examples": ["490154203237518"]},
        "PlanCode": {"type": "string", "enum": PLANS.iter().map(|plan| plan.code).collect::<Vec<_>>()},
        "CouponCode": {"type": "string", "enum": COUPONS.iter().map(|coupon| coupon.code).collect::<Vec<_>>()},
        "LineStatus": open_enum("A line's status.", LineStatus::ALL.iter().map(LineStatus::wire)),
        "ChipStatus": open_enum(
            "A chip SIM's status; once started, its line's.",
            ChipStatus::ALL.iter().map(ChipStatus::wire),
        ),
        "ApplicationStatus": open_enum("How far an application has come.", ApplicationStatus::ALL.iter().map(ApplicationStatus::wire)),
        "ApplicationType": open_enum("What an application asks for.", ApplicationType::ALL.iter().map(ApplicationType::wire)),
        "RequestedVia": open_enum("Through which entry point it came.", RequestedVia::ALL.iter().map(RequestedVia::wire)),
        "ErrorBody": object(
            json!({"errorCode": string(), "errorMessage": string(), "parameterErrorList": list(&of("ParameterError"))}),
            json!({}),
        ),
        "ParameterError": object(json!({"name": string(), "reason": string()}), json!({})),
    })
}

fn bodies() -> Value {
    let rows = json!({"type": "array", "minItems": 1, "maxItems": 3000, "uniqueItems": true, "items": of("Msisdn")});
    json!({
        "TokenBody": object(json!({"contractorId": text(), "password": text()}), json!({})),
        "SuspendBody": object(json!({"reason": {"type": "string", "enum": REASONS}}), json!({})),
        "ResumeBody": object(json!({}), json!({})),
        "PlanChangeBody": object(json!({"planCode": of("PlanCode")}), json!({})),
        "CouponBody": object(json!({"couponCode": of("CouponCode")}), json!({})),
        "TerminateBody": object(json!({"terminationDate": date(), "reason": text()}), json!({})),
        "ImeiBody": object(
            json!({"items": {"type": "array", "minItems": 1, "maxItems": 3000, "items": of("ImeiPair")}}),
            json!({}),
        ),
        "ImeiPair": object(json!({"msisdn": of("Msisdn"), "imei": of("Imei")}), json!({})),
        "ImeiFile": {"description": "Text: rows `phone,imei`, no header, digits only, CRLF, at most 3,000 rows."},
        "AllocationBody": object(json!({"systemNo": system_no(), "msisdns": rows}), json!({})),
        "ActivationBody": object(json!({"systemNo": system_no(), "msisdns": rows, "planCode": of("PlanCode")}), json!({})),
    })
}

fn page(rows: &str) -> Value {
    object(
        json!({
            "result": list(&of(rows)),
            "page": {"type": "integer", "minimum": 1, "maximum": LAST_PAGE},
            "pageSize": {"type": "integer", "minimum": 1, "maximum": PAGE_LIMIT},
            "totalSize": count(),
        }),
        json!({}),
    )
}

fn rows() -> Value {
    json!({
        "LinePage": page("Line"),
        "ChipSimPage": page("ChipSim"),
        "ApplicationPage": page("Application"),
        "Line": object(
            json!({
                "msisdn": of("NationalMsisdn"),
                "iccid": string(),
                "imsi": string(),
                "kind": {"type": "string", "enum": ["card", "chip"]},
                "systemNo": string(),
                "serviceCode": string(),
                "planCode": string(),
                "status": of("LineStatus"),
                "statusLabel": string(),
                "pending": list(&of("PendingApplication")),
                "version": count(),
            }),
            json!({
                "imei": string(),
                "suspendReason": string(),
                "trafficRemainingBytes": count(),
                "openedAt": time(),
                "terminationDate": date(),
                "updatedAt": time(),
            }),
        ),
        "ChipSim": object(
            json!({
                "msisdn": of("NationalMsisdn"),
                "iccid": string(),
                "status": of("ChipStatus"),
                "statusLabel": string(),
                "pending": list(&of("PendingApplication")),
                "version": count(),
            }),
            json!({"imei": string(), "systemNo": string(), "orderedAt": time(), "activatedAt": time()}),
        ),
        "PendingApplication": object(
            json!({
                "applicationNo": string(),
                "type": of("ApplicationType"),
                "target": string(),
                "cancellable": {"type": "boolean"},
            }),
            json!({"effectiveDate": date(), "status": of("ApplicationStatus")}),
        ),
        "Usage": object(
            json!({
                "msisdn": of("NationalMsisdn"),
                "unit": {"type": "string", "enum": ["day", "month"]},
                "rows": list(&of("UsageRow")),
                "asOf": time(),
            }),
            json!({}),
        ),
        "UsageRow": object(json!({"period": string(), "bytes": count()}), json!({})),
        "Session": object(
            json!({"online": {"type": "boolean"}}),
            json!({
                "since": time(),
                "lastSeenAt": time(),
                "ipAddress": string(),
                "apn": string(),
                "imei": string(),
                "rat": string(),
            }),
        ),
    })
}

fn applications() -> Value {
    json!({
        "Application": object(
            json!({
                "applicationNo": string(),
                "type": of("ApplicationType"),
                "status": of("ApplicationStatus"),
                "statusLabel": string(),
                "requestedAt": time(),
                "requestedVia": of("RequestedVia"),
                "items": list(&of("ApplicationItem")),
            }),
            json!({
                "effectiveDate": date(),
                "cancellableUntil": time(),
                "target": string(),
                "order": of("OrderDetail"),
            }),
        ),
        "ApplicationItem": object(
            json!({"msisdn": of("NationalMsisdn"), "status": of("ApplicationStatus")}),
            json!({"errorCode": string()}),
        ),
        "ImeiPreview": object(
            json!({"count": count(), "first": list(&of("ImeiPair")), "errors": list(&of("ParameterError"))}),
            json!({}),
        ),
    })
}

fn account() -> Value {
    let counts = json!({"type": "object", "additionalProperties": count()});
    let money = json!({"type": "integer"});
    json!({
        "TokenAnswer": object(json!({"token": string(), "expiresAt": time()}), json!({})),
        "SystemAnswer": object(
            json!({
                "contractorId": string(),
                "systems": list(&of("SystemInfo")),
                "planChangeCutOff": {"type": "string", "enum": ["none", "last-day", "from-25th"]},
                "bulkLimit": count(),
                "terminationFee": money,
            }),
            json!({"orderPrices": of("OrderPriceList")}),
        ),
        "SystemInfo": object(json!({"systemNo": string(), "services": list(&of("ServiceInfo"))}), json!({})),
        "ServiceInfo": object(
            json!({"serviceCode": string(), "functions": list(&json!({"type": "integer", "minimum": 1, "maximum": 19}))}),
            json!({}),
        ),
        "ServiceDetail": object(
            json!({
                "systemNo": string(),
                "serviceCode": string(),
                "month": string(),
                "lineCounts": counts,
                "plans": counts,
                "bytes": count(),
            }),
            json!({}),
        ),
        "PlanOffers": object(json!({"result": list(&of("PlanOffer"))}), json!({})),
        "PlanOffer": object(
            json!({
                "planCode": of("PlanCode"),
                "name": string(),
                "quotaBytes": count(),
                "monthlyFee": money,
                "currency": string(),
                "couponCodes": list(&of("CouponCode")),
            }),
            json!({}),
        ),
        "CouponOffers": object(json!({"result": list(&of("CouponOffer"))}), json!({})),
        "CouponOffer": object(
            json!({"couponCode": of("CouponCode"), "bytes": count(), "price": money, "currency": string()}),
            json!({}),
        ),
    })
}
