//! Shipping addresses in what is said of manifests: they name a person and a door, and have no form by which they could be found
//! in a finished text. So they are left out before it is made.

use std::ops::RangeInclusive;
use std::sync::LazyLock;

use regex::Regex;

use crate::diag::{Diagnostic, codes};
use crate::domain::address::AddressField;

/// What stands in the place of a value.
pub(super) const HIDDEN: &str = "[redacted]";

/// What tells that a YAML document may hold an address, also one with a mistake in it.
static SIGN: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r#"(?i)ship[-_ ]?to|sim[-_ ]?order|postal[-_ ]?code|\bstreet["']?\s*:"#).expect("a constant"));

/// Whether a field of this name tells of a person or a door. Prefecture and city of an address that is right stay: plans show
/// them, for an order that goes to the wrong place.
pub(super) fn is_personal(name: &str) -> bool {
    AddressField::ALL.into_iter().any(|field| field.name() == name && names_somebody(field))
}

fn names_somebody(field: AddressField) -> bool {
    match field {
        AddressField::Prefecture | AddressField::City => false,
        AddressField::PostalCode
        | AddressField::Street
        | AddressField::Building
        | AddressField::Company
        | AddressField::Department
        | AddressField::Contact
        | AddressField::Phone => true,
    }
}

/// Whether a text may hold a shipping address.
pub fn may_hold_address(text: &str) -> bool {
    SIGN.is_match(text)
}

/// The lines of a manifest, from 1, that may show a shipping address: all lines of each document that may hold one. An
/// address may stand in one line with the rest of its order, and a value may go on in the next line.
pub fn address_lines(text: &str) -> Vec<RangeInclusive<u32>> {
    let mut hidden = Vec::new();
    let (mut first, mut last, mut holds) = (1, 0, false);
    for (number, line) in (1..).zip(text.split('\n')) {
        if line.starts_with("---") {
            hidden.extend(holds.then_some(first..=last));
            (first, holds) = (number, false);
        }
        holds |= may_hold_address(line);
        last = number;
    }
    hidden.extend(holds.then_some(first..=last));
    hidden
}

/// A finding as strangers may read it: what is wrong with an address, without quoting it. That holds for prefecture and city,
/// too: where one of them is wrong, it may be the whole address.
pub fn without_address(mut finding: Diagnostic) -> Diagnostic {
    let Some((above, _)) = finding.route.split_once("shipTo") else { return finding };
    let explained = Some(format!("simfleet explain {} has the rules", finding.code));
    match finding.code {
        codes::MISSING_FIELD => {}
        codes::UNKNOWN_FIELD => {
            // A value may stand in the place of a key; what is proposed are our own names.
            finding.route = format!("{above}shipTo");
            "there is no such field here".clone_into(&mut finding.message);
        }
        codes::UNQUOTED_IDENTIFIER => {
            "this stands without quotes, so it is a number".clone_into(&mut finding.message);
            finding.help = explained;
        }
        codes::INVALID_ADDRESS | codes::INVALID_VALUE | codes::WRONG_TYPE => {
            // They quote the value. The one character that no label can print tells nobody's name.
            if let (Some(start), Some(end)) = (finding.message.find('"'), finding.message.rfind('"')) {
                finding.message.replace_range(start..=end, HIDDEN);
            }
            finding.help = explained;
        }
        // What nobody has looked at is not said.
        _ => {
            "the value is not what is expected here".clone_into(&mut finding.message);
            finding.help = explained;
        }
    }
    finding
}

#[cfg(test)]
mod tests {
    use super::address_lines;

    #[test]
    fn documents_with_an_address_are_hidden_whole() {
        let text =
            "kind: SimFleet\n---\nkind: SimOrder\nspec:\n  contact: 山田\n--- # next\nkind: SimFleet\n---\nspec:\n  shipto: {}\n";
        assert_eq!(address_lines(text), [2..=5, 8..=11]);
        assert_eq!(address_lines("{\"kind\": \"SimOrder\"}"), [1..=1]);
        assert_eq!(address_lines("a: 1\n---\nlabels: {street: main}\n"), [2..=4], "rather too much than too little");
        assert_eq!(address_lines("kind: SimFleet\n"), []);
    }
}
