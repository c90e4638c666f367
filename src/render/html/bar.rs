//! A row of numbers as a picture. The numbers stand beside it: it tells nothing that they do not.

use maud::{Markup, html};

/// How wide the picture is, in units of its own.
const WIDTH: u64 = 1_000;

/// Parts of `whole`, each in the colour of its place; `tones` has as many names as there are parts. Attributes rather
/// than styles: the policy of the file allows no style but its own.
pub(super) fn bar(parts: &[u64], whole: u64, tones: &[&str]) -> Markup {
    let scaled = |number: u64| {
        let scaled = u128::from(number) * u128::from(WIDTH) / u128::from(whole.max(1));
        u64::try_from(scaled).unwrap_or(WIDTH)
    };
    let mut before = 0;
    let pieces: Vec<(u64, u64, &str)> = parts
        .iter()
        .zip(tones)
        .filter(|(part, _)| **part > 0)
        .map(|(part, tone)| {
            let (start, end) = (scaled(before), scaled(before + part));
            before += part;
            // One line of ten thousand is still there to be seen.
            (start, (end - start).max(4), *tone)
        })
        .collect();
    html! {
        svg .bar viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true" focusable="false" {
            @for (start, width, tone) in pieces { rect class=(tone) x=(start) y="0" width=(width) height="10" {} }
        }
    }
}
