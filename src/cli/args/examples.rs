//! `--help` shows examples, and they work.

use std::ffi::OsString;

use clap::{CommandFactory as _, Parser as _};
use unicode_width::UnicodeWidthStr as _;

use super::Cli;
use crate::cli::normalise::normalise;

/// Commands of a line of examples: what is explained behind it (after two spaces), other programs and redirections
/// left out.
fn commands(line: &str) -> Vec<Vec<String>> {
    let line = line.trim_start();
    let line = line.split_once("  ").map_or(line, |(line, _)| line);
    let parts = line.split(" && ").flat_map(|part| part.split(" | "));
    parts
        .filter(|part| part.starts_with("simfleet "))
        .map(|part| {
            let words = part.split_whitespace().take_while(|word| *word != ">" && *word != "<");
            words.map(|word| if word == "HASH" { "0".repeat(64) } else { word.to_owned() }).collect()
        })
        .collect()
}

fn visit(command: &clap::Command, path: &str, seen: &mut usize) {
    let name = format!("{path}{}", command.get_name());
    let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    let block = help.split_once("Examples:\n").or_else(|| help.split_once("Example:\n"));
    let (_, block) = block.unwrap_or_else(|| panic!("`{name} --help` shows no examples"));
    let lines: Vec<&str> = block.lines().take_while(|line| line.starts_with("  ")).collect();
    let commands: Vec<_> = lines.iter().flat_map(|line| commands(line)).collect();
    assert!(
        commands.iter().any(|words| words.join(" ").starts_with(&name) || path.is_empty()),
        "`{name}` is in no example of its own"
    );
    for words in commands {
        let arguments = normalise(words.iter().map(OsString::from));
        if let Err(error) = Cli::try_parse_from(arguments) {
            panic!("an example of `{name} --help` is no command: {words:?}\n{error}");
        }
        *seen += 1;
    }
    for below in command.get_subcommands() {
        visit(below, &format!("{name} "), seen);
    }
}

#[test]
fn every_command_shows_examples_that_parse() {
    let mut seen = 0;
    visit(&Cli::command(), "", &mut seen);
    assert!(seen > 40, "{seen}");
}

/// The heading of a flattened group goes on to the options behind it: groups stand last.
#[test]
fn options_of_a_command_stand_under_no_group_s_heading() {
    fn visit(command: &clap::Command) {
        for argument in command.get_arguments() {
            let id = argument.get_id().as_str();
            let is_the_command_s = argument.is_positional() || ["format", "only", "out", "observed", "wait", "yes"].contains(&id);
            assert!(
                !is_the_command_s || argument.get_help_heading().is_none(),
                "{id} of {} stands under {:?}",
                command.get_name(),
                argument.get_help_heading()
            );
        }
        command.get_subcommands().for_each(visit);
    }
    visit(&Cli::command());
}

#[test]
fn what_is_no_command_is_left_out() {
    assert_eq!(commands("  simfleet get sims -f fleet/   all of them"), [["simfleet", "get", "sims", "-f", "fleet/"]]);
    assert_eq!(
        commands("  echo m-x | simfleet reveal fleet/ > plain.md"),
        [["simfleet", "reveal", "fleet/"]],
        "and no redirection"
    );
}

/// In a terminal of 80 columns: notes flow, and examples keep their shape. What is wider is one word, or one command.
#[test]
fn help_fits_into_eighty_columns() {
    fn visit(command: &mut clap::Command, seen: &mut usize) {
        let name = command.get_name().to_owned();
        let after = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        for part in after.split("\n\n") {
            let lines: Vec<&str> = part.lines().collect();
            let is_block = matches!(lines.first(), Some(&("Example:" | "Examples:")));
            assert!(is_block || lines.len() == 1, "a note of {name} is broken into lines, which a terminal breaks again: {part}");
            for line in lines.iter().filter(|_| is_block) {
                let is_alone = line.starts_with("  simfleet ") && !line.trim_start().contains("  ");
                assert!(line.width() <= 80 || is_alone, "an example of {name} is wider than 80 columns: {line}");
            }
        }
        let wide = command.clone().term_width(80).render_long_help().to_string();
        for line in wide.lines().filter(|line| line.width() > 80) {
            assert!(!line.trim().contains(' '), "{name}: {line}");
        }
        *seen += 1;
        command.get_subcommands_mut().for_each(|below| visit(below, seen));
    }
    let mut root = Cli::command();
    root.build();
    let mut seen = 0;
    visit(&mut root, &mut seen);
    assert!(seen > 20, "{seen}");
}
