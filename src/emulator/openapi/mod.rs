//! The `OpenAPI` document of `/v1`, made from the table of routes. What an adapter's author and a
//! conformance test go by: every parameter with its bounds, every status that a route can answer.

mod operation;
mod ordering;
mod schema;

use std::sync::OnceLock;

use serde_json::{Map, Value, json};

use crate::emulator::http::routes::ROUTES;

/// The document.
pub(crate) fn document() -> &'static Value {
    static DOCUMENT: OnceLock<Value> = OnceLock::new();
    DOCUMENT.get_or_init(build)
}

fn build() -> Value {
    let mut paths: Map<String, Value> = Map::new();
    for route in ROUTES {
        let item = paths.entry(route.path).or_insert_with(|| json!({}));
        item[route.method.to_ascii_lowercase()] = operation::operation(route);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "SIM fleet control, wire protocol v1",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "The nineteen control functions of a carrier as HTTP. Identifiers are strings, times are \
                RFC 3339 with an offset, dates are in Japan Standard Time. Every answer carries the carrier's time as `Date`. \
                Unknown query parameters and unknown fields are ignored.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "From `POST /v1/auth/token`; good for an hour."},
            },
            "schemas": schema::schemas(),
            "headers": {
                "Date": {"description": "The carrier's time.", "required": true, "schema": {"type": "string"}},
                "RetryAfter": {
                    "description": "Seconds to wait.",
                    "required": true,
                    "schema": {"type": "integer", "minimum": 0},
                },
                "WwwAuthenticate": {"description": "How to log in.", "required": true, "schema": {"type": "string"}},
            },
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_route_is_in_it_and_every_reference_leads_somewhere() {
        let document = document();
        for route in ROUTES {
            let operation = &document["paths"][route.path][route.method.to_ascii_lowercase()];
            assert!(operation["operationId"].is_string(), "{} {}", route.method, route.path);
            let named: Vec<&str> = route.path.split(['{', '}']).skip(1).step_by(2).collect();
            let described: Vec<&str> = operation["parameters"]
                .as_array()
                .unwrap()
                .iter()
                .filter(|parameter| parameter["in"] == "path")
                .map(|parameter| parameter["name"].as_str().unwrap())
                .collect();
            assert_eq!(named, described, "{}", route.path);
        }
        for reference in references(document) {
            let pointer = reference.strip_prefix('#').unwrap();
            assert!(document.pointer(pointer).is_some(), "{reference}");
        }
    }

    /// What a schema describes: everything it knows, or only what it requires.
    fn sample(schema: &Value, everything: bool) -> Value {
        let document = document();
        if let Some(reference) = schema["$ref"].as_str() {
            return sample(document.pointer(reference.strip_prefix('#').unwrap()).unwrap(), everything);
        }
        if let Some(parts) = schema["allOf"].as_array() {
            let mut whole = Map::new();
            for part in parts {
                whole.extend(sample(part, everything).as_object().unwrap().clone());
            }
            return Value::Object(whole);
        }
        if let Some(known) = schema["enum"].as_array().or(schema["examples"].as_array()) {
            return known[0].clone();
        }
        let kind = schema["type"].as_str().or(schema["type"][0].as_str()).unwrap();
        match (kind, schema["format"].as_str()) {
            ("object", _) => {
                let required: Vec<&Value> = schema["required"].as_array().map(|names| names.iter().collect()).unwrap_or_default();
                let properties = schema["properties"].as_object().cloned().unwrap_or_default();
                let wanted = properties.into_iter().filter(|(name, _)| everything || required.contains(&&json!(name)));
                wanted.map(|(name, schema)| (name, sample(&schema, everything))).collect()
            }
            ("array", _) => json!([sample(&schema["items"], everything)]),
            ("integer", _) => schema.get("minimum").cloned().unwrap_or(json!(1)),
            ("boolean", _) => json!(true),
            (_, Some("date")) => json!("2026-11-30"),
            (_, Some("date-time")) => json!("2026-11-22T21:00:00+09:00"),
            _ if schema["pattern"].as_str().is_some_and(|pattern| pattern.contains("20[1-35-9]")) => json!("08012345678"),
            _ => json!("text"),
        }
    }

    fn agrees<T: serde::Serialize + serde::de::DeserializeOwned>(name: &str) {
        for everything in [true, false] {
            let sample = sample(&json!({"$ref": format!("#/components/schemas/{name}")}), everything);
            let read: T = serde_json::from_value(sample.clone()).unwrap_or_else(|error| panic!("{name}: {error}: {sample}"));
            assert_eq!(serde_json::to_value(&read).unwrap(), sample, "{name}");
        }
    }

    #[test]
    fn the_schemas_are_the_wire_types() {
        use crate::carrier::wire::*;

        agrees::<Line>("Line");
        agrees::<Page<Line>>("LinePage");
        agrees::<ChipSim>("ChipSim");
        agrees::<Page<ChipSim>>("ChipSimPage");
        agrees::<PendingApplication>("PendingApplication");
        agrees::<Usage>("Usage");
        agrees::<Session>("Session");
        agrees::<Page<Application>>("ApplicationPage");
        agrees::<ImeiPreview>("ImeiPreview");
        agrees::<TokenBody>("TokenBody");
        agrees::<TokenAnswer>("TokenAnswer");
        agrees::<SystemAnswer>("SystemAnswer");
        agrees::<ServiceDetail>("ServiceDetail");
        agrees::<PlanOffers>("PlanOffers");
        agrees::<CouponOffers>("CouponOffers");
        agrees::<SuspendBody>("SuspendBody");
        agrees::<ResumeBody>("ResumeBody");
        agrees::<PlanChangeBody>("PlanChangeBody");
        agrees::<CouponBody>("CouponBody");
        agrees::<TerminateBody>("TerminateBody");
        agrees::<ImeiBody>("ImeiBody");
        agrees::<AllocationBody>("AllocationBody");
        agrees::<ActivationBody>("ActivationBody");
        agrees::<OrderDetail>("OrderDetail");
        agrees::<ErrorBody>("ErrorBody");
    }

    fn references(value: &Value) -> Vec<&str> {
        match value {
            Value::Object(fields) => {
                let own = fields.get("$ref").and_then(Value::as_str);
                own.into_iter().chain(fields.values().flat_map(references)).collect()
            }
            Value::Array(items) => items.iter().flat_map(references).collect(),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
        }
    }
}
