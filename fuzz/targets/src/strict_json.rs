//! JSON as a desk may trust it.

use serde_json::Value;
use turnstone_wire::{JsonError, check_json, limits};

use crate::{
    made,
    marker::{error_says_nothing, variants},
};

/// What passes is JSON, not too deep, and names no field twice; what does not pass has one of these three faults.
pub fn check(data: &[u8]) {
    for bytes in variants(data) {
        let value = serde_json::from_slice::<Value>(&bytes);
        match (check_json(&bytes), value) {
            (Ok(()), Ok(value)) => holds(&bytes, &value),
            (Ok(()), Err(_)) => panic!("what passes is no JSON"),
            (Err(error), value) => {
                error_says_nothing(&error);
                let malformed = matches!(error, JsonError::Malformed { .. });
                assert!(
                    !malformed || value.is_err() || depth(&bytes) > limits::JSON_DEPTH || is_odd(&bytes),
                    "refused without a reason"
                );
            }
        }
    }
}

fn holds(bytes: &[u8], value: &Value) {
    assert!(depth(bytes) <= limits::JSON_DEPTH, "it passes, and is too deep");
    let written = made(serde_json::to_string(value));
    assert!(check_json(written.as_bytes()).is_ok(), "it does not pass once written by a library");
    let deep = format!("{}{written}{}", "[".repeat(limits::JSON_DEPTH), "]".repeat(limits::JSON_DEPTH));
    let too_deep = value.is_array() || value.is_object();
    assert_eq!(check_json(deep.as_bytes()).is_err(), too_deep, "the depth is not counted");
    if let Some((name, _)) = value.as_object().and_then(|object| object.iter().next()) {
        let twice = written.replacen('{', &format!("{{{}:0,", made(serde_json::to_string(name))), 1);
        let refused = check_json(twice.as_bytes());
        assert!(matches!(refused, Err(JsonError::DuplicateField { .. })), "a field named twice passes");
    }
}

/// How deep brackets are nested outside strings, counted without any parser of JSON.
fn depth(bytes: &[u8]) -> usize {
    let (mut depth, mut deepest, mut in_string, mut escaped) = (0_usize, 0, false, false);
    for &b in bytes {
        match b {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'[' | b'{' if !in_string => depth += 1,
            b']' | b'}' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

/// Whether it names a field that the library itself gives a meaning to, perhaps in escapes.
fn is_odd(bytes: &[u8]) -> bool {
    bytes.contains(&b'$') || bytes.windows(6).any(|part| part.eq_ignore_ascii_case(b"\\u0024"))
}
