#![no_main]

libfuzzer_sys::fuzz_target!(
    // A decoder's panic is an error to whoever makes copies: only one that nobody catches ends this.
    init: std::panic::set_hook(Box::new(|panic| eprintln!("{panic}"))),
    |data: &[u8]| turnstone_fuzz_targets::copy::check(data)
);
