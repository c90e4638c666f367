//! Options with optional or several values, told apart from the PATHs behind them.

use std::ffi::OsString;
use std::path::Path;

use crate::cli::args::parse_duration;
use crate::domain::Msisdn;
use crate::exec::approve::parse_ack;

/// Makes `--wait 30m`, `--ack a=1 b=2` and `--only 080… 090…` what they look like.
///
/// Clap gives an option with optional or several values everything up to the next dash, also the
/// PATH behind it (`apply --wait fleet/`). So values are taken here by their shape, and clap sees one
/// value an option.
pub(super) fn normalise(arguments: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
    let mut rest = arguments.into_iter().peekable();
    let mut normal = Vec::new();
    while let Some(argument) = rest.next() {
        if argument == "--" {
            normal.push(argument);
            normal.extend(rest);
            break;
        }
        let belongs: fn(&str) -> bool = match argument.to_str() {
            Some("--wait") => {
                let timeout = rest.next_if(|next| next.to_str().is_some_and(|text| parse_duration(text).is_ok()));
                normal.push(timeout.map_or_else(
                    || "--wait".into(),
                    |timeout| {
                        let mut joined = OsString::from("--wait=");
                        joined.push(timeout);
                        joined
                    },
                ));
                continue;
            }
            Some("--ack") => |text| parse_ack(text).is_ok(),
            Some("--only") => |text| Msisdn::parse(text).is_ok() || is_fleet_name(text),
            _ => {
                normal.push(argument);
                continue;
            }
        };
        normal.push(argument.clone());
        normal.extend(rest.next());
        while let Some(value) = rest.next_if(|next| next.to_str().is_some_and(belongs)) {
            normal.push(argument.clone());
            normal.push(value);
        }
    }
    normal
}

/// A name that is no PATH: what is there under that name is a PATH.
fn is_fleet_name(text: &str) -> bool {
    let is_label = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
    !text.is_empty() && !text.starts_with('-') && text.chars().all(is_label) && !Path::new(text).exists()
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;
    use std::time::Duration;

    use clap::Parser;

    use super::*;
    use crate::cli::args::{Apply, Cli, Command};
    use crate::domain::OperationKind;

    fn apply(arguments: &[&str]) -> Apply {
        let all = ["simfleet", "apply"].iter().chain(arguments).map(OsString::from);
        let Command::Apply(apply) = Cli::parse_from(normalise(all)).command else { panic!("{arguments:?} is no apply") };
        apply
    }

    #[test]
    fn optional_and_repeated_values_leave_the_path_alone() {
        let args = apply(&["--wait", "fleet/"]);
        assert_eq!((args.wait, args.paths), (Some(Duration::from_hours(1)), vec![PathBuf::from("fleet/")]));
        let args = apply(&[
            "--wait",
            "30m",
            "fleet/",
            "--ack",
            "terminate=2",
            "startUse=1",
            "more/",
            "--only",
            "08012345678",
            "07012345678",
        ]);
        assert_eq!(args.wait, Some(Duration::from_mins(30)));
        assert_eq!(args.ack, [(OperationKind::Terminate.into(), 2), (OperationKind::StartUse.into(), 1)]);
        assert_eq!(args.selection.only, ["08012345678", "07012345678"]);
        assert_eq!(args.paths, [PathBuf::from("fleet/"), PathBuf::from("more/")]);
        // `src` is there, `kanto` and `kansai` are not.
        let args = apply(&["--only", "kanto", "kansai", "src"]);
        assert_eq!(args.selection.only, ["kanto", "kansai"]);
        assert_eq!(args.paths, [PathBuf::from("src")]);
    }
}
