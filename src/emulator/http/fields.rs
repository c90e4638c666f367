//! Reading parameters: every wrong one is reported, not only the first.

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Map, Value};

use crate::carrier::wire::ParameterError;
use crate::domain::Msisdn;
use crate::domain::calendar::jst_midnight;
use crate::emulator::error::{Failure, Outcome, Refusal};
use crate::emulator::http::call::Call;

/// The most rows a page has.
pub(crate) const PAGE_LIMIT: u64 = 10_000;

/// Rows of a page when nothing is said.
const PAGE_DEFAULT: u64 = 100;

/// The highest page number.
pub(crate) const LAST_PAGE: u64 = 1_000_000_000;

/// The longest text taken for any name or label, in characters.
pub(crate) const TEXT_LIMIT: usize = 200;

/// What is wrong with a request.
#[derive(Debug, Default)]
pub(crate) struct Complaints(Vec<ParameterError>);

impl Complaints {
    /// One more.
    pub(crate) fn add(&mut self, name: impl Into<String>, reason: impl Into<String>) {
        self.0.push(ParameterError { name: name.into(), reason: reason.into() });
    }

    /// Nothing is wrong, or all of it is told.
    pub(crate) fn settle(self) -> Outcome<()> {
        if self.0.is_empty() { Ok(()) } else { Err(Failure::Refused(Refusal::parameters(self.0))) }
    }

    /// What was collected.
    pub(crate) fn into_list(self) -> Vec<ParameterError> {
        self.0
    }
}

/// Reads a query. Unknown names are ignored; of a repeated one the first counts.
pub(crate) struct Query<'a> {
    call: &'a Call,
    /// What is wrong so far.
    pub(crate) complaints: Complaints,
}

impl<'a> Query<'a> {
    /// Of a request.
    pub(crate) fn of(call: &'a Call) -> Self {
        Self { call, complaints: Complaints::default() }
    }

    /// A value as it stands.
    pub(crate) fn text(&self, name: &str) -> Option<&'a str> {
        self.call.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// A name to filter by: not empty, not endless.
    pub(crate) fn name(&mut self, name: &str) -> Option<String> {
        let text = self.text(name)?;
        if text.is_empty() || text.chars().count() > TEXT_LIMIT {
            self.complaints.add(name, format!("has 1 to {TEXT_LIMIT} characters"));
        }
        Some(text.to_owned())
    }

    /// A number within bounds.
    fn number(&mut self, name: &str, default: u64, highest: u64) -> u64 {
        let Some(text) = self.text(name) else { return default };
        let plain = text.bytes().all(|byte| byte.is_ascii_digit());
        match text.parse() {
            Ok(number) if plain && (1..=highest).contains(&number) => number,
            Ok(_) | Err(_) => {
                self.complaints.add(name, format!("is a number from 1 to {highest}"));
                default
            }
        }
    }

    /// `page` and `pageSize`.
    pub(crate) fn page(&mut self) -> (u64, u64) {
        (self.number("page", 1, LAST_PAGE), self.number("pageSize", PAGE_DEFAULT, PAGE_LIMIT))
    }

    /// A phone number.
    pub(crate) fn msisdn(&mut self, name: &str) -> Option<Msisdn> {
        match Msisdn::parse(self.text(name)?) {
            Ok(msisdn) => Some(msisdn),
            Err(error) => {
                self.complaints.add(name, error.to_string());
                None
            }
        }
    }

    /// A moment in RFC 3339.
    pub(crate) fn time(&mut self, name: &str) -> Option<Timestamp> {
        let text = self.text(name)?;
        // A plus sign that was not escaped arrives as a space.
        let at = text.replace(' ', "+").parse().ok();
        if at.is_none() {
            self.complaints.add(name, "is a time such as 2026-11-30T09:00:00+09:00");
        }
        at
    }

    /// A date.
    pub(crate) fn date(&mut self, name: &str) -> Option<Date> {
        let date = parse_date(self.text(name)?);
        if date.is_none() {
            self.complaints.add(name, "is a date such as 2026-11-30");
        }
        date
    }

    /// The beginning of a range: a date or a moment.
    pub(crate) fn from(&mut self, name: &str) -> Option<Timestamp> {
        match parse_date(self.text(name)?) {
            Some(date) => Some(jst_midnight(date)),
            None => self.date_or_time(name),
        }
    }

    /// The moment before which a range ends: a date is part of it.
    pub(crate) fn until(&mut self, name: &str) -> Option<Timestamp> {
        match parse_date(self.text(name)?) {
            Some(date) => Some(jst_midnight(date.tomorrow().unwrap_or(Date::MAX))),
            None => self.date_or_time(name),
        }
    }

    fn date_or_time(&mut self, name: &str) -> Option<Timestamp> {
        let at = self.text(name)?.replace(' ', "+").parse().ok();
        if at.is_none() {
            self.complaints.add(name, "is a date such as 2026-11-30 or a time with an offset");
        }
        at
    }

    /// `true` or `false`.
    pub(crate) fn flag(&mut self, name: &str) -> bool {
        match self.text(name) {
            None | Some("false") => false,
            Some("true") => true,
            Some(_) => {
                self.complaints.add(name, "is true or false");
                false
            }
        }
    }
}

/// A whole number; `3.0` is one too, as JSON Schema sees it.
fn whole(value: &Value) -> Option<u32> {
    let number = value.as_f64().filter(|number| number.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(number))?;
    format!("{number:.0}").parse().ok()
}

/// Exactly `YYYY-MM-DD`.
pub(crate) fn parse_date(text: &str) -> Option<Date> {
    let well_formed = text.len() == 10
        && text
            .bytes()
            .enumerate()
            .all(|(place, byte)| if matches!(place, 4 | 7) { byte == b'-' } else { byte.is_ascii_digit() });
    if well_formed { text.parse().ok() } else { None }
}

/// Reads a JSON object. Unknown names are ignored.
pub(crate) struct Body {
    fields: Map<String, Value>,
    prefix: String,
}

impl Body {
    /// The body of a request, which must be an object.
    pub(crate) fn of(call: &Call) -> Outcome<Self> {
        Self::parse(&call.body)
    }

    /// As [`Body::of`]; no body at all is an empty object.
    pub(crate) fn of_or_empty(call: &Call) -> Outcome<Self> {
        if call.body.is_empty() { Ok(Self { fields: Map::new(), prefix: String::new() }) } else { Self::of(call) }
    }

    fn parse(bytes: &[u8]) -> Outcome<Self> {
        match serde_json::from_slice(bytes) {
            Ok(Value::Object(fields)) => Ok(Self { fields, prefix: String::new() }),
            Ok(_) => Err(Failure::parameter("body", "is a JSON object")),
            Err(error) => Err(Failure::parameter("body", format!("is not JSON: {error}"))),
        }
    }

    /// The full name of a field.
    pub(crate) fn path(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    /// A text that must be there.
    pub(crate) fn text(&self, name: &str, complaints: &mut Complaints) -> String {
        match self.fields.get(name) {
            Some(Value::String(text)) if !text.is_empty() && text.chars().count() <= TEXT_LIMIT => text.clone(),
            Some(Value::String(_)) => {
                complaints.add(self.path(name), format!("has 1 to {TEXT_LIMIT} characters"));
                String::new()
            }
            Some(_) => {
                complaints.add(self.path(name), "is a string");
                String::new()
            }
            None => {
                complaints.add(self.path(name), "is missing");
                String::new()
            }
        }
    }

    /// A text that may be missing.
    pub(crate) fn optional_text(&self, name: &str, complaints: &mut Complaints) -> Option<String> {
        match self.fields.get(name) {
            None | Some(Value::Null) => None,
            Some(_) => Some(self.text(name, complaints)),
        }
    }

    /// A text out of a few.
    pub(crate) fn choice(&self, name: &str, choices: &[&str], complaints: &mut Complaints) -> String {
        match self.fields.get(name) {
            Some(Value::String(text)) if choices.contains(&text.as_str()) => text.clone(),
            Some(_) => {
                complaints.add(self.path(name), format!("is one of {}", choices.join(", ")));
                String::new()
            }
            None => {
                complaints.add(self.path(name), "is missing");
                String::new()
            }
        }
    }

    /// A text out of a few that may be missing.
    pub(crate) fn optional_choice(&self, name: &str, choices: &[&str], complaints: &mut Complaints) -> Option<String> {
        match self.fields.get(name) {
            None | Some(Value::Null) => None,
            Some(_) => Some(self.choice(name, choices, complaints)),
        }
    }

    /// A date.
    pub(crate) fn date(&self, name: &str, complaints: &mut Complaints) -> Option<Date> {
        let date = match self.fields.get(name) {
            Some(Value::String(text)) => parse_date(text),
            Some(_) => None,
            None => {
                complaints.add(self.path(name), "is missing");
                return None;
            }
        };
        if date.is_none() {
            complaints.add(self.path(name), "is a date such as 2026-11-30");
        }
        date
    }

    /// A date that may be missing.
    pub(crate) fn optional_date(&self, name: &str, complaints: &mut Complaints) -> Option<Date> {
        match self.fields.get(name) {
            None | Some(Value::Null) => None,
            Some(_) => self.date(name, complaints),
        }
    }

    /// A whole number within bounds.
    pub(crate) fn number(&self, name: &str, highest: u32, complaints: &mut Complaints) -> u32 {
        match self.fields.get(name) {
            None => complaints.add(self.path(name), "is missing"),
            Some(value) => match whole(value) {
                Some(number) if (1..=highest).contains(&number) => return number,
                Some(_) | None => complaints.add(self.path(name), format!("is a whole number from 1 to {highest}")),
            },
        }
        1
    }

    /// An object inside.
    pub(crate) fn object(&self, name: &str, complaints: &mut Complaints) -> Option<Self> {
        match self.fields.get(name) {
            Some(Value::Object(fields)) => Some(Self { fields: fields.clone(), prefix: format!("{}.", self.path(name)) }),
            Some(_) => {
                complaints.add(self.path(name), "is an object");
                None
            }
            None => {
                complaints.add(self.path(name), "is missing");
                None
            }
        }
    }

    /// A list.
    pub(crate) fn list(&self, name: &str, complaints: &mut Complaints) -> &[Value] {
        match self.fields.get(name) {
            Some(Value::Array(values)) => values,
            Some(_) => {
                complaints.add(self.path(name), "is a list");
                &[]
            }
            None => {
                complaints.add(self.path(name), "is missing");
                &[]
            }
        }
    }

    /// A list of objects; `optional` ones may be missing.
    pub(crate) fn objects(&self, name: &str, optional: bool, complaints: &mut Complaints) -> Vec<Self> {
        if optional && matches!(self.fields.get(name), None | Some(Value::Null)) {
            return Vec::new();
        }
        let mut objects = Vec::new();
        for (index, value) in self.list(name, complaints).iter().enumerate() {
            let path = format!("{}[{index}]", self.path(name));
            match value {
                Value::Object(fields) => objects.push(Self { fields: fields.clone(), prefix: format!("{path}.") }),
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
                    complaints.add(path, "is an object");
                }
            }
        }
        objects
    }
}
