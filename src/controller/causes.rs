//! An error with what caused it, as one line.

/// The error's text and, behind colons, those of its causes that it does not repeat itself.
pub(crate) fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut below = error.source();
    while let Some(cause) = below {
        let part = cause.to_string();
        if !text.contains(&part) {
            text = format!("{text}: {part}");
        }
        below = cause.source();
    }
    text
}
