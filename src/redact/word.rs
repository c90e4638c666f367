//! Replaces a word that is known.

/// The text with a word replaced where it is not a part of a longer one.
pub(super) fn replace(text: &str, word: &str, by: &str) -> String {
    if word.is_empty() {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(word) {
        let joins = |neighbour: Option<char>| neighbour.is_some_and(char::is_alphanumeric);
        let is_part = joins(before.chars().next_back().or(out.chars().next_back())) || joins(after.chars().next());
        out.push_str(before);
        out.push_str(if is_part { word } else { by });
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::replace;

    #[test]
    fn parts_of_longer_words_stay() {
        assert_eq!(
            replace("demo at host-demo.db, demography, N1demo, demo", "demo", "n"),
            "n at host-n.db, demography, N1demo, n"
        );
        assert_eq!(replace("ababab", "ab", "n"), "ababab");
        assert_eq!(replace("text", "", "n"), "text");
    }
}
