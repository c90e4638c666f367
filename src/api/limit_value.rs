//! A guard's value: a number or a percentage.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::domain::Limit;

/// `500`, or `"10%"` of the fleet's declared lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LimitValue(pub Limit);

/// More operations of a kind than any account has lines.
const MOST: u32 = 999_999_999;

/// A text that is no limit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a limit is a number of operations, or a percentage from 0% to 100%, this is {0:?}")]
pub struct ParseLimitError(String);

impl std::str::FromStr for LimitValue {
    type Err = ParseLimitError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = || ParseLimitError(text.chars().take(40).collect());
        let (digits, percent) = text.strip_suffix('%').map_or((text, false), |digits| (digits, true));
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(error());
        }
        let number: u32 = digits.parse().map_err(|_| error())?;
        // Without quotes, 010 is eight to kubectl.
        if digits.len() > 1 && digits.starts_with('0') {
            return Err(error());
        }
        match (percent, number) {
            (true, 0..=100) => Ok(Self(Limit::Percent(number))),
            (false, 0..=MOST) => Ok(Self(Limit::Count(number))),
            (true | false, _) => Err(error()),
        }
    }
}

impl Serialize for LimitValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Limit::Count(count) => serializer.serialize_u32(count),
            Limit::Percent(percent) => serializer.collect_str(&format_args!("{percent}%")),
        }
    }
}

impl<'de> Deserialize<'de> for LimitValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NumberOrPercent;
        impl de::Visitor<'_> for NumberOrPercent {
            type Value = LimitValue;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a number or a percentage such as 10%")
            }

            fn visit_u64<E: de::Error>(self, number: u64) -> Result<LimitValue, E> {
                number.to_string().parse().map_err(E::custom)
            }

            fn visit_i64<E: de::Error>(self, number: i64) -> Result<LimitValue, E> {
                number.to_string().parse().map_err(E::custom)
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<LimitValue, E> {
                text.parse().map_err(E::custom)
            }
        }
        deserializer.deserialize_any(NumberOrPercent)
    }
}

impl JsonSchema for LimitValue {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "LimitValue".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A number of operations, or a percentage of the fleet's declared lines.",
            "anyOf": [
                {"type": "integer", "minimum": 0, "maximum": MOST},
                {"type": "string", "maxLength": 9, "pattern": r"^(0|[1-9][0-9]{0,8}|(100|[1-9]?[0-9])%)$"},
            ],
            "x-kubernetes-int-or-string": true,
        })
    }
}
