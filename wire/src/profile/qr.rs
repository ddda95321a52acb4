//! A profile as the text of a QR code: in the 45 characters of its alphanumeric mode (RFC 9285), between a head and an end.

use super::ProfileError;
use crate::limits;

const HEAD: &str = "TURNSTONE-PROFILE-1:";
/// Without it, a space at the end would be lost to whatever trims what it read.
const END: char = '.';

/// The text of a file; nothing where it is too long for a code that a phone reads.
pub(super) fn text(file: &[u8]) -> Option<String> {
    let text = format!("{HEAD}{}{END}", base45::encode(file));
    (text.len() <= limits::PROFILE_QR_CHARS).then_some(text)
}

/// The file of a text; nothing where it is no such text.
pub(super) fn file(text: &[u8]) -> Option<Result<Vec<u8>, ProfileError>> {
    let text = text.trim_ascii().strip_prefix(HEAD.as_bytes())?;
    Some(decode(text))
}

fn decode(text: &[u8]) -> Result<Vec<u8>, ProfileError> {
    let text = text.strip_suffix(END.to_string().as_bytes()).ok_or(ProfileError::Shape)?;
    if text.len() > limits::PROFILE_QR_CHARS {
        return Err(ProfileError::TooLarge);
    }
    // A line that was folded on the way; no line feed is among the 45.
    let one_line: Vec<u8> = text.iter().copied().filter(|byte| !b"\r\n".contains(byte)).collect();
    let file = base45::decode(&one_line).map_err(|_| ProfileError::Shape)?;
    // The decoder takes more than one spelling of the last byte.
    if base45::encode(&file).as_bytes() == one_line { Ok(file) } else { Err(ProfileError::Shape) }
}
