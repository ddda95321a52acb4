//! JSON as a desk may trust it: no object names a field twice (two readers would see two reports), no nesting to
//! exhaust a stack, nothing after the end but white space, no name that the library itself reads in a way of its own.

use std::{collections::HashSet, fmt};

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use crate::limits::JSON_DEPTH;

/// Why a text is not JSON that is accepted.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone)]
pub enum JsonError {
    /// Not JSON, too deeply nested, or of a name that is the library's own, at this line and column.
    #[error("not well-formed JSON (line {line}, column {column})")]
    Malformed {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
    },
    /// An object names a field twice.
    #[error("a field is named twice (line {line}, column {column})")]
    DuplicateField {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
    },
}

/// Checks a whole document and keeps nothing of it.
///
/// # Errors
/// [`JsonError`] for anything but one well-formed document without repeated fields, at most
/// [`JSON_DEPTH`] deep, in which no field is named like the library's own marks.
pub fn check(bytes: &[u8]) -> Result<(), JsonError> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    Value { depth: 0 }.deserialize(&mut reader).and_then(|()| reader.end()).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        if error.to_string().starts_with(DUPLICATE) {
            JsonError::DuplicateField { line, column }
        } else {
            JsonError::Malformed { line, column }
        }
    })
}

const DUPLICATE: &str = "duplicate field";

/// How the names begin by which `serde_json` passes values to itself. Where any crate of a program turns on its `raw_value`,
/// a text under such a name is read as JSON of its own, in which fields may repeat and nest a hundred deep, and again
/// inside: 135 KB of it ended a program by exhausting its stack.
const LIBRARYS_OWN: &str = "$serde_json::private::";

#[derive(Clone, Copy)]
struct Value {
    depth: usize,
}

impl Value {
    fn deeper<E: Error>(self) -> Result<Self, E> {
        if self.depth >= JSON_DEPTH {
            return Err(E::custom("nested too deeply"));
        }
        Ok(Self { depth: self.depth + 1 })
    }
}

impl<'de> DeserializeSeed<'de> for Value {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Value {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let inner = self.deeper()?;
        while seq.next_element_seed(inner)?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let inner = self.deeper()?;
        let mut seen = HashSet::new();
        while let Some(name) = map.next_key::<String>()? {
            if name.starts_with(LIBRARYS_OWN) {
                return Err(A::Error::custom("a name of the library's own"));
            }
            if !seen.insert(name) {
                return Err(A::Error::custom(DUPLICATE));
            }
            map.next_value_seed(inner)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_named_twice_is_refused_at_every_depth_and_spelling() {
        for text in [
            r#"{"a":1,"a":2}"#,
            r#"[{"x":{"a":1,"a":2}}]"#,
            r#"{"a":1,"\u0061":2}"#, // the same name, escaped
        ] {
            assert!(matches!(check(text.as_bytes()), Err(JsonError::DuplicateField { .. })), "{text}");
        }
    }

    #[test]
    fn hostile_shapes_end_in_an_error() {
        let deep = "[".repeat(100_000);
        for text in [deep.as_str(), "", "{", "{\"a\":1} x", "\u{feff}{}", "nul", "{\"a\":1e999}"] {
            assert!(matches!(check(text.as_bytes()), Err(JsonError::Malformed { .. })), "{:.20}", text);
        }
        assert!(matches!(check(b"{\"a\":\"\xff\"}"), Err(JsonError::Malformed { .. })));
    }

    #[test]
    fn p11_a_document_hidden_in_a_text_is_refused() {
        for text in [
            r#"{"$serde_json::private::RawValue":"{\"a\":1,\"a\":2}"}"#,
            r#"[{"x":{"\u0024serde_json::private::RawValue":"[]"}}]"#,
            r#"{"$serde_json::private::Number":"1"}"#,
        ] {
            assert!(matches!(check(text.as_bytes()), Err(JsonError::Malformed { .. })), "{text}");
        }
        assert_eq!(check(br#"{"$serde_json":"$serde_json::private::RawValue"}"#), Ok(()));
    }

    #[test]
    fn padding_by_trailing_spaces_is_accepted() {
        assert_eq!(check(b"{\"a\":[1,-2,3.5,null,true,\"x\"]}      "), Ok(()));
    }
}
