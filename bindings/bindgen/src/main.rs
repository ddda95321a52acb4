//! The generator of exactly the version of uniffi that the library is built with.

fn main() {
    uniffi::uniffi_bindgen_main();
}
