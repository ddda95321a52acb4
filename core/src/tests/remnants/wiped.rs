//! After a wipe: the key store and the folder as they were, with what is left of both, open nothing; nor does the folder put
//! back from before.

use turnstone_wire::body::Route;

use super::{Loot, PHOTO, Phone, Pin, WHAT, content, copy_folder, holds, seize};
use crate::{Client, Error, KeyStoreError, Missing, Unusable};

/// A phone with a PIN or none, with words, a photo, a report that waits, and all of it once more set aside.
fn used_phone(pin: Option<&Pin>) -> Phone {
    let phone = Phone::new();
    let client = phone.open();
    if pin.is_some() {
        client.unlock(None).unwrap().change_pin(pin).unwrap();
    }
    let mut note = client.note(content(Route::Police)).unwrap();
    note.attach(&mut &PHOTO[..], &mut |_| {}).unwrap();
    client.note(content(Route::Police)).unwrap().submit().unwrap();
    client.tidy(Some(&client.unlock(pin).unwrap())).unwrap();
    phone
}

#[test]
fn p4_after_a_wipe_nothing_opens_what_was_there_nor_the_folder_put_back() {
    for pin in [None, Some("2580")] {
        let with_pin = pin.map(|pin| Pin::new(pin).unwrap());
        let phone = used_phone(with_pin.as_ref());
        let before = seize(&phone, "before");
        let mut loot = Loot::default();
        loot.take(&before.home);
        let capable = loot.open_all(&before.keys, pin);
        assert!(holds(&capable, WHAT.as_bytes()) && holds(&capable, &PHOTO[..1000]), "{pin:?}");
        phone.open().wipe().unwrap();
        // The key store as it is now, with every byte of the folder as it was.
        assert_eq!(loot.open_all(&phone.key_file(), pin), Vec::<Vec<u8>>::new(), "{pin:?}");
        assert_eq!(loot.replies(&crate::KeyFile::new(phone.key_file())), Vec::<Vec<u8>>::new());
        copy_folder(&before.home, &phone.home());
        let put_back = Client::open(&phone.home(), phone.ports()).unwrap();
        let no_keys = Error::Unusable(Unusable::KeyStore(KeyStoreError::NoSuchSlot));
        assert_eq!(put_back.unlock(with_pin.as_ref()).unwrap_err(), no_keys, "{pin:?}");
        assert_eq!(put_back.waiting().unwrap_err(), no_keys, "and nothing is sent once more: {pin:?}");
        // It can be wiped once more.
        put_back.wipe().unwrap();
        assert_eq!(put_back.overview().unwrap_err(), Error::NotFound(Missing::Home));
    }
}
