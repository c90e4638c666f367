//! A document against the shape of its kind: unknown and missing fields, types, names, bounds, quotes.
//!
//! What is wrong is left out of the tree, so that the other rules still see the rest.

use std::fmt::Write as _;
use std::sync::Arc;

use super::{card_line, flaws, fleet_settings, text_format};
use crate::api::{LimitValue, MAX_INLINE_LINES};
use crate::diag::{Code, Diagnostic, codes, did_you_mean};
use crate::manifest::locate::{NodeId, Plain, Spot, Style, Tree, Value, plain};
use crate::manifest::shape::{Field, Form, Format, Shape};
use crate::manifest::sink::Sink;

/// A step on the way to a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    Field(String),
    Index(usize),
}

/// The path of a field: `spec.sims[3].imei`.
pub(crate) fn route(steps: &[Step]) -> String {
    let mut text = String::new();
    for step in steps {
        let _ = match step {
            Step::Field(name) if text.is_empty() => write!(text, "{name}"),
            Step::Field(name) => write!(text, ".{name}"),
            Step::Index(index) => write!(text, "[{index}]"),
        };
    }
    text
}

/// Checks a whole document. `false`: nothing of it can be used.
pub(crate) fn check(tree: &mut Tree<'_>, shape: &Shape, file: &Arc<str>, sink: &mut Sink) -> bool {
    let mut walk = Walk { tree, file, sink, steps: Vec::new(), left_out: Vec::new() };
    let usable = walk.value(walk.tree.root(), shape);
    let left_out = walk.left_out;
    for id in left_out {
        tree.leave_out(id);
    }
    usable
}

struct Walk<'a, 't> {
    tree: &'a Tree<'t>,
    file: &'a Arc<str>,
    sink: &'a mut Sink,
    steps: Vec<Step>,
    left_out: Vec<NodeId>,
}

impl<'a> Walk<'a, '_> {
    fn problem(&self, code: Code, spot: Spot, message: impl Into<String>) -> Diagnostic {
        Diagnostic::error(code, flaws::location(self.file, spot), message).at(route(&self.steps))
    }

    /// Whether the value can be used as one of that shape.
    fn value(&mut self, id: NodeId, shape: &Shape) -> bool {
        match (&shape.form, self.tree.value(id)) {
            (Form::Anything, _) => true,
            (Form::Object(fields), Value::Mapping(pairs)) => self.object(id, pairs, fields),
            (Form::TextMap { values, most, keys }, Value::Mapping(pairs)) => {
                self.map_size(pairs, *most);
                for (key, value) in pairs {
                    self.steps.push(Step::Field(self.tree.text(*key).unwrap_or_default().to_owned()));
                    self.key(*key, *keys);
                    if !self.value(*value, values) {
                        self.left_out.push(*value);
                    }
                    self.steps.pop();
                }
                true
            }
            (Form::List { items, least, most }, Value::Sequence(values)) => {
                self.length(id, values, *least, *most);
                for (index, value) in values.iter().enumerate() {
                    self.steps.push(Step::Index(index));
                    if !self.value(*value, items) {
                        self.left_out.push(*value);
                    }
                    self.steps.pop();
                }
                true
            }
            (Form::Text { format, longest, shortest }, Value::Scalar { text, style }) => {
                self.text(self.tree.spot(id), text, *style, *format, (*shortest, *longest))
            }
            (Form::Choice(names), Value::Scalar { text, .. }) => self.choice(self.tree.spot(id), text, names),
            (Form::Whole { least, most }, Value::Scalar { text, style }) => self.whole(id, text, *style, *least, *most),
            (Form::Truth, Value::Scalar { text, style }) => self.truth(id, text, *style),
            (Form::Limit, Value::Scalar { text, .. }) => match text.parse::<LimitValue>() {
                Ok(_) => true,
                Err(error) => {
                    let problem = self.problem(codes::INVALID_VALUE, self.tree.spot(id), error.to_string());
                    self.sink.push(problem.help("for instance 500, or 10%"));
                    false
                }
            },
            (
                Form::Object(_)
                | Form::TextMap { .. }
                | Form::List { .. }
                | Form::Text { .. }
                | Form::Choice(_)
                | Form::Whole { .. }
                | Form::Truth
                | Form::Limit,
                found,
            ) => {
                let message = format!("{} is expected here, this is {}", expected(&shape.form), found_name(found));
                self.sink.push(self.problem(codes::WRONG_TYPE, self.tree.spot(id), message));
                false
            }
        }
    }

    fn object(&mut self, id: NodeId, pairs: &'a [(NodeId, NodeId)], fields: &[Field]) -> bool {
        let mut usable = true;
        for (key, value) in pairs {
            let name = self.tree.text(*key).unwrap_or_default();
            let Some(field) = fields.iter().find(|field| field.name == name) else {
                self.unknown_field(*key, name, fields);
                continue;
            };
            if self.tree.is_null(*value) {
                if !field.required && !field.shape.null_is_meant {
                    self.left_out.push(*value);
                }
                continue;
            }
            self.steps.push(Step::Field(field.name.clone()));
            if !self.value(*value, &field.shape) {
                self.left_out.push(*value);
                usable &= !field.required;
            }
            self.steps.pop();
        }
        for field in fields.iter().filter(|field| field.required) {
            let value = self.tree.field(id, &field.name).map(|(_, value)| value);
            if value.is_none_or(|value| self.tree.is_null(value)) {
                let what = if value.is_some() { "is null" } else { "is missing" };
                let spot = value.map_or(self.tree.spot(id), |value| self.tree.spot(value));
                let message = format!("{} {what}", field.name);
                self.steps.push(Step::Field(field.name.clone()));
                self.sink.push(self.problem(codes::MISSING_FIELD, spot, message));
                self.steps.pop();
                usable = false;
            }
        }
        usable
    }

    fn unknown_field(&mut self, key: NodeId, name: &str, fields: &[Field]) {
        let spot = self.tree.spot(key);
        let on_card = card_line::is_imei_on_card(&self.steps, name);
        let without_effect = fleet_settings::without_effect(&self.steps, name);
        self.steps.push(Step::Field(name.to_owned()));
        let problem = |code, message: String| self.problem(code, spot, message);
        if on_card {
            let problem = problem(codes::IMEI_ON_CARD, card_line::IMEI_MESSAGE.to_owned()).help(card_line::IMEI_HELP);
            self.steps.pop();
            return self.sink.push(problem);
        }
        if let Some((code, message, help)) = without_effect {
            let problem = problem(code, message).help(help);
            self.steps.pop();
            return self.sink.push(problem);
        }
        let message = format!("there is no field {name} here");
        let help = did_you_mean(name, fields.iter().map(|field| field.name.as_str())).map_or_else(
            || format!("the fields are {}", fields.iter().map(|field| field.name.as_str()).collect::<Vec<_>>().join(", ")),
            |meant| format!("did you mean {meant}?"),
        );
        let problem = problem(codes::UNKNOWN_FIELD, message).help(help);
        self.steps.pop();
        self.sink.push(problem);
    }

    fn length(&mut self, id: NodeId, values: &[NodeId], least: u64, most: Option<u64>) {
        if (values.len() as u64) < least {
            let message =
                if values.is_empty() { "the list is empty".to_owned() } else { format!("the list needs {least} entries") };
            self.sink.push(self.problem(codes::INVALID_VALUE, self.tree.spot(id), message));
        }
        let most = most.and_then(|most| usize::try_from(most).ok()).unwrap_or(usize::MAX);
        if let Some(beyond) = values.get(most) {
            let lines = matches!(self.steps.last(), Some(Step::Field(name)) if matches!(name.as_str(), "sims" | "chipSims"));
            let code = if lines { codes::TOO_MANY_LINES } else { codes::INVALID_VALUE };
            let message = format!("the list has {} entries, it may have {most}", values.len());
            let mut problem = self.problem(code, self.tree.spot(*beyond), message);
            if most == MAX_INLINE_LINES {
                problem = problem.help("move the lines into a roster: rosters: [{csv: lines.csv}]");
            }
            self.sink.push(problem);
        }
    }

    fn map_size(&mut self, pairs: &[(NodeId, NodeId)], most: Option<u64>) {
        let most = most.and_then(|most| usize::try_from(most).ok()).unwrap_or(usize::MAX);
        if let Some((beyond, _)) = pairs.get(most) {
            let message = format!("the mapping has {} entries, it may have {most}", pairs.len());
            self.sink.push(self.problem(codes::INVALID_VALUE, self.tree.spot(*beyond), message));
        }
    }

    fn key(&mut self, key: NodeId, characters: Option<(u64, u64)>) {
        let Some((least, most)) = characters else { return };
        let found = self.tree.text(key).unwrap_or_default().chars().count() as u64;
        if !(least..=most).contains(&found) {
            let message = format!("the key has {found} characters, it may have {least} to {most}");
            self.sink.push(self.problem(codes::INVALID_VALUE, self.tree.spot(key), message));
        }
    }

    fn text(&mut self, spot: Spot, text: &str, style: Style, format: Option<Format>, length: (u64, Option<u64>)) -> bool {
        let read_as = if style == Style::Plain { plain(text) } else { Plain::Text };
        let identifier = matches!(format, Some(Format::Identifier | Format::Name));
        if identifier && matches!(read_as, Plain::Whole(_) | Plain::Number) {
            let digits = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'+');
            let problem =
                self.problem(codes::UNQUOTED_IDENTIFIER, spot, format!("{text} stands without quotes, so it is a number"));
            self.sink.push(if digits {
                problem.help(format!("quote it: \"{text}\""))
            } else {
                problem.help("a spreadsheet has taken digits from it: take it from the source again, and quote it")
            });
            return digits;
        }
        if read_as != Plain::Text {
            let message = format!("text is expected here, without quotes {text:?} is {}", plain_name(read_as));
            // Quotes alone would lead to the next error where the text does not follow its format.
            let help = format
                .and_then(|format| text_format::check(format, text))
                .map_or_else(|| format!("quote it: \"{text}\""), |(_, _, help)| help);
            self.sink.push(self.problem(codes::WRONG_TYPE, spot, message).help(help));
            return false;
        }
        let (shortest, longest) = length;
        let characters = text.chars().count() as u64;
        let too_long = longest.is_some_and(|longest| characters > longest);
        // A name that is empty is said to be empty.
        let bounded_by_rule = format.is_some_and(Format::bounds) && (too_long || format == Some(Format::Printed));
        if (characters < shortest || too_long) && !bounded_by_rule {
            let message = match longest {
                Some(longest) if characters > 0 => format!("the text has {characters} characters, it may have {longest}"),
                Some(_) | None => "the text is empty".to_owned(),
            };
            self.sink.push(self.problem(codes::INVALID_VALUE, spot, message));
            return false;
        }
        match format.and_then(|format| text_format::check(format, text)) {
            None => true,
            Some((code, message, help)) => {
                self.sink.push(self.problem(code, spot, message).help(help));
                false
            }
        }
    }

    fn choice(&mut self, spot: Spot, text: &str, names: &[String]) -> bool {
        if names.iter().any(|name| name == text) {
            return true;
        }
        if card_line::is_chip_state_on_card(&self.steps, text) {
            let problem =
                self.problem(codes::CHIP_STATE_ON_CARD, spot, card_line::state_message(text)).help(card_line::STATE_HELP);
            self.sink.push(problem);
            return false;
        }
        if let Some((code, message, help)) = fleet_settings::default_state(&self.steps, text) {
            self.sink.push(self.problem(code, spot, message).help(help));
            return false;
        }
        let message = format!("{text:?} is none of {}", names.join(", "));
        let mut problem = self.problem(codes::INVALID_VALUE, spot, message);
        if let Some(meant) = did_you_mean(text, names.iter().map(String::as_str)) {
            problem = problem.help(format!("did you mean {meant}?"));
        }
        self.sink.push(problem);
        false
    }

    fn whole(&mut self, id: NodeId, text: &str, style: Style, least: u64, most: u64) -> bool {
        let spot = self.tree.spot(id);
        let problem = match (style, plain(text)) {
            (Style::Plain, Plain::Whole(number)) if (least..=most).contains(&number) => return true,
            (Style::Plain, Plain::Whole(_) | Plain::Number) => {
                self.problem(codes::INVALID_VALUE, spot, format!("{text} is not a whole number from {least} to {most}"))
            }
            (_, _) => {
                self.problem(codes::WRONG_TYPE, spot, format!("a whole number is expected here, this is {:?}", shown(text)))
            }
        };
        self.sink.push(problem);
        false
    }

    fn truth(&mut self, id: NodeId, text: &str, style: Style) -> bool {
        if style == Style::Plain && matches!(plain(text), Plain::Truth(_)) {
            return true;
        }
        let message = format!("true or false is expected here, this is {:?}", shown(text));
        self.sink.push(self.problem(codes::WRONG_TYPE, self.tree.spot(id), message).help("write true or false, without quotes"));
        false
    }
}

fn shown(text: &str) -> String {
    text.chars().take(40).collect()
}

fn plain_name(read_as: Plain) -> &'static str {
    match read_as {
        Plain::Null => "null",
        Plain::Truth(_) | Plain::OldTruth => "a boolean",
        Plain::Whole(_) | Plain::Number => "a number",
        Plain::Text => "text",
    }
}

fn expected(form: &Form) -> &'static str {
    match form {
        Form::Text { .. } | Form::Choice(_) => "text",
        Form::Whole { .. } => "a whole number",
        Form::Truth => "true or false",
        Form::Limit => "a number or a percentage",
        Form::List { .. } => "a list",
        Form::Object(_) | Form::TextMap { .. } => "a mapping",
        Form::Anything => "anything",
    }
}

fn found_name(value: &Value<'_>) -> &'static str {
    match value {
        Value::Scalar { text, style: Style::Plain } => plain_name(plain(text)),
        Value::Scalar { .. } => "text",
        Value::Sequence(_) => "a list",
        Value::Mapping(_) => "a mapping",
    }
}
