//! Diagnostics for people: message, source line, what to do. Reads without colour.

use std::fmt::Write as _;
use std::ops::Range;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet};

use crate::count::counted;
use crate::diag::{Diagnostic, Excerpts, Location, Severity};

/// Whether to write terminal colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Color {
    /// Plain text.
    Never,
    /// ANSI escapes.
    Always,
}

/// Writes every diagnostic with its source line, and a last line that counts them.
pub fn human(diagnostics: &[Diagnostic], excerpts: &Excerpts, color: Color) -> String {
    let renderer = match color {
        Color::Never => Renderer::plain(),
        Color::Always => Renderer::styled(),
    }
    .decor_style(DecorStyle::Ascii)
    .term_width(120);
    let mut text = String::new();
    for diagnostic in diagnostics {
        text.push_str(&renderer.render(&report(diagnostic, excerpts)));
        text.push_str("\n\n");
    }
    let errors = diagnostics.iter().filter(|diagnostic| diagnostic.is_error()).count();
    let warnings = diagnostics.len() - errors;
    let _ = match (errors, warnings) {
        (0, 0) => Ok(()),
        (_, 0) => writeln!(text, "{}", counted(errors, "error")),
        (0, _) => writeln!(text, "{}", counted(warnings, "warning")),
        (_, _) => writeln!(text, "{}, {}", counted(errors, "error"), counted(warnings, "warning")),
    };
    text
}

fn report<'a>(diagnostic: &'a Diagnostic, excerpts: &'a Excerpts) -> Vec<Group<'a>> {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(clean(&diagnostic.message)).id(diagnostic.code.as_str());
    let mut groups = vec![title.element(place(&diagnostic.location, &diagnostic.route, excerpts))];
    groups.extend(
        diagnostic
            .related
            .iter()
            .map(|other| Level::NOTE.secondary_title(clean(&other.message)).element(place(&other.location, "", excerpts))),
    );
    if let Some(help) = &diagnostic.help {
        groups.push(Group::with_title(Level::HELP.secondary_title(clean(help))));
    }
    groups
}

fn place<'a>(location: &'a Location, route: &'a str, excerpts: &'a Excerpts) -> Element<'a> {
    let shown = if location.line > 0 { excerpts.line(&location.file, location.line) } else { None };
    if let Some(line) = shown.filter(|line| location.column as usize <= line.chars().count() + 1) {
        let mut annotation = AnnotationKind::Primary.span(span(line, location));
        if !route.is_empty() {
            annotation = annotation.label(route);
        }
        return Snippet::source(line)
            .line_start(location.line as usize)
            .path(clean(&location.file))
            .annotation(annotation)
            .into();
    }
    let mut origin = Origin::path(clean(&location.file));
    if location.line > 0 {
        origin = origin.line(location.line as usize).char_column(location.column as usize);
    }
    origin.into()
}

/// The bytes of the line that the location covers.
fn span(line: &str, location: &Location) -> Range<usize> {
    let byte_of = |column: usize| line.char_indices().nth(column).map_or(line.len(), |(byte, _)| byte);
    let start = (location.column as usize).saturating_sub(1);
    byte_of(start)..byte_of(start.saturating_add(location.length.max(1) as usize))
}

/// Input may hold terminal escapes; a message never passes them on.
fn clean(text: &str) -> String {
    text.chars().map(|character| if character.is_control() { '\u{fffd}' } else { character }).collect()
}
