use ring::digest;

use super::*;
use crate::{clock::Clock, home::IntakeConfig, intake::checksum::Checksum, testing::TestDesk};

const HOUR_S: i64 = 3600;
const DAY_S: i64 = 24 * HOUR_S;

fn sha256_of(bytes: &[u8]) -> Checksum {
    use base64::{Engine, prelude::BASE64_STANDARD};
    let hash = digest::digest(&digest::SHA256, bytes);
    Checksum::parse(&format!("sha256 {}", BASE64_STANDARD.encode(hash))).unwrap()
}

fn sealed(size: usize) -> (Sha256, Vec<u8>) {
    let bytes: Vec<u8> = (0..size).map(|n| u8::try_from(n % 251).unwrap()).collect();
    (Sha256::of(&bytes), bytes)
}

fn offset(desk: &TestDesk, name: &Sha256) -> u64 {
    desk.store.progress(name).unwrap().unwrap().offset
}

fn append(desk: &TestDesk, name: &Sha256, from: u64, bytes: &[u8]) -> Progress {
    let mut appender = desk.store.append(name, from).unwrap();
    appender.write(bytes).unwrap();
    appender.finish().unwrap()
}

fn append_checked(
    desk: &TestDesk,
    name: &Sha256,
    from: u64,
    bytes: &[u8],
    checksum: Checksum,
) -> Result<Progress, StoreError> {
    let mut appender = desk.store.append_checked(name, from, Some(checksum)).unwrap();
    appender.write(bytes).unwrap();
    appender.finish()
}

fn change_limits(desk: &TestDesk, change: impl FnOnce(&mut crate::home::IntakeLimits)) {
    let server = desk.home().server();
    let mut config = IntakeConfig::read(&server).unwrap();
    change(&mut config.limits);
    config.write(&server).unwrap();
}

#[test]
fn p3_a_chunk_that_does_not_fit_its_checksum_leaves_nothing_behind() {
    for begun_with in [0, 30_000] {
        let mut desk = TestDesk::new();
        let (name, bytes) = sealed(100_000);
        desk.store.begin_upload(&name, 100_000).unwrap();
        append(&desk, &name, 0, &bytes[..begun_with]);
        let from = begun_with as u64;
        let refused = append_checked(&desk, &name, from, &bytes[begun_with..80_000], sha256_of(b"other"));
        assert!(matches!(refused, Err(StoreError::ChecksumMismatch)));
        assert_eq!(offset(&desk, &name), from);
        assert_eq!(fs::metadata(desk.store.shelf.part(&name)).unwrap().len(), from);
        desk.restart();
        assert_eq!(offset(&desk, &name), from);
        assert_eq!(desk.store.ledger.upload(&name).unwrap().unwrap().unchecked, None);
        let rest = &bytes[begun_with..];
        let done = append_checked(&desk, &name, from, rest, sha256_of(rest)).unwrap();
        assert!(done.receipt.is_some());
    }
}

#[test]
fn p3_a_chunk_with_a_checksum_that_is_killed_midway_counts_for_nothing() {
    let mut desk = TestDesk::new();
    let (name, bytes) = sealed(100_000);
    desk.store.begin_upload(&name, 100_000).unwrap();
    append(&desk, &name, 0, &bytes[..10_000]);
    let mut appender =
        desk.store.append_checked(&name, 10_000, Some(sha256_of(&bytes[10_000..90_000]))).unwrap();
    appender.write(&bytes[10_000..50_000]).unwrap();
    assert_eq!(appender.commit().unwrap(), 10_000, "a commit makes nothing of it count");
    assert_eq!(offset(&desk, &name), 10_000);
    // A kill: nothing is tidied up.
    std::mem::forget(appender);
    assert_eq!(fs::metadata(desk.store.shelf.part(&name)).unwrap().len(), 50_000);
    desk.restart();
    assert_eq!(offset(&desk, &name), 10_000);
    assert_eq!(fs::metadata(desk.store.shelf.part(&name)).unwrap().len(), 10_000);
    // What comes without a checksum counts as ever.
    let plain = desk.store.append(&name, 10_000).unwrap();
    drop(plain);
    assert!(append(&desk, &name, 10_000, &bytes[10_000..]).receipt.is_some());
}

#[test]
fn p3_what_fitted_its_checksum_counts_after_a_kill() {
    let mut desk = TestDesk::new();
    let (name, bytes) = sealed(100_000);
    desk.store.begin_upload(&name, 100_000).unwrap();
    let half = &bytes[..50_000];
    assert_eq!(append_checked(&desk, &name, 0, half, sha256_of(half)).unwrap().offset, 50_000);
    desk.restart();
    assert_eq!(offset(&desk, &name), 50_000);
}

#[test]
fn a_chunk_with_a_checksum_that_is_broken_off_is_dropped_and_one_without_is_kept() {
    let desk = TestDesk::new();
    let (name, bytes) = sealed(1000);
    desk.store.begin_upload(&name, 1000).unwrap();
    let mut plain = desk.store.append(&name, 0).unwrap();
    plain.write(&bytes[..100]).unwrap();
    assert_eq!(plain.break_off().unwrap().offset, 100);
    for ends in ["told", "dropped"] {
        // What came is the whole chunk, as it happens: a break is a break.
        let mut checked = desk.store.append_checked(&name, 100, Some(sha256_of(&bytes[100..200]))).unwrap();
        checked.write(&bytes[100..200]).unwrap();
        if ends == "told" {
            assert_eq!(checked.break_off().unwrap().offset, 100);
        } else {
            drop(checked);
        }
        assert_eq!(offset(&desk, &name), 100, "{ends}");
    }
    assert!(append(&desk, &name, 100, &bytes[100..]).receipt.is_some());
}

#[test]
fn a_length_may_be_told_later_and_then_stays() {
    let mut desk = TestDesk::new();
    let (name, bytes) = sealed(1000);
    let later = Announced { length: None, plain: true };
    let begun = desk.store.begin(&name, later).unwrap();
    assert_eq!((begun.length, begun.fresh), (None, true));
    assert_eq!(append(&desk, &name, 0, &bytes[..600]).length, None);
    desk.restart();
    assert_eq!((offset(&desk, &name), desk.store.progress(&name).unwrap().unwrap().plain), (600, true));
    assert!(matches!(desk.store.set_length(&name, 599), Err(StoreError::WrongLength)));
    assert!(matches!(desk.store.set_length(&name, u64::MAX), Err(StoreError::TooLarge { .. })));
    assert!(!desk.store.begin(&name, later).unwrap().fresh);
    assert_eq!(desk.store.set_length(&name, 1000).unwrap().length, Some(1000));
    desk.restart();
    assert!(matches!(desk.store.set_length(&name, 1001), Err(StoreError::WrongLength)));
    assert!(matches!(desk.store.begin_upload(&name, 999), Err(StoreError::WrongLength)));
    // Whoever begins it again without a length hears how long it is.
    assert_eq!(desk.store.begin(&name, later).unwrap().length, Some(1000));
    assert!(append(&desk, &name, 600, &bytes[600..]).receipt.is_some());
    assert!(matches!(desk.store.set_length(&name, 999), Err(StoreError::WrongLength)));
}

#[test]
fn one_whose_bytes_were_all_there_before_its_length_was_told_is_completed_without_any_more() {
    let desk = TestDesk::new();
    let (name, bytes) = sealed(1000);
    desk.store.begin(&name, Announced { length: None, plain: false }).unwrap();
    append(&desk, &name, 0, &bytes);
    assert!(desk.store.set_length(&name, 1000).unwrap().is_full());
    assert!(append(&desk, &name, 1000, b"").receipt.is_some());
}

#[test]
fn an_upload_of_no_known_length_ends_at_the_largest_there_may_be() {
    let desk = TestDesk::new();
    change_limits(&desk, |limits| limits.attachment_bytes = 500);
    let (name, bytes) = sealed(1000);
    desk.store.begin(&name, Announced { length: None, plain: false }).unwrap();
    let mut appender = desk.store.append(&name, 0).unwrap();
    appender.write(&bytes[..500]).unwrap();
    assert!(matches!(appender.write(&bytes[500..]), Err(StoreError::TooLarge { limit: 500 })));
}

#[test]
fn an_upload_ends_when_it_said_it_would_and_goes_on_with_what_is_there_if_begun_again() {
    let mut desk = TestDesk::new();
    let (name, bytes) = sealed(100_000);
    let begun = desk.store.begin_upload(&name, 100_000).unwrap();
    assert_eq!(begun.expires.unwrap() - desk.clock.now(), TimeDelta::hours(24), "hardly begun");
    desk.clock.advance(HOUR_S);
    let more = append(&desk, &name, 0, &bytes[..70_000]);
    assert_eq!(more.expires.unwrap() - desk.clock.now(), TimeDelta::days(30));
    desk.clock.advance(30 * DAY_S - 1);
    desk.restart();
    assert_eq!(offset(&desk, &name), 70_000);
    desk.clock.advance(1);
    assert_eq!(desk.store.progress(&name).unwrap(), None);
    assert!(matches!(desk.store.append(&name, 70_000), Err(StoreError::NotFound)));
    assert!(matches!(desk.store.end_upload(&name), Err(StoreError::NotFound)));
    let again = desk.store.begin_upload(&name, 100_000).unwrap();
    assert_eq!((again.offset, again.fresh), (70_000, true));
    desk.clock.advance(31 * DAY_S);
    assert_eq!(desk.store.sweep_uploads().unwrap(), 1);
    assert!(!desk.store.shelf.part(&name).exists());
    assert_eq!(desk.store.begin_upload(&name, 100_000).unwrap().offset, 0);
}

#[test]
fn an_upload_whose_time_is_over_may_be_begun_with_another_length() {
    let desk = TestDesk::new();
    let (name, bytes) = sealed(1000);
    desk.store.begin_upload(&name, 2000).unwrap();
    append(&desk, &name, 0, &bytes);
    desk.clock.advance(DAY_S);
    assert_eq!(desk.store.begin_upload(&name, 1000).unwrap().offset, 0);
    assert!(append(&desk, &name, 0, &bytes).receipt.is_some());
}

#[test]
fn an_upload_is_ended_for_good_and_a_stored_object_never() {
    let mut desk = TestDesk::new();
    let (name, bytes) = sealed(1000);
    assert!(matches!(desk.store.end_upload(&name), Err(StoreError::NotFound)));
    desk.store.begin_upload(&name, 1000).unwrap();
    append(&desk, &name, 0, &bytes[..500]);
    let appender = desk.store.append(&name, 500).unwrap();
    assert!(matches!(desk.store.end_upload(&name), Err(StoreError::WrongOffset { offset: 500 })));
    drop(appender);
    desk.store.end_upload(&name).unwrap();
    assert!(!desk.store.shelf.part(&name).exists() && desk.store.uploads.bytes() == 0);
    desk.restart();
    assert_eq!(desk.store.progress(&name).unwrap(), None);
    desk.deliver_attachment(&bytes);
    assert!(matches!(desk.store.end_upload(&name), Err(StoreError::Complete)));
    assert_eq!(offset(&desk, &name), 1000);
}

#[test]
fn p10_photos_stop_at_the_quota_before_words_do_and_unfinished_bytes_count() {
    let desk = TestDesk::new();
    change_limits(&desk, |limits| limits.quota_bytes = 1600);
    let (name, bytes) = sealed(1000);
    desk.store.begin_upload(&name, 1000).unwrap();
    append(&desk, &name, 0, &bytes[..800]);
    let other = Sha256::of(b"other");
    assert!(matches!(desk.store.begin_upload(&other, 701), Err(StoreError::NoSpace)));
    assert!(desk.store.begin_upload(&other, 700).is_ok());
    assert!(append(&desk, &name, 800, &bytes[800..]).receipt.is_some());
    assert!(matches!(desk.store.append(&other, 0), Err(StoreError::NoSpace)));
    desk.deliver(&[1; 550]);
    assert!(matches!(desk.store.begin_report(other, &[], Some(51)), Err(StoreError::NoSpace)));
    assert!(desk.store.begin_report(other, &[], Some(50)).is_ok());
}

#[test]
fn p10_photos_stop_at_the_most_objects_before_words_do() {
    let mut desk = TestDesk::new();
    change_limits(&desk, |limits| limits.quota_objects = 16);
    for n in 0..15 {
        desk.deliver(&[n; 10]);
    }
    assert!(matches!(desk.store.begin_upload(&Sha256::of(b"x"), 1), Err(StoreError::NoSpace)));
    desk.deliver(&[15; 10]);
    desk.restart();
    assert!(matches!(desk.store.begin_report(Sha256::of(b"x"), &[], None), Err(StoreError::NoSpace)));
    // What is there already takes no room, and is answered for (P2).
    desk.deliver(&[15; 10]);
}

#[test]
fn an_attachment_that_grows_into_the_last_of_the_disk_is_stopped_on_its_way() {
    let desk = TestDesk::new();
    let (name, bytes) = sealed(1_500_000);
    desk.store.begin_upload(&name, 1_500_000).unwrap();
    let mut appender = desk.store.append(&name, 0).unwrap();
    appender.write(&bytes[..1_000_000]).unwrap();
    // Others have filled the disk meanwhile.
    change_limits(&desk, |limits| limits.spare_disk_bytes = u64::MAX);
    assert!(matches!(appender.write(&bytes[1_000_000..]), Err(StoreError::NoSpace)));
    assert_eq!(appender.break_off().unwrap().offset, 1_000_000);
}

#[test]
fn files_left_on_the_disk_count_as_room() {
    let desk = TestDesk::new();
    change_limits(&desk, |limits| limits.spare_disk_files = u64::MAX);
    let counted = desk.store.shelf.free().unwrap().files.is_some();
    let refused = matches!(desk.store.begin_upload(&Sha256::of(b"x"), 1), Err(StoreError::NoSpace));
    assert_eq!(refused, counted);
}

#[test]
fn many_who_begin_and_go_leave_a_bounded_number_of_rows_and_nothing_after_a_day() {
    let desk = TestDesk::new();
    change_limits(&desk, |limits| limits.unfinished_uploads = 50);
    let begun =
        (0..1000_u32).filter(|n| desk.store.begin_upload(&Sha256::of(&n.to_be_bytes()), 1).is_ok()).count();
    assert_eq!(begun, 50);
    assert_eq!(lock(&desk.store.uploads.known).unwrap().len(), 50);
    desk.clock.advance(DAY_S);
    assert!(desk.store.begin_upload(&Sha256::of(b"a phone's"), 9).is_ok());
    assert_eq!(desk.store.ledger.uploads().unwrap(), [Sha256::of(b"a phone's")]);
    assert_eq!(lock(&desk.store.uploads.known).unwrap().len(), 1);
}

#[test]
fn what_was_sent_beyond_a_length_that_was_told_meanwhile_begins_anew() {
    let desk = TestDesk::new();
    let (name, bytes) = sealed(1000);
    desk.store.begin(&name, Announced { length: None, plain: false }).unwrap();
    let mut unaware = desk.store.append(&name, 0).unwrap();
    unaware.write(&bytes).unwrap();
    unaware.write(&bytes).unwrap();
    desk.store.set_length(&name, 1000).unwrap();
    assert_eq!(unaware.break_off().unwrap().receipt, None);
    assert_eq!(offset(&desk, &name), 0);
    assert_eq!(desk.store.uploads.bytes(), 0);
    assert!(append(&desk, &name, 0, &bytes).receipt.is_some());
}

#[test]
fn too_many_uploads_do_not_cost_a_look_at_all_of_them_each_time() {
    let desk = TestDesk::new();
    change_limits(&desk, |limits| limits.unfinished_uploads = 1);
    let begin = |bytes: &[u8]| desk.store.begin_upload(&Sha256::of(bytes), 1);
    begin(b"first").unwrap();
    assert!(matches!(begin(b"second"), Err(StoreError::TooMany { .. })), "swept, and found nothing");
    // Over now, and not looked for yet.
    change_limits(&desk, |limits| limits.hardly_begun_hours = 0);
    desk.clock.advance(59);
    assert!(matches!(begin(b"second"), Err(StoreError::TooMany { .. })));
    change_limits(&desk, |limits| limits.hardly_begun_hours = 1);
    desk.clock.advance(3600);
    assert!(begin(b"second").is_ok());
}

#[test]
fn p2_an_upload_that_was_killed_after_its_last_byte_is_completed_where_it_is_asked_after() {
    let mut desk = TestDesk::new();
    let (name, bytes) = sealed(1000);
    desk.store.begin_upload(&name, 1000).unwrap();
    let mut appender = desk.store.append(&name, 0).unwrap();
    appender.write(&bytes).unwrap();
    // Dropped as by a kill: all of it is durable, and nothing is said of it yet.
    drop(appender);
    desk.restart();
    assert_eq!(desk.store.progress(&name).unwrap().unwrap().receipt, None);
    assert!(desk.store.whole_or_progress(&name).unwrap().unwrap().receipt.is_some());
    assert!(desk.store.shelf.holds(ObjectKind::Attachment, &name));
}
