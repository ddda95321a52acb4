//! P6: writing and sending need no unlock; reading does.

use turnstone_wire::{body::Route, receipt::ObjectKind};

use super::kit::{Phone, PlayedIntake, WHAT, content, sync};
use crate::{Client, Error, Pin};

fn with_pin(phone: &Phone) -> Client {
    let client = phone.open();
    client.unlock(None).unwrap().change_pin(Some(&Pin::new("2580").unwrap())).unwrap();
    phone.open()
}

#[test]
fn p6_a_locked_phone_takes_a_note_and_its_photo_and_sends_them() {
    let phone = Phone::new();
    let client = with_pin(&phone);
    assert!(client.has_pin().unwrap());
    let mut note = client.note(content(Route::Police)).unwrap();
    note.attach(&mut &[7_u8; 400_000][..], &mut |_| {}).unwrap();
    note.submit().unwrap();
    client.tidy(None).unwrap();
    let intake = PlayedIntake::of(&phone.desk);
    let summary = sync(&client, &intake);
    assert_eq!((summary.stored, summary.waiting), (2, 0));
    let envelope = &intake.of_kind(ObjectKind::Report)[0];
    let opened = turnstone_wire::envelope::open(envelope, std::slice::from_ref(&phone.desk.seal)).unwrap();
    assert_eq!(opened.report.sightings[0].what.as_str(), WHAT);
}

#[test]
fn p6_reading_needs_the_pin_and_a_wrong_one_is_counted_before_it_is_tried() {
    let phone = Phone::new();
    let client = with_pin(&phone);
    client.note(content(Route::Police)).unwrap();
    assert_eq!(client.unlock(None).unwrap_err(), Error::Locked);
    for attempts in 1..=2 {
        let wrong = Pin::new("0000").unwrap();
        assert_eq!(phone.open().unlock(Some(&wrong)).unwrap_err(), Error::WrongPin { attempts, wait_ms: 0 });
    }
    // The counter stands after a restart and goes back after a right one.
    let notebook = phone.open().unlock(Some(&Pin::new("2580").unwrap())).unwrap();
    assert_eq!(notebook.drafts(10).unwrap().len(), 1);
    assert_eq!(
        phone.open().unlock(Some(&Pin::new("0000").unwrap())).unwrap_err(),
        Error::WrongPin { attempts: 1, wait_ms: 0 }
    );
}

#[test]
fn p6_after_a_lock_the_notebook_reads_nothing_and_the_client_still_writes() {
    let phone = Phone::new();
    let client = with_pin(&phone);
    let notebook = client.unlock(Some(&Pin::new("2580").unwrap())).unwrap();
    let row = notebook.note(content(Route::Police)).unwrap().row();
    notebook.lock();
    assert_eq!(notebook.drafts(10).unwrap_err(), Error::Locked);
    assert_eq!(notebook.reports(10).unwrap_err(), Error::Locked);
    assert_eq!(notebook.draft(row).unwrap_err(), Error::Locked);
    client.note(content(Route::Police)).unwrap().submit().unwrap();
    assert_eq!(client.overview().unwrap().reports, 1);
}

#[test]
fn a_pin_can_be_changed_and_taken_away_and_the_old_one_no_longer_opens() {
    let phone = Phone::new();
    let client = with_pin(&phone);
    client.note(content(Route::Police)).unwrap();
    let (old, new) = (Pin::new("2580").unwrap(), Pin::new("a longer one").unwrap());
    client.unlock(Some(&old)).unwrap().change_pin(Some(&new)).unwrap();
    assert_eq!(client.unlock(Some(&old)).unwrap_err(), Error::WrongPin { attempts: 1, wait_ms: 0 });
    let notebook = client.unlock(Some(&new)).unwrap();
    assert_eq!(notebook.drafts(10).unwrap()[0].content.sightings[0].what.as_str(), WHAT);
    notebook.change_pin(None).unwrap();
    assert_eq!(client.unlock(None).unwrap().drafts(10).unwrap().len(), 1);
}

#[test]
fn a_change_of_pin_by_another_program_locks_this_one() {
    let phone = Phone::new();
    let here = phone.open().unlock(None).unwrap();
    with_pin(&phone);
    assert_eq!(here.drafts(10).unwrap_err(), Error::Locked);
}
