//! The values of `--status` and `--type`, as tables show them or as the wire writes them.

use tracing::Level;

use crate::cli::args::{Get, Resource};
use crate::cli::shell::Shell;
use crate::domain::{ApplicationStatus, ApplicationType, ChipStatus, LineStatus};

/// The arguments with their filters in the wire's spelling. A word that this version does not know may be
/// one of a newer carrier's, so it is asked for all the same; a slip of the pen gets told.
pub(super) fn checked(shell: &Shell, args: &Get) -> Get {
    let mut args = args.clone();
    args.status = args.status.as_deref().map(camel_case);
    args.kind = args.kind.as_deref().map(camel_case);
    if let Some(status) = args.status.as_deref().filter(|status| !is_status(args.what, status)) {
        shell.tell(Level::WARN, &format!("warning: this version knows no status '{status}' of {}", name(args.what)));
    }
    if let Some(kind) =
        args.kind.as_deref().filter(|kind| matches!(ApplicationType::from_wire(kind), ApplicationType::Unknown(_)))
    {
        shell.tell(Level::WARN, &format!("warning: this version knows no type '{kind}' of applications"));
    }
    args
}

/// `TerminationAccepted` is `terminationAccepted` on the wire.
fn camel_case(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_ascii_lowercase()).into_iter().chain(letters).collect()
}

fn is_status(what: Resource, status: &str) -> bool {
    match what {
        Resource::Chips => !matches!(ChipStatus::from_wire(status), ChipStatus::Unknown(_)),
        Resource::Applications => !matches!(ApplicationStatus::from_wire(status), ApplicationStatus::Unknown(_)),
        Resource::Sims | Resource::Usage | Resource::Sessions | Resource::Services | Resource::System => {
            !matches!(LineStatus::from_wire(status), LineStatus::Unknown(_))
        }
    }
}

fn name(what: Resource) -> &'static str {
    match what {
        Resource::Chips => "chip SIMs",
        Resource::Applications => "applications",
        Resource::Sims | Resource::Usage | Resource::Sessions | Resource::Services | Resource::System => "lines",
    }
}
