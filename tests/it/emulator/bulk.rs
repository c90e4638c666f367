//! Chip SIMs in bulk: rows stand or fall for themselves.

use serde_json::{Value, json};

use super::world::World;

const BIND: &str = "/v1/chip-sims/imei-registrations";

fn chip(number: u32) -> String {
    format!("0201{number:07}")
}

/// IMEIs with a right check digit.
fn imei(number: u32) -> String {
    let payload = format!("35693803{number:06}");
    let digit = simfleet::domain::identifier::luhn_digit(payload.as_bytes());
    format!("{payload}{}", char::from(digit))
}

async fn stock(count: u32, status: &str) -> World {
    let chips: Vec<Value> = (0..count).map(|number| json!({"msisdn": chip(number), "status": status})).collect();
    World::seeded(json!({"chipSims": chips})).await
}

#[tokio::test]
async fn legal_rows_go_through_and_illegal_ones_say_why() {
    let world = stock(3, "ordered").await;
    world.post(BIND, json!({"items": [{"msisdn": chip(0), "imei": imei(0)}]})).await.good();
    world.advance("PT60S").await;
    let rows = json!({"items": [
        {"msisdn": chip(0), "imei": imei(9)},
        {"msisdn": chip(1), "imei": imei(0)},
        {"msisdn": chip(2), "imei": imei(2)},
        {"msisdn": chip(7), "imei": imei(7)},
    ]});
    let application = world.post(BIND, rows).await.good();
    assert_eq!(application["status"], "accepted");
    let items = json!([
        {"msisdn": chip(0), "status": "rejected", "errorCode": "IMEI_ALREADY_BOUND"},
        {"msisdn": chip(1), "status": "rejected", "errorCode": "IMEI_ALREADY_BOUND"},
        {"msisdn": chip(2), "status": "accepted"},
        {"msisdn": chip(7), "status": "rejected", "errorCode": "LINE_NOT_FOUND"},
    ]);
    assert_eq!(application["items"], items);
    assert_eq!(world.chip(&chip(2)).await["pending"][0]["target"], imei(2));
    world.advance("PT60S").await;
    let done = world.application(&application["applicationNo"]).await;
    assert_eq!((&done["status"], &done["items"][2]["status"]), (&json!("partiallyCompleted"), &json!("completed")));
    assert_eq!(world.chip(&chip(2)).await["imei"], imei(2));
    let journal = world.get("/_emu/journal").await.good();
    let calls: Vec<&Value> = journal["calls"].as_array().unwrap().iter().filter(|call| call["function"] == 15).collect();
    assert_eq!((&calls[1]["rows"], &calls[1]["accepted"], &calls[1]["msisdns"]), (&json!(4), &json!(1), &json!([chip(2)])));
}

#[tokio::test]
async fn an_imei_is_bound_once_and_to_one_chip() {
    let world = stock(2, "ordered").await;
    let bind = |number: u32, imei: String| json!({"items": [{"msisdn": chip(number), "imei": imei}]});
    world.post(BIND, bind(0, imei(0))).await.good();
    assert_eq!(world.post(BIND, bind(0, imei(0))).await.refusal(), (409, "APPLICATION_IN_PROGRESS"));
    assert_eq!(world.post(BIND, bind(1, imei(0))).await.refusal(), (409, "IMEI_ALREADY_BOUND"), "an open one counts");
    world.advance("PT60S").await;
    assert_eq!(world.post(BIND, bind(0, imei(0))).await.refusal(), (409, "IMEI_ALREADY_BOUND"));
    assert_eq!(world.post(BIND, bind(1, imei(0))).await.refusal(), (409, "IMEI_ALREADY_BOUND"));
    let twice = json!({"items": [{"msisdn": chip(1), "imei": imei(1)}, {"msisdn": chip(1), "imei": imei(2)}]});
    assert_eq!(world.post(BIND, twice).await.refusal(), (400, "INVALID_PARAMETER"));
}

#[tokio::test]
async fn an_ended_line_frees_its_imei() {
    let world = World::seeded(json!({"chipSims": [
        {"msisdn": chip(0), "status": "terminated", "imei": imei(0)},
        {"msisdn": chip(1), "status": "suspended", "imei": imei(1)},
        {"msisdn": chip(2)},
        {"msisdn": chip(3)},
    ]}))
    .await;
    let bind = |number: u32, imei: String| json!({"items": [{"msisdn": chip(number), "imei": imei}]});
    world.post(BIND, bind(2, imei(0))).await.good();
    assert_eq!(world.post(BIND, bind(3, imei(1))).await.refusal(), (409, "IMEI_ALREADY_BOUND"));
}

#[tokio::test]
async fn three_thousand_rows_are_taken_and_one_more_is_not() {
    let world = stock(3_001, "imeiRegistered").await;
    let numbers = |count| (0..count).map(chip).collect::<Vec<_>>();
    let body = |count| json!({"systemNo": "S0001234", "msisdns": numbers(count)});
    let refused = world.post("/v1/chip-sims/allocations", body(3_001)).await;
    assert_eq!(refused.refusal(), (413, "TOO_MANY_ROWS"));
    let application = world.post("/v1/chip-sims/allocations", body(3_000)).await.good();
    assert_eq!(application["items"].as_array().unwrap().len(), 3_000);
    world.advance("PT60S").await;
    let stock = world.get("/v1/chip-sims?status=allocated&pageSize=10000").await.good();
    assert_eq!(stock["totalSize"], 3_000);
    let rest = world.get("/v1/chip-sims?status=imeiRegistered").await.good();
    assert_eq!(rest["result"][0]["msisdn"], chip(3_000));
    assert_eq!(world.post("/v1/chip-sims/allocations", body(0)).await.refusal(), (400, "INVALID_PARAMETER"));
}

#[tokio::test]
async fn a_chip_leaves_the_stock_it_is_in_and_starts_there() {
    let world = World::seeded(json!({
        "systems": [{"systemNo": "S0001234"}, {"systemNo": "S0009999"}],
        "chipSims": [{"msisdn": chip(0), "status": "allocated", "systemNo": "S0009999"}],
    }))
    .await;
    let body = |system_no: &str| json!({"systemNo": system_no, "msisdns": [chip(0)], "planCode": "fixed-1gb"});
    for route in ["deallocations", "activations"] {
        let answer = world.post(&format!("/v1/chip-sims/{route}"), body("S0001234")).await;
        assert_eq!(answer.refusal(), (409, "INVALID_STATE"), "{route}");
        let foreign = world.post(&format!("/v1/chip-sims/{route}"), body("S0005555")).await;
        assert_eq!(foreign.refusal(), (403, "NOT_OWNER"), "{route}");
    }
    world.post("/v1/chip-sims/activations", body("S0009999")).await.good();
    world.advance("PT60S").await;
    assert_eq!(world.line(&chip(0)).await["systemNo"], "S0009999");
    // From here on both lists show one line.
    world.post(&format!("/v1/sims/{}/suspend", chip(0)), json!({"reason": "lost"})).await.good();
    assert_eq!(world.chip(&chip(0)).await["pending"][0]["type"], "suspend");
    world.advance("PT60S").await;
    assert_eq!(world.chip(&chip(0)).await["status"], "suspended");
    assert_eq!(world.get("/v1/chip-sims?status=suspended").await.good()["totalSize"], 1);
}

#[tokio::test]
async fn the_console_s_file_is_taken_and_previewed() {
    let world = stock(12, "ordered").await;
    let rows: Vec<String> = (0..12).map(|number| format!("{},{}", chip(number), imei(number))).collect();
    let file = rows.join("\r\n") + "\r\n";
    let preview = world.post_text(&format!("{BIND}?dryRun=true"), "text/csv", &file).await.good();
    assert_eq!((&preview["count"], &preview["errors"]), (&json!(12), &json!([])));
    assert_eq!(preview["first"].as_array().unwrap().len(), 10);
    assert_eq!(world.chip(&chip(0)).await["pending"], json!([]), "a dry run does nothing");
    let wrong = format!("8012345678,{}\r\n{},490154203237519\r\nnonsense\r\n", imei(0), chip(0));
    let preview = world.post_text(&format!("{BIND}?dryRun=true"), "text/csv", &wrong).await.good();
    let names: Vec<&Value> = preview["errors"].as_array().unwrap().iter().map(|error| &error["name"]).collect();
    assert_eq!(names, ["items[0].msisdn", "items[1].imei", "items[2]"]);
    let refused = world.post_text(BIND, "text/csv", &wrong).await;
    assert_eq!(refused.refusal(), (400, "INVALID_PARAMETER"));
    let accepted = world.post_text(BIND, "text/csv; charset=utf-8", &file).await;
    assert_eq!((accepted.status, accepted.body["items"].as_array().unwrap().len()), (202, 12));
}
