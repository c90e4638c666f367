//! One route's operation: parameters, body, answers.

use serde_json::{Map, Value, json};

use crate::domain::Function;
use crate::emulator::http::fields::{LAST_PAGE, PAGE_LIMIT, TEXT_LIMIT};
use crate::emulator::http::routes::{Handler, Route};

/// The operation of a route.
pub(super) fn operation(route: &Route) -> Value {
    let mut operation = json!({
        "operationId": operation_id(route),
        "summary": summary(route),
        "parameters": parameters(route),
        "responses": responses(route),
    });
    if let Some(body) = body(route) {
        operation["requestBody"] = body;
    }
    if matches!(route.handler, Handler::Open(_)) {
        operation["security"] = json!([]);
    }
    if let Some(function) = route.function {
        operation["x-function"] = json!(function.number());
    }
    operation
}

/// `postSimsSuspend`: the method and the fixed parts of the path.
fn operation_id(route: &Route) -> String {
    let mut id = route.method.to_ascii_lowercase();
    for part in route.path.trim_start_matches("/v1").split(['/', '-']).filter(|part| !part.is_empty()) {
        let name = part.trim_matches(['{', '}']);
        let by = if part.starts_with('{') { "By" } else { "" };
        let (head, tail) = name.split_at(1);
        id.push_str(by);
        id.push_str(&head.to_ascii_uppercase());
        id.push_str(tail);
    }
    id
}

fn summary(route: &Route) -> String {
    match (route.function, route.path) {
        (Some(function), path) => {
            let devices = if path == "/v1/orders" { " and 9" } else { "" };
            format!("Function {}{devices}: {} ({})", function.number(), function.title(), function.label())
        }
        (None, "/v1/auth/token") => "A token for an hour".to_owned(),
        (None, "/v1/plans") => "Rate plans with prices".to_owned(),
        (None, _) => "Coupons that a plan takes".to_owned(),
    }
}

fn text() -> Value {
    json!({"type": "string", "minLength": 1, "maxLength": TEXT_LIMIT})
}

fn query(name: &str, description: &str, schema: &Value) -> Value {
    json!({"name": name, "in": "query", "required": false, "description": description, "schema": schema})
}

fn parameters(route: &Route) -> Vec<Value> {
    let mut parameters: Vec<Value> = Vec::new();
    for name in route.path.split(['{', '}']).skip(1).step_by(2) {
        let schema = if name == "msisdn" {
            json!({"$ref": "#/components/schemas/Msisdn"})
        } else {
            json!({"type": "string", "minLength": 1})
        };
        parameters.push(json!({"name": name, "in": "path", "required": true, "schema": schema}));
    }
    let time = json!({"type": "string", "format": "date-time"});
    let date = json!({"type": "string", "format": "date"});
    let date_or_time = json!({"anyOf": [date, time]});
    match (route.method, route.path) {
        ("GET", "/v1/sims") => {
            parameters.push(query("systemNo", "Of this system number.", &text()));
            parameters.push(query("status", "In this status.", &text()));
            parameters.push(query("planCode", "On this plan.", &text()));
            parameters.push(query("updatedSince", "Changed at or after.", &time));
            parameters.extend(pages());
        }
        ("GET", "/v1/chip-sims") => {
            parameters.push(query("status", "In this status.", &text()));
            parameters.push(query("systemNo", "In this system number's stock.", &text()));
            parameters.extend(pages());
        }
        ("GET", "/v1/applications") => {
            parameters.push(query("type", "Of this type.", &text()));
            parameters.push(query("status", "In this status.", &text()));
            parameters.push(query("msisdn", "That touch this line.", &json!({"$ref": "#/components/schemas/Msisdn"})));
            parameters.push(query("from", "Requested on this day or later, or at this time or later.", &date_or_time));
            parameters.push(query("to", "Requested on this day or earlier, or before this time.", &date_or_time));
            parameters.extend(pages());
        }
        ("GET", "/v1/sims/{msisdn}/usage") => {
            parameters.push(query("from", "First day; the month's first by default.", &date));
            parameters.push(query("to", "Last day; today by default. At most 1,100 days after `from`.", &date));
            parameters.push(query("unit", "`day` by default.", &json!({"enum": ["day", "month"]})));
        }
        ("GET", "/v1/systems/{systemNo}/services/{serviceCode}") => {
            let month = json!({"type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$"});
            parameters.push(query("month", "The month of the bytes; this month by default.", &month));
        }
        ("POST", "/v1/chip-sims/imei-registrations") => {
            parameters.push(query(
                "dryRun",
                "Only say what is in the file and what is wrong with it.",
                &json!({"type": "boolean"}),
            ));
        }
        _ => {}
    }
    parameters
}

fn pages() -> [Value; 2] {
    [
        query("page", "From 1.", &json!({"type": "integer", "minimum": 1, "maximum": LAST_PAGE, "default": 1})),
        query("pageSize", "Rows of a page.", &json!({"type": "integer", "minimum": 1, "maximum": PAGE_LIMIT, "default": 100})),
    ]
}

fn body(route: &Route) -> Option<Value> {
    let schema = match (route.method, route.path) {
        ("POST", "/v1/auth/token") => "TokenBody",
        ("POST", "/v1/sims/{msisdn}/suspend") => "SuspendBody",
        ("POST", "/v1/sims/{msisdn}/resume") => "ResumeBody",
        ("POST", "/v1/sims/{msisdn}/plan-change") => "PlanChangeBody",
        ("POST", "/v1/sims/{msisdn}/coupons") => "CouponBody",
        ("POST", "/v1/sims/{msisdn}/terminate") => "TerminateBody",
        ("POST", "/v1/orders") => "OrderBody",
        ("POST", "/v1/chip-sims/imei-registrations") => "ImeiBody",
        ("POST", "/v1/chip-sims/allocations" | "/v1/chip-sims/deallocations") => "AllocationBody",
        ("POST", "/v1/chip-sims/activations") => "ActivationBody",
        _ => return None,
    };
    let mut content = json!({"application/json": {"schema": reference(schema)}});
    if schema == "ImeiBody" {
        content["text/csv"] = json!({"schema": reference("ImeiFile")});
    }
    Some(json!({"required": schema != "ResumeBody", "content": content}))
}

fn reference(schema: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{schema}")})
}

fn answer(description: &str, schema: &str) -> Value {
    json!({
        "description": description,
        "headers": {"Date": {"$ref": "#/components/headers/Date"}},
        "content": {"application/json": {"schema": reference(schema)}},
    })
}

fn responses(route: &Route) -> Value {
    let mut responses = Map::new();
    for (status, description, schema) in successes(route) {
        responses.insert(status.to_owned(), answer(description, schema));
    }
    for (status, description) in refusals(route) {
        let mut refusal = answer(description, "ErrorBody");
        if matches!(status, "429" | "503") {
            refusal["headers"]["Retry-After"] = json!({"$ref": "#/components/headers/RetryAfter"});
        }
        if status == "401" {
            refusal["headers"]["WWW-Authenticate"] = json!({"$ref": "#/components/headers/WwwAuthenticate"});
        }
        responses.insert(status.to_owned(), refusal);
    }
    Value::Object(responses)
}

fn successes(route: &Route) -> Vec<(&'static str, &'static str, &'static str)> {
    let accepted = ("202", "Accepted, as this application.", "Application");
    let preview = ("200", "What the file holds (`dryRun=true`).", "ImeiPreview");
    let good = |schema| vec![("200", "As asked for.", schema)];
    match (route.method, route.path) {
        ("POST", "/v1/auth/token") => good("TokenAnswer"),
        ("POST", "/v1/chip-sims/imei-registrations") => vec![preview, accepted],
        ("POST", _) => vec![accepted],
        (_, "/v1/system") => good("SystemAnswer"),
        (_, "/v1/systems/{systemNo}/services/{serviceCode}") => good("ServiceDetail"),
        (_, "/v1/sims") => good("LinePage"),
        (_, "/v1/sims/{msisdn}") => good("Line"),
        (_, "/v1/sims/{msisdn}/usage") => good("Usage"),
        (_, "/v1/sims/{msisdn}/session") => good("Session"),
        (_, "/v1/applications") => good("ApplicationPage"),
        (_, "/v1/applications/{applicationNo}") => good("Application"),
        (_, "/v1/chip-sims") => good("ChipSimPage"),
        (_, "/v1/chip-sims/{msisdn}") => good("ChipSim"),
        (_, "/v1/plans") => good("PlanOffers"),
        (_, _) => good("CouponOffers"),
    }
}

fn refusals(route: &Route) -> Vec<(&'static str, &'static str)> {
    let mutation = matches!(route.handler, Handler::Write(_));
    let mut refusals = Vec::new();
    if !matches!(route.path, "/v1/system" | "/v1/plans") {
        refusals.push(("400", "INVALID_PARAMETER: `parameterErrorList` names each wrong parameter."));
    }
    refusals.push(("401", "UNAUTHENTICATED."));
    if !matches!(route.function, None | Some(Function::System)) {
        refusals.push(("403", "FUNCTION_NOT_AVAILABLE for the service, or NOT_OWNER of the system number."));
    }
    let bulk =
        matches!(route.function, Some(Function::BindImei | Function::Allocate | Function::Deallocate | Function::StartUse));
    if route.path.contains('{') || bulk {
        refusals.push(("404", "LINE_NOT_FOUND: no such line, chip SIM, application, service or plan."));
    }
    if mutation && route.function != Some(Function::OrderSims) {
        refusals.push((
            "409",
            "INVALID_STATE, APPLICATION_IN_PROGRESS, IMEI_ALREADY_BOUND, NOT_CANCELLABLE or CUTOFF_PASSED. A bulk request \
             is refused as a whole only if none of its rows is legal; the code is the first row's.",
        ));
    }
    if route.method == "POST" {
        refusals.push(("413", "TOO_MANY_ROWS, or a body that is too large."));
    }
    refusals.push(("429", "RATE_LIMITED."));
    refusals.push(("500", "SYSTEM_ERROR: the outcome of a mutation is unknown."));
    if route.function.is_some() {
        refusals.push(("503", "MAINTENANCE."));
    }
    refusals
}
