//! Formats read back by rules of their own, not by the code that wrote them.

use std::collections::BTreeMap;

use quick_xml::events::Event;
use quick_xml::{Reader, XmlVersion};

/// A workflow command, as the runner reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Command {
    pub(super) name: String,
    pub(super) properties: BTreeMap<String, String>,
    pub(super) message: String,
}

/// Reads a log as the runner does: a line that begins with `::` is a command; properties end at the next `::`.
pub(super) fn commands(log: &str) -> Vec<Command> {
    log.split(['\n', '\r'])
        .filter(|line| !line.is_empty())
        .map(|line| {
            let rest = line.trim_start().strip_prefix("::").unwrap_or_else(|| panic!("{line:?} is no command"));
            let (head, message) = rest.split_once("::").expect("a message");
            let (name, properties) = head.split_once(' ').expect("properties");
            let properties = properties
                .split(',')
                .map(|pair| pair.split_once('=').unwrap_or_else(|| panic!("{pair:?} in {line:?} is no property")))
                .map(|(key, value)| (key.to_owned(), decoded(value, &[("%3A", ":"), ("%2C", ",")])))
                .collect();
            Command { name: name.to_owned(), properties, message: decoded(message, &[]) }
        })
        .collect()
}

/// `%25` last: what it gives back is not decoded again.
pub(super) fn decoded(text: &str, more: &[(&str, &str)]) -> String {
    let rules = [("%0D", "\r"), ("%0A", "\n")];
    let text = rules.iter().chain(more).fold(text.to_owned(), |text, (code, is)| text.replace(code, is));
    text.replace("%25", "%")
}

/// A case of a JUnit document.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Case {
    pub(super) attributes: BTreeMap<String, String>,
    /// `failure`, `error`, `system-out`; empty where it just passed.
    pub(super) outcome: String,
    pub(super) text: String,
}

/// A suite: its attributes and cases.
pub(super) type Suite = (BTreeMap<String, String>, Vec<Case>);

/// Reads a JUnit document: its attributes and its suites.
pub(super) fn junit(xml: &str) -> (BTreeMap<String, String>, Vec<Suite>) {
    let (mut totals, mut suites) = (BTreeMap::new(), Vec::<Suite>::new());
    let mut reader = Reader::from_str(xml);
    let mut text = String::new();
    loop {
        match reader.read_event().unwrap_or_else(|error| panic!("{error}\n{xml}")) {
            Event::Eof => return (totals, suites),
            Event::Start(tag) | Event::Empty(tag) => {
                let name = tag.name().as_ref().to_owned();
                let attributes: BTreeMap<String, String> = tag
                    .attributes()
                    .map(|attribute| attribute.expect("an attribute"))
                    .map(|attribute| {
                        let value = attribute.normalized_value(XmlVersion::Explicit1_0).expect("a value");
                        (attribute.key.as_ref().to_owned(), value.into_owned())
                    })
                    .collect();
                match name.as_str() {
                    "testsuites" => totals = attributes,
                    "testsuite" => suites.push((attributes, Vec::new())),
                    "testcase" => suites.last_mut().expect("a suite").1.push(Case { attributes, ..Case::default() }),
                    outcome => {
                        text.clear();
                        outcome.clone_into(&mut suites.last_mut().expect("a suite").1.last_mut().expect("a case").outcome);
                    }
                }
            }
            Event::Text(part) => text.push_str(&part),
            Event::GeneralRef(reference) => {
                text.push_str(&quick_xml::escape::unescape(&format!("&{};", &*reference)).expect("a known reference"));
            }
            Event::End(tag) => {
                if matches!(tag.name().as_ref(), "failure" | "error" | "system-out") {
                    let case = suites.last_mut().expect("a suite").1.last_mut().expect("a case");
                    case.text = std::mem::take(&mut text);
                }
            }
            Event::Decl(_) => {}
            other @ (Event::CData(_) | Event::Comment(_) | Event::PI(_) | Event::DocType(_)) => {
                panic!("{other:?} has no place here")
            }
        }
    }
}
