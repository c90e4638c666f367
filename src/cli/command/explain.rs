//! `simfleet explain CODE`: the page of a code.

use crate::cli::args::Explain;
use crate::cli::failure::Failure;
use crate::cli::{exit, output};
use crate::diag::{self, Explained};

pub(crate) fn run(args: &Explain) -> Result<u8, Failure> {
    let Some(code) = &args.code else {
        output::to_stdout(|out| {
            for code in diag::CODES {
                let title = code.page().lines().find(|line| !line.is_empty() && !line.starts_with('#')).unwrap_or_default();
                writeln!(out, "{:<24} {title}", code.as_str())?;
            }
            Ok(())
        })?;
        return Ok(exit::DONE);
    };
    match diag::explain(code) {
        Explained::Page(page) => output::to_stdout(|out| writeln!(out, "{}", page.trim_end())).map(|()| exit::DONE),
        Explained::DidYouMean(near) => Err(Failure::error(format!("there is no code '{code}'"))
            .help(format!("did you mean {near}? `simfleet explain` lists all"))),
        Explained::Unknown => Err(Failure::error(format!("there is no code '{code}'")).help("`simfleet explain` lists all")),
    }
}
