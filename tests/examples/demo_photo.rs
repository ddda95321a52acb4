//! Writes the demo's photograph anew, after a change of what `photo::PhoneExif::demo` says.

use std::{fs, io, path::Path};

use turnstone_tests::photo::{self, PhoneExif};

fn main() -> io::Result<()> {
    let bare = photo::without_exif(photo::DEMO_PHOTO);
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../cli/src/demo/photo.jpg");
    fs::write(file, photo::phone_photo(&bare, &PhoneExif::demo()))
}
