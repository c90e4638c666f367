//! How the lines of a text end.

/// What ends a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::manifest) enum LineEnd {
    Lf,
    CrLf,
}

impl LineEnd {
    /// What most lines of a text end with.
    pub(in crate::manifest) fn of(text: &str) -> Self {
        let all = text.matches('\n').count();
        let with_return = text.matches("\r\n").count();
        if with_return > all - with_return { Self::CrLf } else { Self::Lf }
    }

    pub(in crate::manifest) fn as_str(self) -> &'static str {
        match self {
            Self::Lf => "\n",
            Self::CrLf => "\r\n",
        }
    }

    /// A text whose lines end with LF, with these ends.
    pub(in crate::manifest) fn put(self, text: &str) -> String {
        text.replace('\n', self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::LineEnd;

    #[test]
    fn most_lines_decide() {
        for (text, end) in
            [("", LineEnd::Lf), ("a\r\nb", LineEnd::CrLf), ("a\r\nb\n", LineEnd::Lf), ("\r\n\r\n\n\r", LineEnd::CrLf)]
        {
            assert_eq!(LineEnd::of(text), end, "{text:?}");
        }
    }
}
