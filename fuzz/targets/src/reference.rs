//! References as people type them.

use turnstone_wire::reference::Reference;

use crate::marker::{error_says_nothing, says_nothing, variants};

/// A reference that is read is one label, however it was typed, and one wrong symbol in it is noticed.
pub fn check(data: &[u8]) {
    for bytes in variants(data) {
        let Ok(typed) = str::from_utf8(&bytes) else { continue };
        match typed.parse::<Reference>() {
            Ok(reference) => one_label(&reference),
            Err(error) => error_says_nothing(&error),
        }
    }
}

fn one_label(reference: &Reference) {
    says_nothing(&format!("{reference:?}"));
    let label = reference.to_string();
    assert!(label.starts_with(reference.scheme().code_word()));
    for typed in [label.clone(), label.to_lowercase(), label.replace('-', ""), format!(" {label} ")] {
        assert!(typed.parse() == Ok(*reference), "{label} is not read as {typed:?}");
    }
    for at in label.len() - 3..label.len() {
        let mut wrong = label.clone().into_bytes();
        wrong[at] = if wrong[at] == b'7' { b'8' } else { b'7' };
        if let Ok(wrong) = String::from_utf8(wrong) {
            assert!(wrong.parse::<Reference>().is_err(), "{wrong} passes for {label}");
        }
    }
}
