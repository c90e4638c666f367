//! `simfleet explain NAME`: the page of a code or topic.

use crate::cli::args::Explain;
use crate::cli::failure::Failure;
use crate::cli::{exit, output};
use crate::diag::{self, Explained};

pub(crate) fn run(args: &Explain) -> Result<u8, Failure> {
    let Some(name) = &args.name else {
        output::to_stdout(|out| {
            let title = |page: &'static str| page.lines().find(|line| !line.is_empty() && !line.starts_with('#'));
            let codes = diag::CODES.iter().map(|code| (code.as_str(), code.page()));
            for (name, page) in diag::TOPICS.iter().map(|topic| (topic.name, topic.page)).chain(codes) {
                writeln!(out, "{name:<36} {}", title(page).unwrap_or_default())?;
            }
            Ok(())
        })?;
        return Ok(exit::DONE);
    };
    match diag::explain(name) {
        Explained::Page(page) => output::to_stdout(|out| writeln!(out, "{}", page.trim_end())).map(|()| exit::DONE),
        Explained::DidYouMean(near) => Err(Failure::error(format!("there is no code or topic '{name}'"))
            .help(format!("did you mean {near}? `simfleet explain` lists all"))),
        Explained::Unknown => {
            Err(Failure::error(format!("there is no code or topic '{name}'")).help("`simfleet explain` lists all"))
        }
    }
}
