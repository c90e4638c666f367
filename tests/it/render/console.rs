//! What is handed over to a person: files that the console takes, and a check-list that a person takes.

use proptest::prelude::*;
use simfleet::domain::{Imei, Msisdn};
use simfleet::plan::Plan;
use simfleet::render::console::{CHECK_LIST, hand_over, imei_files};

use super::fixture;
use crate::golden;

/// The text of a file of what is handed over of a plan.
fn file(plan: &Plan, name: &str) -> String {
    let handed = hand_over(plan, &plan.accounts[0], "plan-7d1f4a0c9be2");
    handed.files.into_iter().find(|file| file.name == name).expect("the file").text
}

#[test]
fn goldens() {
    golden::check("console/mixed.md", &file(&fixture::mixed(), CHECK_LIST));
    golden::check("console/changes.md", &file(&fixture::unicode(), CHECK_LIST));
    assert_eq!(
        file(&fixture::mixed(), "imei-001.csv").as_bytes(),
        b"08000000003,356938030000039\r\n".as_slice(),
        "digits, a comma, CRLF, and nothing else"
    );
}

#[test]
fn every_operation_has_one_step_and_comes_after_what_it_depends_on() {
    for plan in fixture::all() {
        for section in &plan.accounts {
            let handed = hand_over(&plan, section, "plan");
            let ours = || plan.operations.iter().filter(|operation| operation.account == section.name);
            let step = |id| handed.steps.iter().find(|(of, _)| of == id).map(|(_, step)| *step);
            assert_eq!(handed.steps.len(), ours().count());
            for operation in ours() {
                let own = step(&operation.id).expect("a step");
                let before = operation.depends_on.iter().filter_map(step);
                assert!(before.clone().all(|before| before < own), "{} is step {own}, after {before:?}", operation.id.0);
            }
            let text = handed.files.last().expect("a check-list").text.clone();
            let boxes = text.matches("\n- [ ] **").count();
            assert_eq!(u32::try_from(boxes).ok(), Some(handed.steps.iter().map(|(_, step)| *step).max().unwrap_or(0)));
        }
    }
}

/// The n-th number and device.
fn row(n: u32) -> (Msisdn, Imei) {
    let payload = format!("35693803{:06}", n % 1_000_000);
    let check = char::from(simfleet::domain::identifier::luhn_digit(payload.as_bytes()));
    let msisdn = Msisdn::parse(&format!("0201{n:07}")).expect("a number");
    (msisdn, Imei::parse(&format!("{payload}{check}")).expect("a device"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Any rows: their files hold them in their order, all of them and nothing else, and the console takes each.
    #[test]
    fn files_partition_their_rows(numbers in proptest::collection::vec(0_u32..1_000_000, 0..7_000)) {
        let rows: Vec<_> = numbers.iter().map(|n| row(*n)).collect();
        let files: Vec<String> = imei_files(&rows).collect();
        prop_assert_eq!(files.len(), rows.len().div_ceil(3_000));
        let mut found = Vec::new();
        for file in &files {
            let mut lines: Vec<&str> = file.split("\r\n").collect();
            prop_assert_eq!(lines.pop(), Some(""), "the last row ends, too");
            prop_assert!(lines.len() <= 3_000 && !lines.is_empty());
            for line in lines {
                let (msisdn, imei) = line.split_once(',').expect("two cells");
                prop_assert!(line.bytes().all(|byte| byte.is_ascii_digit() || byte == b','));
                found.push((Msisdn::parse(msisdn).expect("a number"), Imei::parse(imei).expect("a device")));
            }
        }
        prop_assert_eq!(found, rows);
    }
}
