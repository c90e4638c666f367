//! Laws of redaction: nothing that names a line is left, whatever stands around it; the form of the text stays.

use proptest::prelude::*;
use serde_json::{Value, json};
use simfleet::domain::identifier::luhn_digit;
use simfleet::redact::{RedactionKey, Redactor, Reveal};

fn redactor(key: &str) -> Redactor {
    Redactor::new(RedactionKey::parse(key).expect("a key"))
}

fn ours() -> Redactor {
    redactor("0123456789abcdef")
}

fn with_check_digit(payload: &str) -> String {
    format!("{payload}{}", char::from(luhn_digit(payload.as_bytes())))
}

/// An MSISDN, an IMEI or an ICCID.
fn identifier() -> impl Strategy<Value = String> {
    prop_oneof![
        "0[6789]0[0-9]{8}",
        "020[1-35-9][0-9]{7}",
        "0200[0-9]{10}",
        "[0-9]{14}"
            .prop_filter("another kind", |payload| !payload.starts_with('0') && !payload.starts_with("81"))
            .prop_map(|payload| with_check_digit(&payload)),
        "89[0-9]{17}".prop_map(|payload| with_check_digit(&payload)),
    ]
}

/// What stands around an identifier: anything but digits, for they would make another number of it.
fn surroundings() -> impl Strategy<Value = String> {
    prop_oneof![r"\PC{0,12}", r#"["'<>|`,;: /\\_=-]{0,4}"#, "(kiosk|上野|line_|A|=)"]
        .prop_map(|text| text.chars().filter(|character| !character.is_numeric() && *character != '+').collect::<String>())
        // A hyphen or a space would join two numbers to a telephone number.
        .prop_map(|text| format!("{text}_"))
}

proptest! {
    #[test]
    fn nothing_that_names_a_line_is_left(parts in prop::collection::vec((surroundings(), identifier()), 1..8)) {
        let text = parts.iter().fold(String::new(), |text, (around, identifier)| text + around + identifier + "~");
        let redacted = ours().redact(&text);
        prop_assert!(parts.iter().all(|(_, identifier)| !redacted.contains(identifier.as_str())), "{redacted}");
        prop_assert!(!redacted.chars().any(char::is_numeric), "{redacted}");
        prop_assert_eq!(redacted.chars().count(), text.chars().count(), "tables keep their shape");
        prop_assert_eq!(ours().redact(&redacted), redacted.clone(), "a token is no identifier");

        let known = parts.iter().map(|(_, identifier)| identifier.clone());
        prop_assert_eq!(Reveal::new(&ours(), known).text(&redacted), (text, 0), "with the key there is a way back");
        let (unknown, number) = Reveal::default().text(&redacted);
        prop_assert_eq!((unknown, number), (redacted, parts.len()));
    }

    #[test]
    fn a_token_is_of_the_key_and_the_line_alone(one in identifier(), other in identifier(), before in surroundings()) {
        let token = ours().redact(&one);
        prop_assert_eq!(ours().redact(&format!("{before}{one}")), format!("{before}{token}"));
        prop_assert_eq!(ours().redact(&other) == token, one == other);
        prop_assert_ne!(redactor("fedcba9876543210").redact(&one), token);
    }

    #[test]
    fn a_number_that_lost_its_zero_has_its_token(msisdn in prop_oneof!["0[6789]0[0-9]{8}", "020[1-35-9][0-9]{7}"], before in surroundings()) {
        let token = ours().redact(&msisdn);
        let (area, rest) = msisdn.split_at(3);
        let (middle, last) = rest.split_at(4);
        let zeroless = area.trim_start_matches('0');
        for written in [
            format!("{zeroless}{middle}{last}"),
            format!("{zeroless}-{middle}-{last}"),
            format!("({area}){middle}-{last}"),
            format!("({zeroless}){middle}-{last}"),
            format!("{}.{}{middle}{last}E9", &zeroless[..1], &zeroless[1..]),
        ] {
            // `_` would make one word of it and the mantissa.
            prop_assert_eq!(ours().redact(&format!("{before} {written}~")), format!("{before} {token}~"));
        }
        for mistyped in [format!("{msisdn}9"), format!("{msisdn}99"), msisdn[..10].to_owned(), format!("{area}-{middle}-{last}9")] {
            let redacted = ours().redact(&format!("{before}{mistyped}~"));
            prop_assert!(!redacted.chars().any(char::is_numeric), "{}", redacted);
        }
    }

    #[test]
    fn amounts_of_a_table_stay(bytes in any::<u64>(), msisdn in "0[789]0[0-9]{8}", name in r"\PC{0,12}") {
        let mut table = csv::Writer::from_writer(Vec::new());
        table.write_record(["msisdn", "name", "quotaBytes"]).expect("a row");
        table.write_record([&msisdn, &format!("{name} {}", &msisdn[1..]), &bytes.to_string()]).expect("a row");
        table.write_record(["", "", &msisdn]).expect("a row");
        let text = String::from_utf8(table.into_inner().expect("a table")).expect("text");
        let redacted = ours().redact_table(&text);
        prop_assert!(!redacted.contains(&msisdn[1..]) || bytes.to_string().contains(&msisdn[1..]), "{}", redacted);
        let mut rows = csv::Reader::from_reader(redacted.as_bytes());
        let row = rows.records().next().expect("a row").expect("CSV");
        prop_assert_eq!(&row[2], bytes.to_string());
    }

    #[test]
    fn json_stays_json_and_its_numbers_stay(msisdn in "0[789]0[0-9]{8}", name in r"\PC{0,12}", number in any::<i64>()) {
        let document = json!({
            "msisdn": msisdn,
            "name": format!("\"{name}\\\u{1}"),
            "bytes": [number, 8_012_345_678_i64, 490_154_203_237_518_i64],
            "carrier": {"host": "carrier.example.jp", "contractorId": "N0001234567"},
            "shipTo": {"postalCode": "1100005", "prefecture": "東京都", "city": "台東区", "street": "上野1-2-3", "contact": "山田", "phone": "0312345678"},
        });
        for text in [document.to_string(), format!("{document:#}\n"), format!("{document}\n{document}\n")] {
            let redacted = ours().redact(&text);
            prop_assert!(!redacted.contains(&msisdn) && !redacted.contains("山田") && !redacted.contains("0312345678"), "{redacted}");
            prop_assert!(!redacted.contains("N0001234567") && redacted.contains("東京都"), "{redacted}");
            for value in serde_json::Deserializer::from_str(&redacted).into_iter::<Value>() {
                prop_assert_eq!(&value.expect("JSON")["bytes"], &document["bytes"]);
            }
        }
    }
}

#[test]
fn a_device_and_a_card_have_one_token_however_they_are_written() {
    let token = |text: &str| ours().redact(text);
    assert_eq!(token("080-1234-5678"), token("08012345678"));
    assert_eq!(token("+81 80-1234-5678"), token("08012345678"));
    assert_eq!(token("０８０１２３４５６７８"), token("08012345678"));
    // An IMEISV is a digit longer than the IMEI, and an ICCID with its check digit than one without.
    assert!(token("4901542032375101").starts_with(&token("490154203237518")));
    assert!(token("89811000223123456786").starts_with(&token("8981100022312345678")));
}

#[test]
fn a_contractor_is_hidden_where_it_is_known() {
    let mut redactor = ours();
    let head = "Account main: N0001234567 at carrier.example.jp";
    assert_eq!(redactor.redact(head), head);
    redactor.hide_contractor("N0001234567");
    let hidden = redactor.redact(head);
    assert!(hidden.starts_with("Account main: n-") && hidden.ends_with(" at carrier.example.jp"), "{hidden}");
    let token = hidden.split_whitespace().nth(2).expect("a token");
    assert_eq!(redactor.redact(r#"{"contractorId":"N0001234567"}"#), format!(r#"{{"contractorId":"{token}"}}"#));
}

#[test]
fn a_key_is_long_and_is_never_shown() {
    assert_eq!(RedactionKey::parse("short\n").expect_err("too short").found, 5);
    let key = RedactionKey::parse("0123456789abcdef\n").expect("a key");
    assert!(!format!("{key:?}").contains("0123"));
    assert_eq!(Redactor::new(key).redact("08012345678"), ours().redact("08012345678"), "the line end of a file does not count");
}
