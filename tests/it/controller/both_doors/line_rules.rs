//! What has to fit together on a line: every combination.

use serde_json::{Value, json};

use super::bases;
use super::door::{Attempt, Doors};

/// `None`: the field is not there.
fn combinations(fields: &[(&str, &[Option<Value>])]) -> Vec<Value> {
    let mut lines = vec![json!({})];
    for (name, values) in fields {
        lines = lines
            .iter()
            .flat_map(|line| {
                values.iter().map(|value| {
                    let mut line = line.clone();
                    if let Some(value) = value {
                        line[*name] = value.clone();
                    }
                    line
                })
            })
            .collect();
    }
    lines
}

#[tokio::test]
async fn every_combination_on_a_line_is_judged_alike() {
    let doors = Doors::open("line-rules").await;
    let states = ["Active", "Suspended", "Terminated"].map(|state| Some(json!(state)));
    let states = [&states[..], &[None, Some(Value::Null)]].concat();
    let protected = [None, Some(Value::Null), Some(json!(true)), Some(json!(false))];
    let ends = [None, Some(Value::Null), Some(json!("2026-11-30"))];
    let holds = [None, Some(Value::Null), Some(json!("2026-11-29")), Some(json!("2026-11-30"))];
    let lines =
        combinations(&[("state", &states), ("protected", &protected), ("terminationDate", &ends), ("terminateAfter", &holds)]);
    let mut attempts = Vec::new();
    for (list, msisdn) in [("sims", "08000000001"), ("chipSims", "02012345678")] {
        for (line, of_fleet) in lines.iter().zip([(false, None), (true, None), (false, Some("Suspended"))].into_iter().cycle()) {
            let (protected, default) = of_fleet;
            let mut line = line.clone();
            line["msisdn"] = json!(msisdn);
            let mut document = bases::fleet();
            let spec = document["spec"].as_object_mut().expect("an object");
            for name in ["sims", "chipSims", "coupons", "rosters"] {
                spec.remove(name);
            }
            spec.insert("protected".to_owned(), json!(protected));
            spec.insert("defaults".to_owned(), json!({"state": default}));
            spec.insert(list.to_owned(), json!([line]));
            attempts.push(Attempt { what: format!("protected {protected}, default {default:?}, {list} {line}"), document });
        }
    }
    assert_eq!(attempts.len(), 480);
    let differences = doors.differences(attempts).await;
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}
