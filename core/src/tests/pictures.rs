//! Pictures of a draft: the original and its copy, what each route sends of them, and what is ended when.

use turnstone_wire::{
    body::{Role, Route},
    receipt::ObjectKind,
};
use zeroize::Zeroizing;

use super::kit::{Phone, PlayedIntake, content, sync};
use crate::{
    DraftAttachment, Error, Invalid, Lane, Missing, NotSendable, Note,
    media::{Carried, Copied, CopyError, Cover, Facts, MediaKind, Pixels, Region, Survey},
    report::Makers,
    view::ItemView,
};

/// What begins as a JPEG file does, and is no picture to look at.
pub(super) fn photo(seed: u8, len: usize) -> Vec<u8> {
    let mut bytes = vec![seed; len];
    bytes[..4].copy_from_slice(&[0xff, 0xd8, 0xff, 0xe1]);
    bytes
}

/// What begins as a film does.
pub(super) fn film() -> Vec<u8> {
    let mut bytes = vec![3; 5000];
    bytes[..12].copy_from_slice(b"\0\0\0\x18ftypmp42");
    bytes
}

pub(super) const POINTS: (u32, u32) = (20, 10);

pub(super) fn copied(bytes: Vec<u8>) -> Copied {
    Copied { jpeg: Zeroizing::new(bytes), width: POINTS.0, height: POINTS.1 }
}

/// Played makers: the copy of a picture is the first twentieth of it, and says so.
pub(super) const PLAYED: Makers = Makers {
    survey: |original| Survey {
        facts: Facts { orientation: Some(6), ..Facts::default() },
        carries: vec![Carried::Place, Carried::Camera],
        size: Some((u32::try_from(original.len()).unwrap(), 1)),
    },
    copy_of: |original| Ok(copied([b"copy ", &original[4..original.len() / 20]].concat())),
    copy_of_pixels: |pixels| Ok(copied([b"still ", &pixels.rgba[..]].concat())),
    cover: |copy, regions, how| {
        let name: &[u8] = if how == Cover::Blur { b"blurred " } else { b"cut out " };
        if regions.is_empty() { Err(CopyError::Damaged) } else { Ok(copied([name, copy].concat())) }
    },
};

/// Makers that can make no copy.
const BLIND: Makers = Makers { copy_of: |_| Err(CopyError::NoDecoder), ..PLAYED };

pub(super) const PIXELS: fn() -> Pixels =
    || Pixels { width: 2, height: 1, rgba: Zeroizing::new(vec![1, 2, 3, 255, 4, 5, 6, 255]) };

pub(super) const FACE: Region = Region { x: 1, y: 1, width: 3, height: 3 };

fn note(phone: &Phone, route: Route, makers: Makers) -> Note {
    let mut note = phone.open().note(content(route)).unwrap();
    note.makers = makers;
    note
}

fn reopened(phone: &Phone, note: &Note) -> Note {
    let mut note = phone.open().unlock(None).unwrap().draft(note.row()).unwrap();
    note.makers = PLAYED;
    note
}

fn attach(note: &mut Note, bytes: &[u8]) -> Result<DraftAttachment, Error> {
    note.attach(&mut &bytes[..], &mut |_| {})
}

fn roles(note: &Note) -> Vec<(u16, Role)> {
    note.attachments().iter().map(|held| (held.number, held.role)).collect()
}

#[test]
fn a_picture_gets_its_copy_beside_it_and_what_it_says_of_itself_is_noted() {
    let phone = Phone::new();
    let mut note = note(&phone, Route::Police, PLAYED);
    let original = attach(&mut note, &photo(7, 300_000)).unwrap();
    assert_eq!(
        (original.number, original.role, original.media_type.as_str()),
        (1, Role::Original, "image/jpeg")
    );
    assert_eq!((original.points, original.facts.orientation), (Some((300_000, 1)), Some(6)));
    assert_eq!(
        (original.carries.as_slice(), original.no_copy),
        (&[Carried::Place, Carried::Camera][..], None)
    );
    attach(&mut note, &photo(8, 1000)).unwrap();
    let both = [(1, Role::Original), (1, Role::Copy), (2, Role::Original), (2, Role::Copy)];
    assert_eq!((roles(&note), note.photos()), (both.to_vec(), 2));
    assert_eq!(note.content().sightings[0].attachments, [1, 2]);

    let note = reopened(&phone, &note);
    assert_eq!((roles(&note), &note.attachments()[0]), (both.to_vec(), &original));
    let copy = &note.attachments()[1];
    assert_eq!((copy.points, copy.media_type.as_str(), copy.size), (Some(POINTS), "image/jpeg", 15_001));
    assert_eq!(note.picture(1).unwrap()[..10], *b"copy \x07\x07\x07\x07\x07");
    assert_eq!(note.picture(3).unwrap_err(), Error::NotFound(Missing::Attachment));
}

#[test]
fn p7_an_anonymous_report_lists_and_sends_copies_only() {
    let phone = Phone::new();
    let mut note = note(&phone, Route::Anonymous, PLAYED);
    attach(&mut note, &photo(7, 300_000)).unwrap();
    note.attach_still(&PIXELS()).unwrap();
    assert_eq!(roles(&note), [(1, Role::Original), (1, Role::Copy), (2, Role::Copy)]);
    let copies = [note.picture(1).unwrap().to_vec(), note.picture(2).unwrap().to_vec()];
    let shown = note.preview().unwrap();
    let listed: Vec<_> = shown.attachments.iter().map(|part| (part.number, part.role)).collect();
    assert_eq!(listed, [(1, Role::Copy), (2, Role::Copy)]);
    note.submit().unwrap();

    // Its original is gone from this device, and is never offered to the link.
    assert_eq!(media_rows(&phone), 2, "the copies, and no original");
    let intake = PlayedIntake::of(&phone.desk);
    let client = phone.open();
    for _ in 0..8 {
        sync(&client, &intake);
        phone.clock.advance(chrono::TimeDelta::minutes(15));
    }
    let envelope = intake.of_kind(ObjectKind::Report).remove(0);
    let body = turnstone_wire::envelope::open(&envelope, std::slice::from_ref(&phone.desk.seal)).unwrap();
    let sent = intake.of_kind(ObjectKind::Attachment);
    assert_eq!((body.report.attachments.len(), sent.len()), (2, 2));
    for (part, copy) in body.report.attachments.iter().zip(copies) {
        let sealed = sent.iter().find(|file| turnstone_wire::hash::Sha256::of(file) == part.sealed_sha256);
        let mut opened = Vec::new();
        turnstone_wire::attachment::open(&sealed.unwrap()[..], part, &mut opened).unwrap();
        assert_eq!(opened, copy);
    }
}

#[test]
fn a_named_report_sends_originals_and_copies() {
    let phone = Phone::new();
    let mut note = note(&phone, Route::Police, PLAYED);
    attach(&mut note, &photo(7, 300_000)).unwrap();
    note.submit().unwrap();
    let intake = PlayedIntake::of(&phone.desk);
    sync(&phone.open(), &intake);
    assert_eq!(intake.of_kind(ObjectKind::Attachment).len(), 2);
}

#[test]
fn an_anonymous_draft_refuses_films_sounds_and_other_files_and_says_why_and_offers_a_still() {
    let phone = Phone::new();
    let mut note = note(&phone, Route::Anonymous, PLAYED);
    let sound = [b"RIFF\0\0\0\0WAVEfmt ", &[7; 5000][..]].concat();
    for (bytes, kind, reason) in [
        (film(), MediaKind::Video, "film"),
        (sound, MediaKind::Sound, "a voice is as good as a name"),
        (vec![1; 10], MediaKind::Other, "pictures only"),
    ] {
        let error = attach(&mut note, &bytes).unwrap_err();
        assert_eq!(error, Error::Invalid(Invalid::AnonymousMedia { kind }));
        let said = error.to_string();
        assert!(said.contains(reason) && said.contains("still"), "{said}");
    }
    assert_eq!((roles(&note), attach(&mut note, b"")), (vec![], Err(Invalid::EmptyAttachment.into())));
    assert_eq!(note.attach_still(&PIXELS()).unwrap().role, Role::Copy);
    note.submit().unwrap();
}

#[test]
fn p9_a_film_of_a_draft_that_becomes_anonymous_is_kept_and_only_sending_is_refused() {
    let phone = Phone::new();
    let mut note = note(&phone, Route::Police, PLAYED);
    attach(&mut note, &photo(7, 1000)).unwrap();
    let film = attach(&mut note, &film()).unwrap();
    assert_eq!((film.kind(), film.no_copy), (MediaKind::Video, None));
    note.change(content(Route::Anonymous)).unwrap();
    let refused = Error::NotSendable(NotSendable::NotAnonymously { photo: 2, kind: MediaKind::Video });
    assert_eq!(note.check().unwrap().stops, Some(refused.clone()));
    let (note, error) = note.submit().unwrap_err();
    assert_eq!(error, refused);
    assert!(error.to_string().starts_with("photo 2: "), "{error}");
    let mut note = *note;
    note.detach(2).unwrap();
    note.submit().unwrap();
}

#[test]
fn p9_a_picture_without_a_copy_is_kept_and_only_the_anonymous_route_is_closed_to_it() {
    let phone = Phone::new();
    let mut blind = note(&phone, Route::Anonymous, BLIND);
    let original = attach(&mut blind, &photo(7, 1000)).unwrap();
    assert_eq!((original.no_copy, original.facts.orientation), (Some(CopyError::NoDecoder), Some(6)));
    let refused = NotSendable::PhotoWithoutCopy { photo: 1, why: Some(CopyError::NoDecoder) };
    assert_eq!(blind.submit().unwrap_err().1, Error::NotSendable(refused));

    let mut blind = note(&phone, Route::Police, BLIND);
    attach(&mut blind, &photo(7, 1000)).unwrap();
    assert_eq!(blind.make_copy(1).unwrap_err(), Error::Invalid(Invalid::Copy(CopyError::NoDecoder)));
    // The shell's own decode is taken instead.
    let copy = blind.give_copy(1, &PIXELS()).unwrap();
    assert_eq!((copy.number, copy.role), (1, Role::Copy));
    assert_eq!(blind.attachments()[0].no_copy, None);
    assert_eq!(blind.content().sightings[0].attachments, [1]);
    blind.submit().unwrap();
}

#[test]
fn a_covered_copy_takes_the_place_of_the_old_one_and_the_original_goes_only_when_asked() {
    let phone = Phone::new();
    let mut note = note(&phone, Route::Police, PLAYED);
    let original = attach(&mut note, &photo(7, 300_000)).unwrap();
    let plain = note.picture(1).unwrap();
    let covered = note.cover(1, &[FACE], Cover::Blur).unwrap();
    assert_eq!(roles(&note), [(1, Role::Original), (1, Role::Copy)]);
    assert_eq!(note.picture(1).unwrap()[..], [b"blurred ", &plain[..]].concat());
    // A copy made again would show what was covered.
    assert_eq!(note.make_copy(1).unwrap(), covered);
    assert_eq!(note.give_copy(1, &PIXELS()).unwrap(), covered);
    assert_eq!(note.attachments()[0], original);
    let error = note.cover(1, &[], Cover::CutOut).unwrap_err();
    assert_eq!(error, Error::Invalid(Invalid::Copy(CopyError::Damaged)));
    note.cover(1, &[FACE], Cover::CutOut).unwrap();
    note.leave_out_original(1).unwrap();
    assert_eq!(note.leave_out_original(1).unwrap_err(), Error::NotFound(Missing::Attachment));

    let note = reopened(&phone, &note);
    assert_eq!((roles(&note), note.photos()), (vec![(1, Role::Copy)], 1));
    assert_eq!(note.picture(1).unwrap()[..], [b"cut out blurred ", &plain[..]].concat());
    assert_eq!(note.content().sightings[0].attachments, [1]);
    note.submit().unwrap();
}

#[test]
fn p1_a_kill_between_a_picture_and_its_copy_leaves_the_picture_and_the_copy_is_made_later() {
    let phone = Phone::new();
    let killed = Makers { copy_of: |_| panic!("killed"), ..PLAYED };
    let mut lost = note(&phone, Route::Anonymous, killed);
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let ended =
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| attach(&mut lost, &photo(7, 300_000))));
    std::panic::set_hook(hook);
    assert!(ended.is_err());

    let mut note = reopened(&phone, &lost);
    assert_eq!(roles(&note), [(1, Role::Original)]);
    let refused = NotSendable::PhotoWithoutCopy { photo: 1, why: None };
    assert_eq!(note.check().unwrap().stops, Some(Error::NotSendable(refused)));
    assert_eq!(note.make_copy(2).unwrap_err(), Error::NotFound(Missing::Attachment));
    assert_eq!(note.make_copy(1).unwrap().role, Role::Copy);
    assert_eq!(roles(&note), [(1, Role::Original), (1, Role::Copy)]);
    assert_eq!(note.attachments()[0].facts.orientation, Some(6));
    note.submit().unwrap();
}

#[test]
fn p1_another_program_that_changes_the_draft_meanwhile_loses_nothing_and_neither_does_this_one() {
    let phone = Phone::new();
    let mut mine = note(&phone, Route::Police, PLAYED);
    attach(&mut mine, &photo(7, 300_000)).unwrap();
    let (held, copy) = (roles(&mine), mine.picture(1).unwrap());
    let mut theirs = reopened(&phone, &mine);
    theirs.change(content(Route::Confidential)).unwrap();
    let busy = Error::Busy(crate::Busy::Database);
    assert_eq!(mine.cover(1, &[FACE], Cover::Blur).unwrap_err(), busy);
    assert_eq!(mine.leave_out_original(1).unwrap_err(), busy);
    assert_eq!(mine.attach_still(&PIXELS()).unwrap_err(), busy);
    assert_eq!(mine.detach(1).unwrap_err(), busy);
    for note in [mine, reopened(&phone, &theirs)] {
        assert_eq!((roles(&note), note.picture(1).unwrap()), (held.clone(), copy.clone()));
    }
    assert_eq!(media_rows(&phone), 2, "and the copy that was not taken is swept");

    // One that changes it while the copy is made: the picture is kept, and its copy comes later.
    let mut mine = reopened(&phone, &theirs);
    let row = mine.row();
    struct Meddles<'a>(&'a Phone, crate::DraftRow, &'a [u8]);
    impl std::io::Read for Meddles<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            if self.2.is_empty() {
                let mut theirs = self.0.open().unlock(None).unwrap().draft(self.1).unwrap();
                theirs.change(content(Route::Police)).unwrap();
            }
            self.2.read(buffer)
        }
    }
    let error = mine.attach(&mut Meddles(&phone, row, &photo(9, 5000)), &mut |_| {}).unwrap_err();
    assert_eq!((error, roles(&mine)), (busy, held));
}

#[test]
fn p9_a_disk_too_full_for_the_copy_keeps_the_picture_and_a_later_try_makes_it() {
    let phone = Phone::new();
    let mut note = note(&phone, Route::Police, PLAYED);
    let media = rusqlite::Connection::open(phone.home().join("media.db")).unwrap();
    // Room for one more, and then none.
    media
        .execute_batch(
            "CREATE TABLE room (id INTEGER PRIMARY KEY AUTOINCREMENT);
             INSERT INTO sqlite_sequence (name, seq) VALUES ('room', 9223372036854775807);
             CREATE TRIGGER full BEFORE INSERT ON chunk WHEN NEW.media > 1
             BEGIN INSERT INTO room (id) VALUES (NULL); END;",
        )
        .unwrap();
    let original = attach(&mut note, &photo(7, 300_000)).unwrap();
    assert_eq!((roles(&note), original.no_copy), (vec![(1, Role::Original)], None));
    assert_eq!(original.facts.orientation, Some(6), "what it says of itself is noted all the same");
    assert_eq!(note.make_copy(1).unwrap_err(), Error::StorageFull);
    media.execute_batch("DROP TRIGGER full; DROP TABLE room;").unwrap();
    note.make_copy(1).unwrap();
    let note = reopened(&phone, &note);
    assert_eq!(
        (roles(&note), &note.attachments()[0]),
        (vec![(1, Role::Original), (1, Role::Copy)], &original)
    );
}

#[test]
fn only_pictures_are_read_back_and_none_that_is_longer_than_one_may_be() {
    let phone = Phone::new();
    let never = Makers { survey: |_| panic!("read"), copy_of: |_| panic!("read"), ..PLAYED };
    let mut note = note(&phone, Route::Police, never);
    attach(&mut note, &film()).unwrap();
    attach(&mut note, &[7; 5000]).unwrap();
    assert_eq!(note.make_copy(1).unwrap_err(), Error::Invalid(Invalid::Copy(CopyError::NotAPicture)));
    let head = photo(7, 100);
    let rest = std::io::Read::take(std::io::repeat(7), crate::media::ORIGINAL_BYTES);
    let long = note.attach(&mut std::io::Read::chain(&head[..], rest), &mut |_| {}).unwrap();
    assert_eq!(long.no_copy, Some(CopyError::TooLarge));
}

#[test]
fn a_desk_that_takes_so_many_photos_counts_an_original_and_its_copy_once() {
    let mut phone = Phone::new();
    phone.desk.desk.limits.attachments = 2;
    let directory = phone.desk.directory(2);
    phone.open().take_directory(&directory).unwrap();
    let mut note = note(&phone, Route::Police, PLAYED);
    for seed in [1, 2] {
        attach(&mut note, &photo(seed, 1000)).unwrap();
    }
    assert_eq!((note.attachments().len(), note.check().unwrap().stops), (4, None));
    attach(&mut note, &photo(3, 1000)).unwrap();
    let refused = NotSendable::TooLarge { what: "a number of photos", limit: 2 };
    assert_eq!(note.check().unwrap().stops, Some(Error::NotSendable(refused)));
    note.detach(3).unwrap();
    note.submit().unwrap();
    let report = phone.open().unlock(None).unwrap().reports(1).unwrap().remove(0);
    let photos: Vec<_> = report.items.iter().map(|item| (item.photo, item.lane)).collect();
    let (copies, originals) = (Lane::Copies, Lane::Originals);
    let listed = [(Some(1), copies), (Some(1), originals), (Some(2), copies), (Some(2), originals)];
    assert!(listed.iter().all(|item| photos.contains(item)) && photos.contains(&(None, Lane::Words)));
    assert_eq!((photos.len(), ItemView::photos(&report.items)), (5, 2));
}

fn media_rows(phone: &Phone) -> i64 {
    let media = rusqlite::Connection::open(phone.home().join("media.db")).unwrap();
    media.query_row("SELECT count(*) FROM media", [], |row| row.get(0)).unwrap()
}

#[test]
fn p7_a_real_photo_becomes_a_small_jpeg_that_an_anonymous_report_sends() {
    let photo = include_bytes!("../../../cli/src/demo/photo.jpg");
    let phone = Phone::new();
    let mut note = phone.open().note(content(Route::Anonymous)).unwrap();
    let original = attach(&mut note, photo).unwrap();
    assert_eq!((original.size, original.no_copy), (photo.len() as u64, None));
    let (width, height) = note.attachments()[1].points.unwrap();
    assert!(width.max(height) <= crate::media::COPY_SIDE && width.min(height) > 0);
    let copy = note.picture(1).unwrap();
    assert_eq!(copy[..2], [0xff, 0xd8]);
    let half = attach(&mut note, &photo[..40_000]).unwrap();
    assert_eq!(half.no_copy, Some(CopyError::Damaged));
    let shown = note.submit().unwrap_err().1;
    assert!(matches!(shown, Error::NotSendable(NotSendable::PhotoWithoutCopy { photo: 2, .. })), "{shown}");
}
