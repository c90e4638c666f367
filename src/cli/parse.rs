//! The command line, taken apart, or what is wrong with it.

use std::ffi::OsString;
use std::io::{self, Write as _};

use clap::{ColorChoice, CommandFactory as _, FromArgMatches as _};

use super::args::Cli;
use super::environment::Environment;
use super::{normalise, redaction, suggest};

/// A command line that is none, or one that asks for help: what to print.
#[derive(Debug)]
pub(super) struct Told {
    error: clap::Error,
    /// Whether it may be shown to strangers only without its numbers: nothing is taken apart, so nothing has begun to redact.
    is_redacted: bool,
}

/// Takes a command line apart. What is wrong with it is coloured as everything else would be.
pub(super) fn parse(arguments: impl IntoIterator<Item = OsString>, environment: &Environment) -> Result<Cli, Box<Told>> {
    let arguments = normalise::normalise(arguments);
    let texts: Vec<String> = arguments.iter().map(|argument| argument.to_string_lossy().into_owned()).collect();
    let color = color(&texts, environment);
    let mut command = Cli::command().color(color);
    let parsed = command.try_get_matches_from_mut(arguments).and_then(|matches| Cli::from_arg_matches(&matches));
    parsed.map_err(|error| {
        let mut error = error.format(&mut command);
        suggest::advise(&mut error, &command, &texts);
        Box::new(Told { error, is_redacted: redaction::is_asked_for(&texts, environment) })
    })
}

fn color(texts: &[String], environment: &Environment) -> ColorChoice {
    match texts.iter().position(|text| text.starts_with("--color")).map(|place| texts.get(place..).unwrap_or_default()) {
        Some([flag, ..]) if flag == "--color=never" => ColorChoice::Never,
        Some([flag, ..]) if flag == "--color=always" => ColorChoice::Always,
        Some([flag, value, ..]) if flag == "--color" && value == "never" => ColorChoice::Never,
        Some([flag, value, ..]) if flag == "--color" && value == "always" => ColorChoice::Always,
        Some(_) | None if environment.no_color => ColorChoice::Never,
        Some(_) | None => ColorChoice::Auto,
    }
}

impl Told {
    /// Prints it. Whether it is an error.
    pub(super) fn print(&self, environment: &Environment) -> bool {
        let is_error = self.error.use_stderr();
        let printed = if self.is_redacted { self.print_redacted(is_error, environment) } else { self.error.print() };
        // A closed stream leaves nobody to tell.
        drop(printed);
        is_error
    }

    /// Without colour: its marks are letters to who looks for words.
    fn print_redacted(&self, is_error: bool, environment: &Environment) -> io::Result<()> {
        let text = redaction::redacted_early(&self.error.render().to_string(), environment);
        if is_error { io::stderr().write_all(text.as_bytes()) } else { io::stdout().write_all(text.as_bytes()) }
    }
}
