//! JUnit XML, as Jenkins, GitLab and most CI systems read it: what passed is shown beside what failed.

mod findings;
mod plan;

use std::borrow::Cow;
use std::io::{self, Write};

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use crate::annotate::Spot;

pub use findings::of_findings;
pub use plan::of_plan;

/// Cases that belong together: a manifest, or an account of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suite {
    /// The file or account.
    pub name: String,
    /// At least one.
    pub cases: Vec<Case>,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// What it is.
    pub name: String,
    /// Where it is, if anywhere.
    pub spot: Option<Spot>,
    /// How it ended.
    pub outcome: Outcome,
}

/// How a case ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Well; with what is to be known.
    Passed(Option<String>),
    /// Not well: of a kind, in short, and all that there is to say.
    Failed {
        /// A code.
        kind: String,
        /// One line.
        message: String,
        /// All of it.
        text: String,
    },
    /// Nobody knows.
    Unknown {
        /// A code.
        kind: String,
        /// One line.
        message: String,
        /// All of it.
        text: String,
    },
}

impl Suite {
    fn counts(&self) -> [usize; 3] {
        let failed = self.cases.iter().filter(|case| matches!(case.outcome, Outcome::Failed { .. })).count();
        let unknown = self.cases.iter().filter(|case| matches!(case.outcome, Outcome::Unknown { .. })).count();
        [self.cases.len(), failed, unknown]
    }
}

/// Writes a document of all suites. Nothing is timed: the same input gives the same bytes.
pub fn write(out: &mut (impl Write + ?Sized), suites: &[Suite]) -> io::Result<()> {
    let mut xml = Writer::new_with_indent(&mut *out, b' ', 2);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let sum = |nth: usize| suites.iter().map(|suite| suite.counts()[nth]).sum::<usize>().to_string();
    let totals = [("name", "simfleet".to_owned()), ("tests", sum(0)), ("failures", sum(1)), ("errors", sum(2))];
    xml.create_element("testsuites")
        .with_attributes(attributes(&totals))
        .write_inner_content(|xml| suites.iter().try_for_each(|one| suite(xml, one)))?;
    writeln!(xml.into_inner())
}

fn suite<W: Write>(xml: &mut Writer<W>, suite: &Suite) -> io::Result<()> {
    let [tests, failures, errors] = suite.counts().map(|number| number.to_string());
    let counts =
        [("name", suite.name.clone()), ("tests", tests), ("failures", failures), ("errors", errors), ("skipped", "0".to_owned())];
    xml.create_element("testsuite")
        .with_attributes(attributes(&counts))
        .write_inner_content(|xml| suite.cases.iter().try_for_each(|one| case(xml, &suite.name, one)))?;
    Ok(())
}

fn case<W: Write>(xml: &mut Writer<W>, suite: &str, case: &Case) -> io::Result<()> {
    let mut values = vec![("classname", suite.to_owned()), ("name", case.name.clone())];
    if let Some(Spot { file, line, .. }) = &case.spot {
        values.push(("file", file.clone()));
        if *line > 0 {
            values.push(("line", line.to_string()));
        }
    }
    let element = xml.create_element("testcase").with_attributes(attributes(&values));
    let (name, kind, message, text) = match &case.outcome {
        Outcome::Passed(None) => {
            element.write_empty()?;
            return Ok(());
        }
        Outcome::Passed(Some(said)) => {
            element.write_inner_content(|xml| {
                xml.create_element("system-out").write_text_content(BytesText::new(&permitted(said)))?;
                Ok(())
            })?;
            return Ok(());
        }
        Outcome::Failed { kind, message, text } => ("failure", kind, message, text),
        Outcome::Unknown { kind, message, text } => ("error", kind, message, text),
    };
    let values = [("type", kind.clone()), ("message", message.clone())];
    element.write_inner_content(|xml| {
        xml.create_element(name).with_attributes(attributes(&values)).write_text_content(BytesText::new(&permitted(text)))?;
        Ok(())
    })?;
    Ok(())
}

fn attributes<'a>(values: &'a [(&'a str, String)]) -> impl Iterator<Item = (&'a str, Cow<'a, str>)> {
    values.iter().map(|(key, value)| (*key, permitted(value)))
}

/// XML 1.0 has no way at all to write some characters (production 2, `Char`); they are spelt out.
fn permitted(text: &str) -> Cow<'_, str> {
    let is_permitted = |character: char| matches!(character, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    if text.chars().all(is_permitted) {
        return Cow::Borrowed(text);
    }
    let spelt = |character: char| {
        if is_permitted(character) { character.to_string() } else { character.escape_unicode().to_string() }
    };
    Cow::Owned(text.chars().map(spelt).collect())
}
