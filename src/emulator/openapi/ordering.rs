//! The schemas of orders (functions 8 and 9), with the bounds of a parcel's label.

use serde_json::{Value, json};

use super::schema::{list, object, of, service_code, string, system_no};
use crate::domain::address::{AddressField, PREFECTURES};
use crate::emulator::catalogue::{CARDS, DEVICES};
use crate::emulator::http::orders::{QUANTITY, TIME_SLOTS};

/// A line of the label: kanji, kana, and ASCII, which is printed in full width.
fn label(field: AddressField) -> Value {
    json!({"type": "string", "minLength": 1, "maxLength": field.longest(), "examples": ["千代田1-1"]})
}

/// Where nothing may be said, null says nothing too.
fn optional_label(field: AddressField) -> Value {
    json!({"type": ["string", "null"], "minLength": 1, "maxLength": field.longest()})
}

/// What is ordered, and what it costs.
pub(super) fn ordering() -> Value {
    let form_factors: Vec<&str> = CARDS.iter().map(|(name, _)| *name).collect();
    let time_slots: Vec<Option<&str>> = TIME_SLOTS.iter().copied().map(Some).chain([None]).collect();
    let models: Vec<&str> = DEVICES.iter().map(|(name, _)| *name).collect();
    let quantity = json!({"type": "integer", "minimum": 1, "maximum": QUANTITY});
    let prices = json!({"type": "object", "additionalProperties": {"type": "integer"}});
    json!({
        "OrderBody": object(
            json!({
                "systemNo": system_no(),
                "serviceCode": service_code(),
                "planCode": of("PlanCode"),
                "formFactor": {"type": "string", "enum": form_factors},
                "quantity": quantity,
                "shipTo": of("ShipTo"),
            }),
            json!({
                "devices": {"type": ["array", "null"], "items": of("DeviceOrder")},
                "preferredDate": {"type": ["string", "null"], "format": "date"},
                "timeSlot": {"type": ["string", "null"], "enum": time_slots},
            }),
        ),
        "DeviceOrder": object(json!({"model": {"type": "string", "enum": models}, "quantity": quantity}), json!({})),
        "ShipTo": object(
            json!({
                "postalCode": {"type": "string", "pattern": "^[0-9]{3}-?[0-9]{4}$", "examples": ["100-0001"]},
                "prefecture": {"type": "string", "enum": PREFECTURES.as_slice()},
                "city": label(AddressField::City),
                "street": label(AddressField::Street),
                "company": label(AddressField::Company),
                "contact": label(AddressField::Contact),
                "phone": {"type": "string", "pattern": "^0([ -]*[0-9]){9,10}$", "examples": ["03-1234-5678"]},
            }),
            json!({"building": optional_label(AddressField::Building), "department": optional_label(AddressField::Department)}),
        ),
        "OrderDetail": {
            "allOf": [
                of("OrderBody"),
                object(
                    json!({
                        "devices": list(&of("DeviceOrder")),
                        "msisdns": list(&of("NationalMsisdn")),
                        "iccids": list(&string()),
                    }),
                    json!({}),
                ),
            ],
        },
        "OrderPriceList": object(json!({"cards": prices, "devices": prices}), json!({})),
    })
}
