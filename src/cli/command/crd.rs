//! `simfleet crd`: the kinds, for a cluster.

use std::error::Error;
use std::fs;

use crate::api::crd;
use crate::cli::args::Crd;
use crate::cli::failure::Failure;
use crate::cli::{exit, output};

pub(crate) fn run(args: &Crd) -> Result<u8, Failure> {
    let failed = |error: crd::CrdError| {
        let cause = error.source().map(|cause| format!(": {cause}")).unwrap_or_default();
        Failure::error(format!("{error}{cause}"))
    };
    if let Some(folder) = &args.output {
        fs::create_dir_all(folder).map_err(|error| Failure::from(error).while_(&folder.display().to_string()))?;
        for (name, text) in crd::files().map_err(failed)? {
            output::to_file(&folder.join(name), |out| out.write_all(text.as_bytes()))?;
        }
    } else {
        let kinds = crd::kinds().map_err(failed)?;
        output::to_stdout(|out| kinds.iter().try_for_each(|(_, text)| out.write_all(text.as_bytes())))?;
    }
    Ok(exit::DONE)
}
