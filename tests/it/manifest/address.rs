//! Laws of shipping addresses.

use proptest::prelude::*;
use simfleet::domain::ShipTo;
use simfleet::domain::address::{AddressField, problems};

/// What people type, paste and export.
const TYPED: &str = "[ a-zA-Z0-9#-]|[ぁ-んァ-ヶ一-龠０-９Ａ-Ｚ－〒　]|[｡-ﾟ]|[\u{3099}\u{309a}\u{200b}\u{e000}\u{301c}\t]|.";

fn text() -> impl Strategy<Value = String> {
    let typed = proptest::string::string_regex(&format!("({TYPED}){{0,40}}")).expect("a pattern");
    let sensible = proptest::string::string_regex("[一-龠ァ-ヶ0-9 -]{1,20}").expect("a pattern");
    prop_oneof![typed, sensible]
}

fn digits() -> impl Strategy<Value = String> {
    prop_oneof![proptest::string::string_regex("〒?[0-9０-９()+ -]{0,14}").expect("a pattern"), text()]
}

prop_compose! {
    fn addresses()(
        (postal_code, prefecture, phone) in (digits(), prop_oneof![Just("東京都".to_owned()), text()], digits()),
        (city, street, company, contact) in (text(), text(), text(), text()),
        (building, department) in (prop::option::of(text()), prop::option::of(text())),
    ) -> ShipTo {
        ShipTo { postal_code, prefecture, city, street, building, company, department, contact, phone }
    }
}

proptest! {
    #[test]
    fn what_is_printed_is_printed_the_same_again(address in addresses()) {
        let printed = address.clone().normalised();
        prop_assert_eq!(printed.clone().normalised(), printed.clone());
        if problems(&address).is_empty() {
            prop_assert_eq!(problems(&printed), []);
        }
    }

    #[test]
    fn what_is_proposed_is_taken(field in prop::sample::select(AddressField::ALL.to_vec()), text in prop_oneof![text(), digits()]) {
        let found = field.problems(&text);
        for problem in &found {
            prop_assert_eq!(problem.field, field);
            if let Some(fixed) = &problem.fixed {
                let left = field.problems(fixed);
                // A proposal mends characters; who shortens a name has to know it.
                prop_assert!(left.iter().all(|problem| problem.message.contains("a label has room for")), "{:?} {:?}", fixed, left);
                prop_assert!(left.len() < found.len(), "{:?}: {:?}", fixed, found);
            }
        }
    }
}
