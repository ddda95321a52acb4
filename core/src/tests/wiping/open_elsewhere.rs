//! Who has a home open while it is wiped: each hears that nothing is set up there, and makes nothing in its folder.

use std::{future::Future, pin::Pin, sync::Arc};

use turnstone_wire::body::Route;

use super::{NONE, NOTHING_SET_UP, full_phone};
use crate::{
    Client, Error, Unusable,
    sync::{Bodies, Network, Outcome, Step, Transport},
    tests::kit::{Phone, PlayedIntake, content},
};

#[test]
fn whoever_has_the_home_open_hears_that_nothing_is_set_up_and_makes_nothing_there() {
    let phone = full_phone();
    let client = phone.open();
    let another = phone.open();
    let notebook = another.unlock(None).unwrap();
    let mut note = another.note(content(Route::Police)).unwrap();
    let reopened = notebook.draft(note.row()).unwrap();
    let intake = PlayedIntake::of(&phone.desk) as Arc<dyn Transport>;
    let never_asked = phone.open();
    std::fs::write(phone.home().join("notes.txt"), "theirs").unwrap();
    client.wipe().unwrap();
    for client in [&client, &another, &never_asked] {
        assert_eq!(client.overview().unwrap_err(), NONE);
        assert_eq!(client.has_pin().unwrap_err(), NONE);
        assert_eq!(client.unlock(None).unwrap_err(), NONE);
        assert_eq!(client.note(content(Route::Police)).map(drop).unwrap_err(), NONE);
        assert_eq!(client.waiting().unwrap_err(), NONE);
        assert_eq!(client.parcels().map(drop).unwrap_err(), NONE);
        assert_eq!(client.sender(Arc::clone(&intake)).map(drop).unwrap_err(), NONE);
        assert_eq!(client.tidy(None).unwrap_err(), NONE);
        assert_eq!(client.wipe().unwrap_err(), NONE);
        assert_eq!(client.take_directory(&phone.desk.directory(2)).map(drop).unwrap_err(), NONE);
    }
    assert_eq!(notebook.drafts(9).map(drop).unwrap_err(), NONE);
    assert_eq!(notebook.reports(9).map(drop).unwrap_err(), NONE);
    assert_eq!(notebook.change_pin(None).unwrap_err(), NONE);
    assert_eq!(note.attach(&mut &[7; 100_000][..], &mut |_| {}).map(drop).unwrap_err(), NONE);
    assert_eq!(note.submit().unwrap_err().1, NONE);
    assert_eq!(reopened.submit().unwrap_err().1, NONE);
    let names: Vec<_> = phone.files().into_keys().collect();
    assert_eq!(names, ["notes.txt"]);
    // Of another home in its place they hear that the folder is to be opened again.
    Client::create(&phone.home(), phone.ports(), &NOTHING_SET_UP).unwrap();
    let again = Error::Unusable(Unusable::SetAside);
    assert_eq!(client.note(content(Route::Police)).map(drop).unwrap_err(), again);
}

/// Wipes the phone while the first request is under way.
struct WipesMeanwhile {
    inner: Arc<PlayedIntake>,
    wipe: Client,
}

impl Transport for WipesMeanwhile {
    fn carry(
        &self,
        step: Step,
        bodies: Arc<dyn Bodies>,
    ) -> Pin<Box<dyn Future<Output = Outcome> + Send + '_>> {
        self.wipe.wipe().unwrap_or_default();
        self.inner.carry(step, bodies)
    }
}

#[test]
fn a_sender_that_is_sending_stops_and_says_so() {
    let phone = Phone::new();
    let client = phone.open();
    for _ in 0..3 {
        let mut note = client.note(content(Route::Police)).unwrap();
        note.attach(&mut &[7; 700_000][..], &mut |_| {}).unwrap();
        note.submit().unwrap();
    }
    let inner = PlayedIntake::of(&phone.desk);
    let transport = WipesMeanwhile { inner: Arc::clone(&inner), wipe: phone.open() };
    let sender = client.sender(Arc::new(transport)).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let ended = runtime.block_on(sender.run(Network::Unmetered, true, &|_| {}));
    assert_eq!(ended.map(drop).unwrap_err(), NONE);
    assert!(inner.requests.lock().unwrap().len() <= 4, "what was under way, and nothing after it");
    drop(client);
    assert!(!phone.home().exists());
}
