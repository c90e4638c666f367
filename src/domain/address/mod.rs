//! Japanese shipping addresses: what the label of a parcel can carry.
//!
//! Labels are printed in full-width characters (全角): kanji, kana, and Latin letters, digits and signs in
//! their full-width forms. People write `1-2-3` all the same, so ASCII is taken and widened
//! ([`width::widened`], by [`ShipTo::normalised`]); half-width katakana and what no label shows are refused.
//! Postal code and telephone number are half-width digits. The lengths are our decision, in characters:
//! nothing is public (DOMAIN 4, `[D]`).

mod prefecture;
pub mod width;

use crate::domain::ShipTo;

pub use prefecture::PREFECTURES;

/// A part of an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AddressField {
    /// 郵便番号.
    PostalCode,
    /// 都道府県.
    Prefecture,
    /// 市区町村.
    City,
    /// 町名・番地.
    Street,
    /// 建物名.
    Building,
    /// 会社名.
    Company,
    /// 部署名.
    Department,
    /// 担当者名.
    Contact,
    /// 電話番号.
    Phone,
}

/// Something that no label can carry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressProblem {
    /// Where.
    pub field: AddressField,
    /// What is wrong, to be read after the field's name: `has 40 characters, a label has room for 32`.
    pub message: String,
    /// The text as it should be, where one can be proposed.
    pub fixed: Option<String>,
}

/// Everything that is wrong with an address, in the order of its fields. ASCII, the hyphens of a telephone
/// number and blanks at the ends are not: [`ShipTo::normalised`] changes them.
pub fn problems(address: &ShipTo) -> Vec<AddressProblem> {
    AddressField::ALL.into_iter().flat_map(|field| field.of(address).map_or_else(Vec::new, |text| field.problems(text))).collect()
}

impl AddressField {
    /// Every part, in the order in which addresses are written.
    pub const ALL: [Self; 9] = [
        Self::PostalCode,
        Self::Prefecture,
        Self::City,
        Self::Street,
        Self::Building,
        Self::Company,
        Self::Department,
        Self::Contact,
        Self::Phone,
    ];

    /// The name in manifests and on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::PostalCode => "postalCode",
            Self::Prefecture => "prefecture",
            Self::City => "city",
            Self::Street => "street",
            Self::Building => "building",
            Self::Company => "company",
            Self::Department => "department",
            Self::Contact => "contact",
            Self::Phone => "phone",
        }
    }

    /// The most characters on a label; digits, for postal code and telephone number.
    pub fn longest(self) -> usize {
        match self {
            Self::Prefecture => 4,
            Self::PostalCode => 7,
            Self::Phone => 11,
            Self::City | Self::Street | Self::Building | Self::Company | Self::Department => 32,
            Self::Contact => 24,
        }
    }

    /// Whether an address may lack it.
    pub fn is_optional(self) -> bool {
        matches!(self, Self::Building | Self::Department)
    }

    /// This part of an address; `None` where an optional one is absent.
    pub fn of(self, address: &ShipTo) -> Option<&str> {
        let ShipTo { postal_code, prefecture, city, street, building, company, department, contact, phone } = address;
        match self {
            Self::PostalCode => Some(postal_code),
            Self::Prefecture => Some(prefecture),
            Self::City => Some(city),
            Self::Street => Some(street),
            Self::Building => building.as_deref(),
            Self::Company => Some(company),
            Self::Department => department.as_deref(),
            Self::Contact => Some(contact),
            Self::Phone => Some(phone),
        }
    }

    /// Everything that is wrong with a text for this part.
    pub fn problems(self, text: &str) -> Vec<AddressProblem> {
        let problem = |(message, fixed): (String, Option<String>)| AddressProblem { field: self, message, fixed };
        let text = text.trim();
        if text.is_empty() {
            let wrong = !self.is_optional();
            return wrong.then(|| problem(("is empty".to_owned(), None))).into_iter().collect();
        }
        match self {
            Self::PostalCode => postal_code(text).map(problem).into_iter().collect(),
            Self::Prefecture => prefecture::refused(text).map(problem).into_iter().collect(),
            Self::Phone => phone(text).map(problem).into_iter().collect(),
            Self::City | Self::Street | Self::Building | Self::Company | Self::Department | Self::Contact => {
                let too_long = width::converted(text).chars().count();
                let too_long = Some(too_long).filter(|characters| *characters > self.longest());
                let too_long = too_long
                    .map(|characters| (format!("has {characters} characters, a label has room for {}", self.longest()), None));
                width::refused(text).into_iter().chain(too_long).map(problem).collect()
            }
        }
    }
}

/// Seven digits, with or without the hyphen behind the third.
fn postal_code(text: &str) -> Option<(String, Option<String>)> {
    let plain = match text.split_once('-') {
        Some((area, rest)) => area.len() == 3 && rest.len() == 4 && is_digits(area) && is_digits(rest),
        None => text.len() == 7 && is_digits(text),
    };
    (!plain).then(|| {
        let digits = width::digits(text.trim_start_matches('〒')).filter(|digits| digits.len() == 7);
        let fixed = digits.as_deref().and_then(|digits| digits.split_at_checked(3));
        let fixed = fixed.map(|(area, rest)| format!("{area}-{rest}"));
        (format!("must have seven half-width digits, such as 100-0001; this is {}", shown(text)), fixed)
    })
}

/// The most characters of a telephone number, with its hyphens and blanks.
const LONGEST_PHONE: usize = 32;

/// Ten or eleven digits of which the first is 0, with or without hyphens.
fn phone(text: &str) -> Option<(String, Option<String>)> {
    let fits = |digits: &str| matches!(digits.len(), 10 | 11) && digits.starts_with('0') && is_digits(digits);
    let plain: String = text.chars().filter(|c| !matches!(c, '-' | ' ')).collect();
    (!fits(&plain) || text.chars().count() > LONGEST_PHONE).then(|| {
        let digits = width::digits(text).unwrap_or_default();
        let abroad = text.starts_with(['+', '＋']).then(|| digits.strip_prefix("81")).flatten();
        let fixed = abroad.map(|rest| format!("0{}", rest.trim_start_matches('0'))).unwrap_or(digits);
        let message = format!("must have ten or eleven half-width digits, the first of them 0; this is {}", shown(text));
        (message, Some(fixed).filter(|digits| fits(digits)))
    })
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn shown(text: &str) -> String {
    format!("{:?}", text.chars().take(40).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(field: AddressField, text: &str) -> Vec<(String, Option<String>)> {
        field.problems(text).into_iter().map(|problem| (problem.message, problem.fixed)).collect()
    }

    fn fixed(field: AddressField, text: &str) -> Option<String> {
        let problems = found(field, text);
        assert_eq!(problems.len(), 1, "{text:?}: {problems:?}");
        problems.into_iter().next().and_then(|(_, fixed)| fixed)
    }

    #[test]
    fn as_people_write_addresses() {
        let address = ShipTo {
            postal_code: "1000001".into(),
            prefecture: "東京都".into(),
            city: "千代田区".into(),
            street: "千代田1-1-1".into(),
            building: Some("サンプルビル 3F".into()),
            company: "Example株式会社".into(),
            department: None,
            contact: "山田 太郎".into(),
            phone: "03-1234-5678".into(),
        };
        assert_eq!(problems(&address), []);
        let address = address.normalised();
        assert_eq!(problems(&address), [], "still");
        assert_eq!(address.postal_code, "100-0001");
        assert_eq!(address.street, "千代田１－１－１");
        assert_eq!(address.building.as_deref(), Some("サンプルビル　３Ｆ"));
        assert_eq!(address.company, "Ｅｘａｍｐｌｅ株式会社");
        assert_eq!(address.phone, "0312345678");
    }

    #[test]
    fn digits_are_half_width() {
        assert_eq!(fixed(AddressField::PostalCode, "１００－０００１").as_deref(), Some("100-0001"));
        assert_eq!(fixed(AddressField::PostalCode, "〒100-0001").as_deref(), Some("100-0001"));
        assert_eq!(fixed(AddressField::PostalCode, "10-00001").as_deref(), Some("100-0001"));
        assert_eq!(fixed(AddressField::PostalCode, "100-001"), None);
        assert_eq!(fixed(AddressField::PostalCode, "100-ooo1"), None);
        assert_eq!(fixed(AddressField::Phone, "０３（１２３４）５６７８").as_deref(), Some("0312345678"));
        assert_eq!(fixed(AddressField::Phone, "+81-3-1234-5678").as_deref(), Some("0312345678"));
        assert_eq!(fixed(AddressField::Phone, "312345678"), None);
        assert_eq!(fixed(AddressField::Phone, "031234567890"), None);
        assert_eq!(found(AddressField::Phone, "09012345678"), []);
        assert_eq!(found(AddressField::Phone, "090-1234-5678"), []);
    }

    #[test]
    fn prefectures_are_the_47() {
        assert_eq!(PREFECTURES.len(), 47);
        for prefecture in PREFECTURES {
            assert_eq!(found(AddressField::Prefecture, prefecture), []);
        }
        assert_eq!(fixed(AddressField::Prefecture, "東京").as_deref(), Some("東京都"));
        assert_eq!(fixed(AddressField::Prefecture, "京都").as_deref(), Some("京都府"));
        assert_eq!(fixed(AddressField::Prefecture, "北海").as_deref(), Some("北海道"));
        assert_eq!(fixed(AddressField::Prefecture, "東京都千代田区"), Some("東京都".into()));
        assert_eq!(fixed(AddressField::Prefecture, "Tokyo"), None);
        assert_eq!(fixed(AddressField::City, "\u{fe00}\t\0"), None, "nothing would be left of it");
    }

    #[test]
    fn labels_have_an_end() {
        let fits = "番".repeat(32);
        assert_eq!(found(AddressField::Street, &fits), []);
        assert_eq!(
            found(AddressField::Street, &format!("{fits}1")),
            [("has 33 characters, a label has room for 32".into(), None)]
        );
        // Voiced half-width katakana are two characters each, and one on the label.
        assert_eq!(found(AddressField::Contact, &"ｶﾞ".repeat(24)).len(), 1, "the width only");
        assert_eq!(found(AddressField::Contact, &"ｶﾞ".repeat(25)).len(), 2, "width and length");
        assert_eq!(found(AddressField::Building, " "), [], "optional");
        assert_eq!(found(AddressField::City, "　"), [("is empty".into(), None)]);
    }
}
