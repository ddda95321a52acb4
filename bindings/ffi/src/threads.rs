//! No exported function does store, crypto or file work on its caller's thread: a key store that notes who asks it is the probe.

use std::{
    future::Future,
    pin::pin,
    sync::{Arc, Mutex},
    task::{Context, Poll, Wake, Waker},
    thread::{self, Thread, ThreadId},
};

use turnstone_core::DraftContent;
use turnstone_wire::{
    body::{Route, Scheme, Sighting},
    text::{Moment, Text},
};

use crate::{Client, KeyStore, KeyStoreError, Secret, SetUp, key_file};

/// A key store that notes on which threads it is asked.
struct Notes {
    keys: Arc<dyn KeyStore>,
    asked_on: Mutex<Vec<ThreadId>>,
}

impl Notes {
    fn note(&self) {
        self.asked_on.lock().unwrap().push(thread::current().id());
    }
}

impl KeyStore for Notes {
    fn seal(&self, slot: String, secret: Secret, factor: Secret) -> Result<(), KeyStoreError> {
        self.note();
        self.keys.seal(slot, secret, factor)
    }

    fn open(&self, slot: String, factor: Secret) -> Result<Secret, KeyStoreError> {
        self.note();
        self.keys.open(slot, factor)
    }

    fn delete(&self, slot: String) -> Result<(), KeyStoreError> {
        self.note();
        self.keys.delete(slot)
    }
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Polls on this thread, as another language's loop does: it knows of no runtime.
fn wait<T>(future: impl Future<Output = T>) -> T {
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(done) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return done;
        }
        thread::park();
    }
}

#[test]
fn the_key_store_is_never_asked_on_the_caller_s_thread() {
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let keys = Arc::new(Notes { keys: key_file(place("keys"), true), asked_on: Mutex::default() });
    let store: Arc<dyn KeyStore> = keys.clone();
    let set_up = SetUp { root_keys: Vec::new(), directory: None };
    let client = wait(Client::create(place("home"), store, set_up)).unwrap();
    let seen = Sighting::new(Moment::parse("2026-05-03T20:41:17+01:00").unwrap(), Text::from("a boat"));
    let note = wait(client.note(DraftContent::new(Scheme::Kraken, Route::Police, vec![seen]))).unwrap();
    assert!(wait(note.submit(0)).is_err(), "there is no desk");
    let notebook = wait(client.unlock()).unwrap();
    wait(notebook.set_pin(Secret::from(b"2580".as_slice()))).unwrap();
    assert_eq!(wait(notebook.drafts(10)).unwrap().len(), 1);
    wait(notebook.lock()).unwrap();
    drop((note, notebook));
    wait(client.unlock_with_pin(Secret::from(b"2580".as_slice()))).unwrap();
    wait(client.wipe()).unwrap();
    let asked_on = keys.asked_on.lock().unwrap();
    assert!(asked_on.len() > 4, "{}", asked_on.len());
    assert!(!asked_on.contains(&thread::current().id()));
}
