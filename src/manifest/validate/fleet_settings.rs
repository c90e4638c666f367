//! What the settings of a whole fleet cannot say, though an entry could.

use super::structure::Step;
use crate::diag::{Code, codes};

/// A state that no line gets by default: each line's end is declared by itself.
///
/// Code, message and help.
pub(crate) fn default_state(steps: &[Step], text: &str) -> Option<(Code, String, &'static str)> {
    let default = matches!(steps, [Step::Field(spec), Step::Field(defaults), Step::Field(state)]
        if spec == "spec" && defaults == "defaults" && state == "state");
    (default && text == "Terminated").then(|| {
        (
            codes::TERMINATED_BY_DEFAULT,
            "Terminated as a default would end every line that names no state".to_owned(),
            "write state: Terminated on each line that is to end",
        )
    })
}
