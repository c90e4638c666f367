//! `simfleet man`: manual pages, made from what `--help` is made from.

mod environment;

use std::io::{self, Write};

use clap::CommandFactory as _;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, roman};

use crate::cli::args::{self, Cli};
use crate::cli::failure::Failure;
use crate::cli::{exit, output};
use crate::count::counted;

/// What stands at the head of every page.
const MANUAL: &str = "simfleet manual";

pub(crate) fn run(args: &args::Man) -> Result<u8, Failure> {
    let mut root = Cli::command();
    root.build();
    let Some(folder) = &args.output else {
        output::to_stdout(|out| page(&root, out))?;
        return Ok(exit::DONE);
    };
    std::fs::create_dir_all(folder).map_err(|error| Failure::from(error).while_(&folder.display().to_string()))?;
    let commands = all(&root);
    for command in &commands {
        output::to_file(&folder.join(format!("{}.1", name(command))), |out| page(command, out))?;
    }
    output::to_stdout(|out| writeln!(out, "{} in {}", counted(commands.len(), "page"), folder.display()))?;
    Ok(exit::DONE)
}

/// A command and all below it.
fn all(command: &clap::Command) -> Vec<&clap::Command> {
    let below = command.get_subcommands().filter(|below| !below.is_hide_set()).flat_map(all);
    std::iter::once(command).chain(below).collect()
}

/// `simfleet-ops-list`
fn name(command: &clap::Command) -> &str {
    command.get_display_name().unwrap_or_else(|| command.get_name())
}

/// One page. Of what follows the options, examples are laid out as they stand, line by line, and notes as paragraphs.
fn page(command: &clap::Command, mut out: &mut dyn Write) -> io::Result<()> {
    let version = format!("simfleet {}", env!("CARGO_PKG_VERSION"));
    // A page is as old as its program. An empty date would be taken for left out, and the version for the date.
    let man = Man::new(command.clone()).title(name(command)).date(" ").source(version).manual(MANUAL);
    man.render_title(&mut out)?;
    man.render_name_section(&mut out)?;
    man.render_synopsis_section(&mut out)?;
    man.render_description_section(&mut out)?;
    man.render_options_section(&mut out)?;
    if command.has_subcommands() {
        man.render_subcommands_section(&mut out)?;
    }
    environment::section(command).to_writer(&mut out)?;
    if let Some(text) = command.get_after_help() {
        after(&text.to_string()).to_writer(&mut out)?;
    }
    Ok(())
}

/// `Examples:` is a section of its own; what follows it are notes.
fn after(text: &str) -> Roff {
    let mut roff = Roff::new();
    let mut has_notes = false;
    for part in text.split("\n\n") {
        if let Some(("Example:" | "Examples:", body)) = part.split_once('\n') {
            roff.control("SH", ["EXAMPLES"]);
            roff.control("nf", []);
            for line in body.lines() {
                roff.text([roman(line.strip_prefix("  ").unwrap_or(line))]);
            }
            roff.control("fi", []);
        } else {
            if has_notes {
                roff.control("PP", []);
            } else {
                roff.control("SH", ["NOTES"]);
            }
            has_notes = true;
            roff.text([roman(part)]);
        }
    }
    roff
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_has_a_page_with_its_examples() {
        let mut root = Cli::command();
        root.build();
        let commands = all(&root);
        assert!(commands.len() > 20, "{}", commands.len());
        for command in commands {
            let mut page_of = Vec::new();
            page(command, &mut page_of).expect("a vector takes everything");
            let text = String::from_utf8(page_of).expect("a page is UTF-8");
            assert!(text.contains(&format!(".TH {} 1 \" \" \"simfleet ", name(command))), "{text}");
            assert!(text.contains(".SH EXAMPLES\n.nf\n"), "{text}");
            assert!(text.contains(".SH SYNOPSIS"), "{text}");
            assert!(text.contains(".SH ENVIRONMENT\n.TP\n"), "{text}");
        }
    }

    #[test]
    fn lines_stay_lines_and_none_is_taken_for_a_request() {
        let text = after("Examples:\n  simfleet plan fleet/\n  .hidden\n\nA note.\n\nAnother.").to_roff();
        assert_eq!(text.matches(".SH ").count(), 2, "{text}");
        assert!(text.ends_with(".fi\n.SH NOTES\nA note.\n.PP\nAnother.\n"), "{text}");
        assert!(text.contains("\nsimfleet plan fleet/\n\\&.hidden\n"), "{text}");
    }
}
