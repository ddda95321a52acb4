//! A typed identifier as signs: capital letters, figures, and `?` for each one that was not seen.

/// Longest identifier that is looked at, in signs: what is longer is a sentence.
const LONGEST: usize = 24;

/// The signs of an identifier, and where something stood between them.
pub(super) struct Signs {
    signs: Vec<char>,
    breaks: Vec<usize>,
}

impl Signs {
    /// The signs in a text: spaces, hyphens, dots, slashes and colons only part them. None where there is another sign,
    /// too many of them, or none that was seen.
    pub(super) fn of(text: &str) -> Option<Self> {
        let (mut signs, mut breaks) = (Vec::new(), Vec::new());
        for sign in text.trim().chars() {
            match sign {
                '?' | '0'..='9' | 'A'..='Z' | 'a'..='z' => signs.push(sign.to_ascii_uppercase()),
                ' ' | '-' | '.' | '/' | ':' | '\u{2010}'..='\u{2014}' => breaks.push(signs.len()),
                _ => return None,
            }
            if signs.len() > LONGEST {
                return None;
            }
        }
        signs.iter().any(|sign| *sign != '?').then_some(Self { signs, breaks })
    }

    /// All of them.
    pub(super) fn all(&self) -> &[char] {
        &self.signs
    }

    /// How many there are before the first thing that parts them, if something does.
    pub(super) fn head(&self) -> Option<usize> {
        self.breaks.iter().copied().find(|at| (1..self.signs.len()).contains(at))
    }

    /// The signs after a label that may stand before them (`IMO 9074729`).
    pub(super) fn after(&self, label: &str) -> &[char] {
        let mut rest = self.signs.as_slice();
        for letter in label.chars() {
            match rest.split_first() {
                Some((first, others)) if *first == letter => rest = others,
                _ => return &self.signs,
            }
        }
        rest
    }
}

/// The signs of a text alone, in capitals: what is left to compare when it does not matter how it was parted. Letters of
/// other alphabets are kept.
pub fn normal(text: &str) -> String {
    // Kept or not once it is a capital: some small letters become a capital and a mark that combines with it.
    text.chars().flat_map(char::to_uppercase).filter(|sign| sign.is_alphanumeric() || *sign == '?').collect()
}

/// Signs as a text.
pub(super) fn text(signs: &[char]) -> String {
    signs.iter().collect()
}

/// Whether no sign can be anything but a figure.
pub(super) fn are_figures(signs: &[char]) -> bool {
    !signs.is_empty() && signs.iter().all(|sign| sign.is_ascii_digit() || *sign == '?')
}

/// What may stand where a shape has this letter. Letters that a register leaves out are left out.
fn class(class: char) -> &'static str {
    match class {
        // Any letter, any figure, any figure that may come first, anything.
        'A' => "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        '9' => "0123456789",
        '1' => "123456789",
        '*' => "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
        // United Kingdom: the two letters of a local office; the three at the end; letters of area marks; letters of a year.
        't' => "ABCDEFGHJKLMNOPRSTUVWXY",
        'r' => "ABCDEFGHJKLMNOPRSTUVWXYZ",
        'a' => "ABCDEFGHJKLMNOPRSTUVWXY",
        'y' => "ABCDEFGHJKLMNPRSTVWXY",
        // France and Italy since 2009 and 1994; consonants; the United States' registration letters.
        'f' => "ABCDEFGHJKLMNPQRSTVWXYZ",
        'i' => "ABCDEFGHJKLMNPRSTVWXYZ",
        'c' => "BCDFGHJKLMNPRSTVWXYZ",
        'u' => "ABCDEFGHJKLMNPQRSTUVWXYZ",
        // A month of a hull number (ISO 10087).
        'm' => "ABCDEFGHIJKL",
        // Single letters that mean something: electric and historic cars, Northern Ireland, Man, Jersey, Q plates, diplomats;
        // the first letters of Poland's provinces.
        'E' => "EH",
        'I' => "IZ",
        'J' => "J",
        'M' => "M",
        'N' => "N",
        'Q' => "Q",
        'X' => "DX",
        'k' => "A",
        'P' => "ABCDEFGKLNOPRSTWZ",
        _ => "",
    }
}

/// Whether each sign may stand where it stands in a shape.
pub(super) fn fits(signs: &[char], shape: &str) -> bool {
    signs.len() == shape.len()
        && signs.iter().zip(shape.chars()).all(|(sign, of)| *sign == '?' || class(of).contains(*sign))
}

/// The signs as they fit a shape, and whether letters and figures that look alike had to be exchanged for that.
pub(super) fn fitted(signs: &[char], shape: &str) -> Option<(Vec<char>, bool)> {
    if signs.len() != shape.len() {
        return None;
    }
    let mut mixed = false;
    let fitted: Option<Vec<char>> = signs
        .iter()
        .zip(shape.chars())
        .map(|(sign, of)| {
            if *sign == '?' || class(of).contains(*sign) {
                return Some(*sign);
            }
            mixed = true;
            lookalike(*sign).filter(|other| class(of).contains(*other))
        })
        .collect();
    fitted.map(|fitted| (fitted, mixed))
}

fn lookalike(sign: char) -> Option<char> {
    Some(match sign {
        'O' => '0',
        '0' => 'O',
        'I' => '1',
        '1' => 'I',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_parts_signs_does_not_matter_and_what_is_no_sign_gives_none() {
        for text in ["G-ABCD", " g abcd", "G.ABCD", "g\u{2011}ab/cd"] {
            assert_eq!(
                Signs::of(text).map(|signs| super::text(signs.all())).as_deref(),
                Some("GABCD"),
                "{text}"
            );
        }
        for text in ["", "???", "PZ 12, white", "PZ\u{661}", "a long sentence about a boat and its name"] {
            assert!(Signs::of(text).is_none(), "{text}");
        }
    }

    #[test]
    fn the_normal_form_of_a_normal_form_is_itself() {
        // Each sign is looked at alone, so that what holds for all of them holds for every text.
        for sign in '\0'..=char::MAX {
            let once = normal(sign.encode_utf8(&mut [0; 4]));
            assert_eq!(normal(&once), once, "{sign:?}");
        }
    }
}
