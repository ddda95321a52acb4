//! What an attachment is called on an officer's disk: a number and an ending from a fixed table, by its content.

use std::collections::BTreeSet;

use turnstone_wire::body::{AttachmentPart, Role};

/// Bytes needed to tell what something is.
pub(super) const HEAD_BYTES: usize = 8 * 1024;

/// Endings by sniffed media type. Pictures, film and sound only: whatever else came is `bin`, which no program opens
/// at a double click.
const ENDINGS: &[(&str, &str)] = &[
    ("image/jpeg", "jpg"),
    ("image/png", "png"),
    ("image/heif", "heic"),
    ("image/avif", "avif"),
    ("image/webp", "webp"),
    ("image/gif", "gif"),
    ("image/tiff", "tiff"),
    ("video/mp4", "mp4"),
    ("video/x-m4v", "m4v"),
    ("video/quicktime", "mov"),
    ("video/x-matroska", "mkv"),
    ("video/webm", "webm"),
    ("video/x-msvideo", "avi"),
    ("audio/m4a", "m4a"),
    ("audio/mpeg", "mp3"),
    ("audio/x-wav", "wav"),
    ("audio/ogg", "ogg"),
    ("audio/x-flac", "flac"),
    ("audio/aac", "aac"),
    ("audio/amr", "amr"),
];
const UNKNOWN: &str = "bin";

/// The name without its ending: `1` for an original, `1-copy` for its copy. No two of a report share one.
pub(super) fn stem(part: &AttachmentPart) -> String {
    match part.role {
        Role::Original => part.number.to_string(),
        Role::Copy => format!("{}-copy", part.number),
    }
}

/// What a name without its ending, or with one, stands for: in words, beside it.
pub(super) fn role(name: &str) -> &'static str {
    let stem = name.split('.').next().unwrap_or_default();
    if stem.ends_with("-copy") { "copy" } else { "original" }
}

/// How many photos, films and recordings a report has: an original and its copy are one.
pub(super) fn count(parts: &[AttachmentPart]) -> usize {
    parts.iter().map(|part| part.number).collect::<BTreeSet<_>>().len()
}

/// The ending by what the content is, whatever the report calls it.
pub(super) fn ending(head: &[u8]) -> &'static str {
    let kind = infer::get(head).map(|kind| kind.mime_type());
    ENDINGS.iter().find(|(media_type, _)| Some(*media_type) == kind).map_or(UNKNOWN, |(_, ending)| ending)
}

/// Every ending a file can have.
pub(super) fn endings() -> impl Iterator<Item = &'static str> {
    ENDINGS.iter().map(|(_, ending)| *ending).chain([UNKNOWN])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_content_decides_and_nothing_that_runs_gets_an_ending_that_runs() {
        assert_eq!(ending(b"\xff\xd8\xff\xe0\0\x10JFIF"), "jpg");
        assert_eq!(ending(b"\x89PNG\r\n\x1a\n"), "png");
        assert_eq!(ending(b"\0\0\0\x18ftypheic\0\0\0\0heicmif1"), "heic");
        for other in [b"MZ\x90\0".as_slice(), b"#!/bin/sh\n", b"<html>", b"%PDF-1.7", b"\x7fELF", b""] {
            assert_eq!(ending(other), "bin", "{other:?}");
        }
    }
}
