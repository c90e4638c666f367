//! Whether what is printed can be read here.

use super::findings::{Check, Findings};
use crate::cli::args::Color;
use crate::cli::environment::Environment;
use crate::cli::output;
use crate::cli::shell::Shell;

pub(super) fn check(shell: &Shell, found: &mut Findings) {
    let Environment { terminals, no_color, locale, .. } = &shell.environment;
    let why = match (shell.global.color, terminals.stdout, no_color) {
        (Color::Always, _, _) => "--color always",
        (Color::Never, _, _) => "--color never",
        (Color::Auto, _, true) => "NO_COLOR is set, or TERM is dumb",
        (Color::Auto, true, false) => "stdout is a terminal",
        (Color::Auto, false, false) => "stdout is no terminal",
    };
    let colours = if output::colours(&shell.global, &shell.environment) { "coloured" } else { "without colour" };
    match locale.as_deref() {
        Some(name) if is_utf8(name) => found.ok(Check::Terminal, format!("{colours} ({why}); {name}")),
        // A pipe takes what it gets.
        _ if !terminals.stdout || cfg!(windows) => found.ok(Check::Terminal, format!("{colours} ({why})")),
        other => found.warning(
            Check::Terminal,
            format!("{colours} ({why}); the locale {} is not UTF-8: Japanese names may not be readable", other.unwrap_or("C")),
            "export LC_ALL=C.UTF-8, or ja_JP.UTF-8",
        ),
    }
}

fn is_utf8(locale: &str) -> bool {
    let encoding = locale.split_once('.').map_or("", |(_, encoding)| encoding).to_ascii_lowercase();
    let encoding = encoding.split('@').next().unwrap_or_default();
    matches!(encoding, "utf-8" | "utf8")
}

#[cfg(test)]
mod tests {
    use super::is_utf8;

    #[test]
    fn a_locale_names_its_encoding() {
        for (locale, expected) in [
            ("ja_JP.UTF-8", true),
            ("C.utf8", true),
            ("de_DE.UTF-8@euro", true),
            ("ja_JP.eucJP", false),
            ("C", false),
            ("POSIX", false),
        ] {
            assert_eq!(is_utf8(locale), expected, "{locale}");
        }
    }
}
