//! A Markdown plan read back, by rules of its own: what is shown, what is said to be left out, and whether it
//! is well-formed.

use std::collections::BTreeMap;

/// What a comment says.
#[derive(Debug, Default)]
pub(super) struct Comment {
    /// Headings and the subjects under them, in the order in which they are shown.
    pub(super) sections: Vec<(String, Vec<String>)>,
    /// Left out, and of how many, by what.
    left_out: BTreeMap<String, (usize, usize)>,
}

impl Comment {
    pub(super) fn read(text: &str) -> Self {
        let mut comment = Self::default();
        for line in text.lines() {
            if let Some(heading) = line.strip_prefix("### ") {
                comment.sections.push((heading.to_owned(), Vec::new()));
            } else if let Some(notice) = line.strip_prefix("**Left out for want of space:** ") {
                let (notice, _) = notice.split_once(". All of it: `simfleet plan … --full`").expect("it says where all is");
                comment.left_out = notice.split(", ").map(left_out).collect();
            } else if let Some((_, subjects)) = comment.sections.last_mut() {
                subjects.extend(subjects_of(line));
            }
        }
        comment
    }

    /// The subjects under all headings that contain this.
    pub(super) fn shown(&self, heading: &str) -> Vec<&str> {
        let sections = self.sections.iter().filter(|(of, _)| of.contains(heading));
        sections.flat_map(|(_, subjects)| subjects).map(String::as_str).collect()
    }

    pub(super) fn left_out(&self, topic: &str) -> Option<(usize, usize)> {
        self.left_out.get(topic).copied()
    }
}

/// `1,050 of 5,000 changes (R3)`.
fn left_out(text: &str) -> (String, (usize, usize)) {
    let number = |text: &str| text.replace(',', "").parse().expect("a number");
    let (missing, rest) = text.split_once(" of ").expect("how many of how many");
    let (total, topic) = rest.split_once(' ').expect("of what");
    (topic.to_owned(), (number(missing), number(total)))
}

/// The subject of a row, or all of a list.
fn subjects_of(line: &str) -> Vec<String> {
    let subject = |code: &str| {
        let number = code.rsplit('/').next().unwrap_or_default();
        (number.len() == 11 && number.bytes().all(|byte| byte.is_ascii_digit())).then(|| number.to_owned())
    };
    let mut codes = line.split('`').skip(1).step_by(2).filter_map(subject);
    match line.chars().next() {
        Some('|') => codes.next().into_iter().collect(),
        Some('`') => codes.collect(),
        Some(_) | None => Vec::new(),
    }
}

/// Ends the test unless the text is Markdown that means only what we mean.
#[track_caller]
pub(super) fn assert_well_formed(text: &str) {
    let mut lines = text.lines().peekable();
    let marker = lines.next().expect("a marker");
    assert!(marker.starts_with("<!-- simfleet plan") && marker.ends_with(" -->"), "{marker}");
    let (mut columns, mut is_folded, mut before) = (None, false, marker);
    for line in lines {
        match (line.starts_with('|'), columns) {
            (true, None) => assert!(before.is_empty() || before.starts_with("**"), "a table wants an empty line: {line}"),
            (true, Some(cells)) => assert_eq!(line.matches('|').count(), cells, "{line}"),
            (false, _) => {}
        }
        columns = line.starts_with('|').then(|| line.matches('|').count());
        if line.starts_with("<details>") {
            assert!(!is_folded && line.ends_with("</summary>"), "{line}");
            is_folded = true;
        } else if before.starts_with("<details>") {
            assert_eq!(line, "", "what is folded begins with an empty line");
        }
        if line == "</details>" {
            assert!(is_folded && before.is_empty(), "{before}");
            is_folded = false;
        }
        assert_no_markup(line);
        before = line;
    }
    assert!(!is_folded, "a fold is not closed");
    assert!(text.ends_with('\n'));
}

/// All that could act is ours: tags, code spans, emphasis, headings.
#[track_caller]
fn assert_no_markup(line: &str) {
    let hides = |character: char| {
        character.is_control()
            || matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' | '\u{feff}')
    };
    assert!(!line.contains(hides), "{line:?}");
    assert_eq!(line.matches('`').count() % 2, 0, "a code span is cut: {line}");
    // Outside of code spans.
    let mut rest: String = line.split('`').step_by(2).collect();
    assert!(line.split('`').skip(1).step_by(2).all(|code| !code.contains(['<', '|', '\\', '@', '#'])), "{line}");
    assert_eq!(rest.matches("<code>").count(), rest.matches("</code>").count(), "{line}");
    for ours in ["<details><summary>", "</summary>", "</details>", "<br>", "<code>", "</code>"] {
        rest = rest.replace(ours, "");
    }
    let rest = rest.strip_prefix("### ").unwrap_or(&rest).replace("&#", "");
    assert_eq!(rest.matches("**").count() % 2, 0, "{line}");
    let rest = rest.replace("**", "");
    let acts = rest.find(['<', '>', '*', '_', '[', ']', '#', '@', '\\', '~', '!', '$']);
    assert_eq!(acts.map(|at| &rest[at..]), None, "{line}");
    for link in ["http:", "https:", "www."] {
        assert!(!rest.contains(link), "{line}");
    }
}
