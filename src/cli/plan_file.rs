//! A plan that was kept in a file.

use std::path::Path;

use crate::cli::exit;
use crate::cli::failure::Failure;
use crate::plan::{Plan, verify_ids};

/// Reads a plan and makes sure that its ids are those of its contents.
pub(super) fn read(file: &Path) -> Result<Plan, Failure> {
    let name = file.display().to_string();
    let text = std::fs::read(file).map_err(|error| Failure::from(error).while_(&name))?;
    let plan: Plan = serde_json::from_slice(&text)
        .map_err(|error| Failure::from(error).while_(&name).help("a plan is what `simfleet plan PATH --out FILE` writes"))?;
    if let Err(problem) = verify_ids(&plan) {
        return Err(Failure {
            code: exit::REFUSED,
            message: format!("{name}: {problem}: the plan was changed after it was made"),
            help: Some("plan again; nothing was written".to_owned()),
            everywhere: true,
        });
    }
    Ok(plan)
}
