//! Words made safe to show: whoever writes a report, or pastes into a draft, must not be able to move a reader's cursor,
//! colour the screen, or turn the reading order of a line around (DESIGN 7).

/// True for a character that acts instead of showing: controls, marks that set the reading order (Unicode
/// Standard Annex 9), separators of lines, characters without width, and the tag block.
fn acts(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// One line: every acting character is written out as `\u{202e}`.
pub fn line(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if acts(c) { shown.extend(c.escape_unicode()) } else { shown.push(c) }
    }
    shown
}

/// Several lines: as [`line()`], but line feeds stay, each followed by `indent`, so that no line of a stranger can
/// pass for one of ours.
pub fn lines(text: &str, indent: &str) -> String {
    let text = text.replace("\r\n", "\n");
    text.split('\n').map(line).collect::<Vec<_>>().join(&format!("\n{indent}"))
}

/// JSON that is safe to show: the acting characters that JSON lets stand are written as `\u202e`, which every
/// reader of JSON reads back as the same text.
pub fn json(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if acts(c) && c != '\n' {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                shown.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            shown.push(c);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bidi_and_control_characters_are_written_out() {
        assert_eq!(line("a\u{1b}[31mb\u{202e}c\nd"), "a\\u{1b}[31mb\\u{202e}c\\u{a}d");
        assert_eq!(line("Môr-leidr, £5, 漁船"), "Môr-leidr, £5, 漁船");
    }

    #[test]
    fn a_strangers_line_cannot_pass_for_ours() {
        assert_eq!(lines("first\r\nWHO\nx\ry", "  | "), "first\n  | WHO\n  | x\\u{d}y");
    }

    #[test]
    fn escaped_json_is_the_same_json() {
        let value = serde_json::json!({"what": "a\u{202e}b\u{e0041}\u{7f}", "why": ["x\ny"]});
        let shown = json(&serde_json::to_string_pretty(&value).unwrap());
        assert!(!shown.chars().any(|c| acts(c) && c != '\n'), "{shown}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&shown).unwrap(), value);
    }
}
