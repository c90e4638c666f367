//! Laws of formatting: nothing panics, once is enough, no comment is lost, and the meaning stays.

use std::fmt::Write as _;

use proptest::prelude::*;
use simfleet::domain::{Desired, Source};
use simfleet::manifest::format::{FormatOptions, format_manifest, format_roster};
use simfleet::manifest::read;

const SEEDS: [&str; 6] = [
    include_str!("../manifest/valid/contract.yaml"),
    include_str!("../manifest/valid/purchases.yaml"),
    include_str!("../manifest/invalid/orders.yaml"),
    include_str!("../manifest/invalid/structure.yaml"),
    include_str!("../../../examples/quickstart/fleet.yaml"),
    include_str!("../../../examples/paid/fleet.yaml"),
];

/// What a manifest says, wherever it says it. `None`: it is not valid.
pub(crate) fn meaning(text: &str) -> Option<Vec<Desired>> {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("fleet.yaml"), text).expect("a file");
    let compiled = read(&[folder.path().to_owned()]).ok()?;
    Some(compiled.accounts.into_iter().map(|account| placeless(account.desired)).collect())
}

pub(crate) fn placeless(mut desired: Desired) -> Desired {
    desired.files = Vec::new();
    desired.fleets.iter_mut().for_each(|fleet| fleet.source = Source::NOWHERE);
    desired.sims.iter_mut().for_each(|sim| sim.source = Source::NOWHERE);
    desired.grants.iter_mut().for_each(|grant| grant.source = Source::NOWHERE);
    desired.top_ups.iter_mut().for_each(|policy| policy.source = Source::NOWHERE);
    desired.orders.iter_mut().for_each(|order| order.source = Source::NOWHERE);
    desired
}

/// The lines that hold a comment and nothing else, and the ends of others behind ` #`: enough for texts whose values hold
/// no `#`.
pub(crate) fn comments(text: &str) -> Vec<String> {
    let comment = |line: &str| line.find('#').and_then(|at| line.get(at..)).map(|comment| comment.trim_end().to_owned());
    let mut comments: Vec<String> = text.lines().filter_map(comment).collect();
    comments.sort();
    comments
}

fn holds_for(text: &str, sort: bool) {
    let options = FormatOptions { sort };
    let formatted = format_manifest(text, options);
    assert_eq!(format_manifest(&formatted, options), formatted, "once is enough for\n{text}");
    assert_eq!(comments(&formatted), comments(text.trim_start_matches('\u{feff}')), "in\n{text}");
    if let Some(meaning_before) = meaning(text) {
        assert_eq!(meaning(&formatted), Some(meaning_before), "{text}\nbecame\n{formatted}");
    }
}

/// A document as somebody might have laid it out: each entry in another way, comments anywhere.
#[derive(Debug, Clone)]
struct Hand {
    indent: usize,
    dash: usize,
    entries: Vec<(u8, u32, u8, u8)>,
    keys: Vec<u8>,
    comments: Vec<(prop::sample::Index, usize, bool)>,
    blanks: Vec<prop::sample::Index>,
    crlf: bool,
}

fn hands() -> impl Strategy<Value = Hand> {
    let comment = (any::<prop::sample::Index>(), 0..9_usize, any::<bool>());
    (
        1..5_usize,
        0..4_usize,
        prop::collection::vec((0..8_u8, 0..40_u32, 0..3_u8, 0..3_u8), 0..12),
        Just((0..7_u8).collect::<Vec<_>>()).prop_shuffle(),
        prop::collection::vec(comment, 0..12),
        prop::collection::vec(any::<prop::sample::Index>(), 0..6),
        any::<bool>(),
    )
        .prop_map(|(indent, dash, entries, keys, comments, blanks, crlf)| Hand {
            indent,
            dash,
            entries,
            keys,
            comments,
            blanks,
            crlf,
        })
}

fn text_of(hand: &Hand) -> String {
    let Hand { indent, dash, entries, keys, comments, blanks, crlf } = hand;
    let (spec, item) = (" ".repeat(*indent), " ".repeat(indent + dash));
    let mut body: Vec<String> = Vec::new();
    let mut used = std::collections::BTreeSet::new();
    let mut list = Vec::new();
    for (style, number, state, name) in entries.iter().filter(|(_, number, ..)| used.insert(*number)) {
        let msisdn = format!("080{number:08}");
        let state = ["", "Active", "null"][usize::from(*state)];
        let name = ["", "n: 東京", "it's"][usize::from(*name)];
        let mut fields: Vec<(&str, String)> = Vec::new();
        if !name.is_empty() {
            fields.push(("name", format!("\"{name}\"")));
        }
        fields.push(("msisdn", if number % 2 == 0 { format!("'{msisdn}'") } else { format!("\"{msisdn}\"") }));
        if !state.is_empty() {
            fields.push(("state", state.to_owned()));
        }
        let flow = |colon: &str, comma: &str| {
            fields.iter().map(|(key, value)| format!("{key}{colon}{value}")).collect::<Vec<_>>().join(comma)
        };
        match style {
            0 | 1 => list.push(format!("{item}- {{ {} }}", flow(": ", " , "))),
            2 => list.push(format!("{item}-   {{{}}}", flow(":  ", ", "))),
            3 => list.push(format!("{item}- {{{}}}", flow(": ", &format!(",\n{item}     ")))),
            4 => list.push(format!(
                "{item}- {}",
                fields.iter().map(|(key, value)| format!("{key}: {value}")).collect::<Vec<_>>().join(&format!("\n{item}  "))
            )),
            5 => list.push(format!(
                "{item}-    {}",
                fields
                    .iter()
                    .map(|(key, value)| format!("{key}:    {value}"))
                    .collect::<Vec<_>>()
                    .join(&format!("\n{item}     "))
            )),
            6 => list.push(format!(
                "{item}-\n{item}    {}",
                fields.iter().map(|(key, value)| format!("{key}: {value}")).collect::<Vec<_>>().join(&format!("\n{item}    "))
            )),
            _ => list.push(format!("{item}- {{{}}} # 上 {number}", flow(": ", ", "))),
        }
    }
    for key in keys {
        match key {
            0 => body.push(format!("{spec}accountRef: {{name: main}}")),
            1 => body.push(format!("{spec}systemNumber: 'S0001234'")),
            2 => body.push(format!("{spec}serviceCode: m2m-lte   # it's the service")),
            3 => body.push(format!("{spec}defaults:\n{spec}   ratePlan: fixed-500mb\n{spec}   state: Active")),
            4 if list.is_empty() => body.push(format!("{spec}sims: []")),
            4 => body.push(format!("{spec}sims:  # cards\n{}", list.join("\n"))),
            5 => body.push(format!("{spec}policy: {{ limits : {{suspend: 10%}}}}")),
            _ => body.push(format!("{spec}mode: Apply")),
        }
    }
    let text =
        format!("kind: SimFleet\napiVersion: simfleet.dev/v1alpha1\nmetadata:\n     name: a\nspec:\n{}\n", body.join("\n"));
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    // A comment in an entry of several lines would end it or be in it; both are fine.
    for (nth, (at, column, behind)) in comments.iter().enumerate() {
        let index = at.index(lines.len());
        let line = &mut lines[index];
        if *behind && !line.contains('#') && !line.is_empty() {
            write!(line, "{}# {nth}", " ".repeat(column + 1)).expect("a String takes it");
        } else {
            lines.insert(index, format!("{}# {nth}", " ".repeat(*column)));
        }
    }
    for at in blanks {
        let index = at.index(lines.len());
        lines.insert(index, "  ".to_owned());
    }
    lines.join(if *crlf { "\r\n" } else { "\n" }) + "\n"
}

fn mutated() -> impl Strategy<Value = String> {
    let odd = prop::sample::select(vec![
        "\t",
        "\u{feff}",
        "&a ",
        "*a",
        "{",
        "[",
        "}",
        "]",
        "\"",
        "'",
        "|\n",
        "? ",
        "!!str ",
        "---\n",
        "...\n",
        "%YAML 9.9\n",
        "\n\n\n",
        "\r\n",
        "- ",
        ": ",
        " # c\n",
        "    ",
        "\n",
        "#",
        ",",
        ">\n  x\n",
        "|+\n  y\n\n\n",
    ]);
    let edit = (any::<prop::sample::Index>(), 0..9_usize, odd);
    (0..SEEDS.len(), prop::collection::vec(edit, 0..5)).prop_map(|(seed, edits)| {
        let mut characters: Vec<char> = SEEDS[seed].chars().collect();
        for (at, removed, odd) in edits {
            let from = at.index(characters.len() + 1);
            let to = (from + removed).min(characters.len());
            characters.splice(from..to, odd.chars());
        }
        characters.into_iter().collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn whoever_wrote_it(hand in hands(), sort: bool) {
        let text = text_of(&hand);
        prop_assert!(meaning(&text).is_some(), "{text}");
        holds_for(&text, sort);
        let formatted = format_manifest(&text, FormatOptions { sort });
        prop_assert!(formatted.lines().all(|line| line.trim() != "-"), "it is laid out anew: {}", formatted);
        let of_windows = if hand.crlf { formatted.matches('\n').count() } else { 0 };
        prop_assert_eq!(formatted.matches('\r').count(), of_windows, "line ends stay: {:?}", formatted);
    }

    #[test]
    fn whatever_it_is(text in mutated(), sort: bool) {
        let options = FormatOptions { sort };
        let formatted = format_manifest(&text, options);
        prop_assert_eq!(format_manifest(&formatted, options), formatted.clone());
        if let Some(meaning_before) = meaning(&text) {
            prop_assert_eq!(meaning(&formatted), Some(meaning_before), "{}\nbecame\n{}", text, formatted);
        }
    }

    #[test]
    fn whatever_the_roster_is(text in "[a,\" \\n\\r;東\u{feff}]{0,40}", sort: bool) {
        let options = FormatOptions { sort };
        let text = format!("msisdn,name\n{text}");
        if let Some(formatted) = format_roster(&text, options) {
            prop_assert_eq!(format_roster(&formatted, options), Some(formatted));
        }
    }
}
