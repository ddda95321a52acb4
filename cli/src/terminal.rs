//! Words made safe to show. A draft may hold text that was pasted or typed by others; shown again, it must not move the
//! cursor, colour the screen or turn the reading order of a line around (DESIGN 7).

/// True for a character that acts instead of showing: controls, marks of reading order (Unicode Standard Annex 9),
/// separators of lines, characters without width, the tag block.
fn acts(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// One line, with every acting character written out as `\u{202e}`.
pub(crate) fn line(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if acts(c) { shown.extend(c.escape_unicode()) } else { shown.push(c) }
    }
    shown
}

/// Several lines: as [`line`], but line feeds stay, each followed by `indent`, so that no line of a text can pass for
/// one of ours.
pub(crate) fn lines(text: &str, indent: &str) -> String {
    let text = text.replace("\r\n", "\n");
    text.split('\n').map(line).collect::<Vec<_>>().join(&format!("\n{indent}"))
}

/// The same JSON, with the acting characters that JSON lets stand written as `\u202e`.
pub(crate) fn json(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if acts(c) && c != '\n' {
            for unit in c.encode_utf16(&mut [0; 2]) {
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
    fn acting_characters_are_written_out_and_others_stay() {
        assert_eq!(line("a\u{1b}[31mb\u{202e}c\nd"), "a\\u{1b}[31mb\\u{202e}c\\u{a}d");
        assert_eq!(lines("Ynys Môn\r\nWHY\u{7}", "  "), "Ynys Môn\n  WHY\\u{7}");
    }

    #[test]
    fn escaped_json_reads_back_as_the_same_text() {
        let value = serde_json::json!({"what": "a\u{202e}b\u{e0041}\u{7f}\nc"});
        let shown = json(&serde_json::to_string_pretty(&value).unwrap());
        assert!(!shown.chars().any(|c| acts(c) && c != '\n'));
        assert_eq!(serde_json::from_str::<serde_json::Value>(&shown).unwrap(), value);
    }
}
