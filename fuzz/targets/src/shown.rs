//! Words of strangers, made safe to show.

use turnstone_wire::{
    check_json,
    shown::{json, line, lines},
};

use crate::made;

/// Nothing that is shown acts; words that do not act are shown as they are; JSON stays the same JSON.
pub fn check(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let shown = line(&text);
    assert!(!shown.contains(acts) && line(&shown) == shown);
    let plain = |c: char| c.is_alphanumeric() || c.is_ascii_punctuation() || c == ' ';
    assert!(shown == text || !text.chars().all(plain), "plain words are shown otherwise");
    let several = lines(&text, "  | ");
    assert!(!several.contains(|c| acts(c) && c != '\n'));
    assert!(several.split('\n').skip(1).all(|line| line.starts_with("  | ")), "a line passes for ours");
    assert_eq!(several.matches('\n').count(), text.matches('\n').count());
    // As a name and as a value, and whatever JSON the input itself is.
    let value = serde_json::json!({ text.as_ref(): [text] });
    for value in [Some(value), serde_json::from_slice(data).ok()].into_iter().flatten() {
        let written = made(serde_json::to_string_pretty(&value));
        // A name of the library's own changes what a value is; nothing that holds one is read, and so none is shown.
        if check_json(written.as_bytes()).is_err() {
            continue;
        }
        let shown = json(&written);
        assert!(!shown.contains(|c| acts(c) && c != '\n'));
        assert!(serde_json::from_str::<serde_json::Value>(&shown).is_ok_and(|again| again == value));
    }
}

/// The least that must not reach a terminal, told apart in another way than the code under test does: by what each is
/// called in Unicode's lists.
fn acts(c: char) -> bool {
    const ORDER: [char; 12] = [
        '\u{61c}', '\u{200e}', '\u{200f}', '\u{202a}', '\u{202b}', '\u{202c}', '\u{202d}', '\u{202e}',
        '\u{2066}', '\u{2067}', '\u{2068}', '\u{2069}',
    ];
    const WITHOUT_WIDTH: [char; 5] = ['\u{200b}', '\u{200c}', '\u{200d}', '\u{2060}', '\u{feff}'];
    const SEPARATORS: [char; 2] = ['\u{2028}', '\u{2029}'];
    c.is_control() || ORDER.contains(&c) || WITHOUT_WIDTH.contains(&c) || SEPARATORS.contains(&c)
}
