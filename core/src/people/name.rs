//! A person's name as it is kept: on one line, and the same whatever its case and spaces.

use std::fmt;

use turnstone_wire::{limits, text::Text};
use zeroize::Zeroizing;

/// A name on one line. `Debug` hides it.
#[derive(Clone)]
pub(super) struct Name(Text);

impl Name {
    /// The name in what was typed or signed: control characters and runs of white space become single spaces. None where
    /// nothing is left, or more than a profile lists ([`limits::NAME_BYTES`]).
    pub(super) fn of(text: &Text) -> Option<Self> {
        let words = text.as_str().split(|c: char| c.is_control() || c.is_whitespace());
        let words: Vec<_> = words.filter(|word| !word.is_empty()).collect();
        let name = Text::new(words.join(" "));
        (!name.is_empty() && name.len() <= limits::NAME_BYTES).then_some(Self(name))
    }

    pub(super) fn text(&self) -> &Text {
        &self.0
    }

    pub(super) fn into_text(self) -> Text {
        self.0
    }

    /// Whether they are one person's: case and spaces make no difference.
    pub(super) fn is(&self, other: &Self) -> bool {
        self.folded() == other.folded()
    }

    fn folded(&self) -> Zeroizing<String> {
        Zeroizing::new(self.0.as_str().to_lowercase())
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[name]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> Option<String> {
        Name::of(&Text::from(text)).map(|name| name.text().as_str().to_owned())
    }

    #[test]
    fn a_name_is_on_one_line_and_neither_empty_nor_endless() {
        assert_eq!(name("  A.\t \u{7}Lookout\r\n").as_deref(), Some("A. Lookout"));
        assert_eq!(name("Siân\u{1b}[31m").as_deref(), Some("Siân [31m"));
        assert_eq!(name(" \n\u{0}\u{a0}"), None);
        assert_eq!(name(&"ŵ".repeat(128)).map(|name| name.len()), Some(256));
        assert_eq!(name(&"ŵ".repeat(129)), None);
    }

    #[test]
    fn case_and_spaces_make_no_other_person() {
        let of = |text: &str| Name::of(&Text::from(text)).unwrap();
        assert!(of("A.  LOOKOUT").is(&of("a. lookout ")) && of("ŵyn").is(&of("ŴYN")));
        assert!(!of("A. Lookout").is(&of("B. Lookout")));
    }
}
