//! The photos of a draft and of a report, in words and in JSON: an original and its copy are one photo.

use std::{collections::BTreeMap, fmt::Write as _};

use indicatif::HumanBytes;
use serde_json::{Value, json};
use turnstone_core::{
    DraftAttachment, DraftRow, NotSendable,
    media::{Carried, CopyError, Facts, MediaKind},
    view,
};
use turnstone_wire::{
    body::{AttachmentPart, Role},
    shown,
};

use super::INDENT;
use crate::args::Common;

/// One photo: what the camera gave, its copy, or both.
#[derive(Clone, Default)]
pub(crate) struct Photo<'a> {
    pub(crate) number: u16,
    pub(crate) original: Option<File<'a>>,
    pub(crate) copy: Option<File<'a>>,
    carries: &'a [Carried],
    facts: Option<&'a Facts>,
    no_copy: Option<CopyError>,
}

/// One of its files.
#[derive(Clone, Copy)]
pub(crate) struct File<'a> {
    media_type: &'a str,
    size: u64,
    points: Option<(u32, u32)>,
}

impl File<'_> {
    fn is_picture(&self) -> bool {
        MediaKind::of_type(self.media_type) == MediaKind::Picture
    }
}

/// Where a photo is shown, which decides what is said of its original.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shown {
    /// In a draft that will say who sent it, or may.
    Named,
    /// In an anonymous draft.
    Anonymous,
    /// In an anonymous report that was just submitted.
    AnonymousSubmitted,
    /// In what the desk will see, or was sent.
    AtTheDesk,
}

/// The photos of a draft, by number.
pub(crate) fn of_draft(attachments: &[DraftAttachment]) -> Vec<Photo<'_>> {
    let mut photos = BTreeMap::new();
    for held in attachments {
        let file = File { media_type: &held.media_type, size: held.size, points: held.points };
        let photo = beside(&mut photos, held.number, held.role, file);
        if held.role == Role::Original {
            (photo.carries, photo.facts, photo.no_copy) = (&held.carries, Some(&held.facts), held.no_copy);
        }
    }
    photos.into_values().collect()
}

/// The photos that a report lists, by number, with what a draft knows of them besides.
pub(crate) fn of_report<'a>(parts: &'a [AttachmentPart], known: &'a [DraftAttachment]) -> Vec<Photo<'a>> {
    let mut photos = BTreeMap::new();
    for part in parts {
        let is_it = |held: &&DraftAttachment| (held.number, held.role) == (part.number, part.role);
        let points = known.iter().find(is_it).and_then(|held| held.points);
        let file = File { media_type: &part.media_type, size: part.size, points };
        beside(&mut photos, part.number, part.role, file);
    }
    for held in known.iter().filter(|held| held.role == Role::Original) {
        if let Some(photo) = photos.get_mut(&held.number) {
            photo.carries = &held.carries;
        }
    }
    photos.into_values().collect()
}

fn beside<'a, 'b>(
    photos: &'b mut BTreeMap<u16, Photo<'a>>,
    number: u16,
    role: Role,
    file: File<'a>,
) -> &'b mut Photo<'a> {
    let photo = photos.entry(number).or_default();
    photo.number = number;
    match role {
        Role::Copy => photo.copy = Some(file),
        Role::Original => photo.original = Some(file),
    }
    photo
}

/// One photo on a line, and what it suggests on the next.
pub(crate) fn draft_words(
    words: &mut String,
    common: &Common,
    draft: DraftRow,
    photo: &Photo<'_>,
    shown: Shown,
) {
    let _ = writeln!(words, "{}", line(photo, shown));
    let pictured = photo.original.is_some_and(|file| file.is_picture());
    if pictured && photo.copy.is_none() && photo.no_copy.is_none() {
        let again = common.typed(format_args!("draft copy-again {draft} {}", photo.number));
        let _ = writeln!(words, "{INDENT}`{again}` makes its copy");
    }
    if let Some(suggestion) = photo.suggestion() {
        let _ = writeln!(words, "{INDENT}{suggestion}");
        let take = common.typed(format_args!("draft change {draft} --from-photo {}", photo.number));
        let _ = writeln!(words, "{INDENT}`{take}` takes that over");
    }
}

/// One photo on a line: its copy, what that comes without, and what becomes of the original.
pub(crate) fn line(photo: &Photo<'_>, shown: Shown) -> String {
    let name = format!("Photo {}:", photo.number);
    let without = view::left_out(photo.carries).map(|without| format!(", {without}"));
    let without = without.unwrap_or_default();
    let said = match (&photo.copy, &photo.original) {
        (Some(copy), Some(original)) => {
            let all = if without.is_empty() { "" } else { " with all of that" };
            let original = HumanBytes(original.size);
            let fate = match shown {
                Shown::Named => format!("the original, {original}{all}, goes too once there is Wi-Fi"),
                Shown::Anonymous => format!(
                    "the original, {original}{all}, stays here, and is shredded when this is submitted"
                ),
                Shown::AnonymousSubmitted => {
                    format!("the original, {original}{all}, is never sent, and is shredded here")
                }
                Shown::AtTheDesk => format!("and the original, {original}{all}"),
            };
            format!("copy {}{without}; {fate}", size_words(copy))
        }
        (Some(copy), None) => format!("copy {}{without}; no original goes", size_words(copy)),
        (None, Some(original)) => without_copy(photo, original, shown),
        (None, None) => "nothing of it is there".to_owned(),
    };
    format!("{name:<10}{said}")
}

/// What to type where the anonymous route does not take a photo.
pub(super) fn remedy(common: &Common, draft: DraftRow, stops: &NotSendable) -> Option<String> {
    let detach = |photo: u16| common.typed(format_args!("draft detach {draft} {photo}"));
    Some(match *stops {
        NotSendable::NotAnonymously { photo, kind: MediaKind::Video } => {
            format!("take it out with `{}` and {}", detach(photo), still(common, draft))
        }
        NotSendable::PhotoWithoutCopy { photo, why: None } => {
            let again = common.typed(format_args!("draft copy-again {draft} {photo}"));
            format!("have its copy made with `{again}`, take it out with `{}`", detach(photo))
        }
        NotSendable::PhotoWithoutCopy { photo, why: Some(CopyError::NoDecoder) } => {
            let attach = common.typed(format_args!("draft attach {draft} PHOTO.jpg"));
            format!(
                "take it out with `{}` and, saved as a JPEG by another program, add it again with `{attach}`",
                detach(photo)
            )
        }
        NotSendable::NotAnonymously { photo, .. } | NotSendable::PhotoWithoutCopy { photo, .. } => {
            format!("take it out with `{}`", detach(photo))
        }
        _ => return None,
    })
}

/// What stands for a film in an anonymous report.
pub(crate) fn still(common: &Common, draft: DraftRow) -> String {
    let attach = common.typed(format_args!("draft attach {draft} STILL.jpg"));
    format!("save one picture of the film in another program and add that with `{attach}`")
}

/// A film, a recording, or a picture without a copy.
fn without_copy(photo: &Photo<'_>, original: &File<'_>, shown: Shown) -> String {
    let file = format!("{}, {}", shown::line(original.media_type), HumanBytes(original.size));
    let goes = match shown {
        Shown::Named | Shown::AtTheDesk => "as the camera gave it, with all that it wrote into it",
        Shown::Anonymous | Shown::AnonymousSubmitted => "and cannot go in an anonymous report",
    };
    if !original.is_picture() {
        return format!("{file}, {goes}");
    }
    let why = match (photo.no_copy, shown) {
        (Some(why), _) => format!("no copy, for {why}"),
        (None, Shown::AtTheDesk) => "no copy".to_owned(),
        (None, _) => "no copy yet".to_owned(),
    };
    format!("{file}; {why}; {goes}")
}

/// "2048 x 1536, 291 KiB".
pub(crate) fn size_words(file: &File<'_>) -> String {
    let bytes = HumanBytes(file.size);
    file.points.map_or_else(|| bytes.to_string(), |(width, height)| format!("{width} x {height}, {bytes}"))
}

impl Photo<'_> {
    /// What a draft could take over of it, in a sentence; none where there is nothing of that kind.
    pub(crate) fn suggestion(&self) -> Option<String> {
        let says =
            |facts: &&Facts| facts.position.is_some() || facts.taken.is_some() || facts.bearing.is_some();
        self.facts.filter(says).and_then(view::suggestion)
    }

    /// The same for scripts.
    pub(crate) fn json(&self) -> Value {
        json!({
            "number": self.number,
            "original": self.original.as_ref().map(file_json),
            "copy": self.copy.as_ref().map(file_json),
            "no_copy": self.no_copy,
            "no_copy_text": self.no_copy.map(|why| why.to_string()),
            "left_out": self.carries,
            "left_out_text": view::left_out(self.carries),
            "suggests": self.facts.filter(|facts| **facts != Facts::default()),
            "suggestion": self.suggestion(),
        })
    }
}

fn file_json(file: &File<'_>) -> Value {
    let (width, height) = file.points.unzip();
    json!({"media_type": file.media_type, "size": file.size, "width": width, "height": height})
}

#[cfg(test)]
mod tests {
    use super::*;

    const COPY: File<'_> = File { media_type: "image/jpeg", size: 300 * 1024, points: Some((2048, 1536)) };
    const ORIGINAL: File<'_> = File { media_type: "image/jpeg", size: 4 << 20, points: Some((4000, 3000)) };

    #[test]
    fn p7_a_witness_reads_what_the_copy_comes_without_and_what_becomes_of_the_original() {
        let carries = [Carried::Place, Carried::Time, Carried::MakerNotes];
        let photo = Photo {
            number: 1,
            original: Some(ORIGINAL),
            copy: Some(COPY),
            carries: &carries,
            ..Photo::default()
        };
        let copy = "Photo 1:  copy 2048 x 1536, 300.00 KiB, without place, time and maker notes; ";
        for (shown, original) in [
            (Shown::Named, "the original, 4.00 MiB with all of that, goes too once there is Wi-Fi"),
            (
                Shown::Anonymous,
                "the original, 4.00 MiB with all of that, stays here, and is shredded when this is submitted",
            ),
            (Shown::AtTheDesk, "and the original, 4.00 MiB with all of that"),
        ] {
            assert_eq!(line(&photo, shown), format!("{copy}{original}"));
        }
        let alone = Photo { original: None, ..photo };
        assert_eq!(line(&alone, Shown::Anonymous), format!("{copy}no original goes"));
    }

    #[test]
    fn a_photo_without_a_copy_says_why() {
        let heic = File { media_type: "image/heic", ..ORIGINAL };
        let photo = Photo {
            number: 12,
            original: Some(heic),
            no_copy: Some(CopyError::NoDecoder),
            ..Photo::default()
        };
        assert_eq!(
            line(&photo, Shown::Named),
            "Photo 12: image/heic, 4.00 MiB; no copy, for pictures of its kind are not read here; as the camera gave it, with all that it wrote into it"
        );
        assert!(line(&photo, Shown::Anonymous).ends_with("and cannot go in an anonymous report"));
        let film = Photo { original: Some(File { media_type: "video/mp4", ..ORIGINAL }), ..photo };
        assert!(!line(&film, Shown::Named).contains("copy"));
    }
}
