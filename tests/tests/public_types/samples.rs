//! A value of every type that may hold something of a report, a desk or a key, made of planted parts, and what it prints.

use std::{
    any::type_name,
    fmt::{Debug, Display},
};

use turnstone_tests::scan::{Finding, Scan};

mod call;
mod core;
mod media;
mod wire;

/// What one value printed.
pub(crate) struct Sample {
    /// The path of its type, where it is defined.
    pub(crate) of: &'static str,
    printed: String,
}

/// What values printed, and what must not stand in it.
#[derive(Default)]
pub(crate) struct Samples {
    pub(crate) printed: Vec<Sample>,
    needles: Vec<(String, Vec<u8>)>,
}

impl Samples {
    pub(crate) fn all() -> Self {
        let mut samples = Self::default();
        wire::add(&mut samples);
        core::add(&mut samples);
        call::add(&mut samples);
        media::add(&mut samples);
        samples
    }

    /// One more value, as `Debug` prints it in its several ways.
    fn add<T: Debug>(&mut self, value: &T) {
        self.printed
            .push(Sample { of: type_name::<T>(), printed: format!("{value:?}\n{value:#?}\n{value:02x?}") });
    }

    /// One more error, with its sentence and those below it.
    fn add_error<T: std::error::Error>(&mut self, error: &T) {
        let mut printed = format!("{error:?}\n{error:#?}\n{error}");
        let mut below = error.source();
        while let Some(source) = below {
            printed.push_str(&format!("\n{source:?}\n{source}"));
            below = source.source();
        }
        self.printed.push(Sample { of: type_name::<T>(), printed });
    }

    /// Text that must not stand in any of it.
    fn plant(&mut self, name: &str, text: impl Display) {
        self.plant_bytes(name, text.to_string().as_bytes());
    }

    fn plant_bytes(&mut self, name: &str, bytes: &[u8]) {
        assert!(bytes.len() >= 6, "{name} would be found by chance");
        self.needles.push((name.to_owned(), bytes.to_vec()));
    }

    /// Everything planted that stands in what was printed, in any spelling: as a list of numbers too, which is how Rust
    /// prints bytes.
    pub(crate) fn found(&self) -> Vec<(&'static str, Finding)> {
        let plain = self.needles.iter().map(|(name, needle)| (name.as_str(), needle.clone()));
        let decimal =
            self.needles.iter().map(|(name, needle)| (name.as_str(), list(needle, |byte| byte.to_string())));
        let hex = self
            .needles
            .iter()
            .map(|(name, needle)| (name.as_str(), list(needle, |byte| format!("{byte:02x}"))));
        let scan = Scan::of(plain.chain(decimal).chain(hex));
        let mut found = Vec::new();
        for sample in &self.printed {
            let unbroken: String = sample.printed.split_whitespace().collect();
            for text in [&sample.printed, &unbroken] {
                found.extend(
                    scan.bytes(sample.of, text.as_bytes()).into_iter().map(|finding| (sample.of, finding)),
                );
            }
        }
        found
    }
}

fn list(bytes: &[u8], number: impl Fn(&u8) -> String) -> Vec<u8> {
    bytes.iter().map(number).collect::<Vec<_>>().join(",").into_bytes()
}

#[test]
fn p8_what_prints_its_bytes_is_found_out() {
    #[derive(Debug)]
    struct Bare(#[expect(dead_code, reason = "it is printed")] Vec<u8>);
    for value in [b"words of a witness".to_vec(), b"x words of a witness".to_vec()] {
        let mut samples = Samples::default();
        samples.plant("words", "words of a witness");
        samples.add(&Bare(value));
        assert!(!samples.found().is_empty());
    }
    let mut samples = Samples::default();
    samples.plant("words", "words of a witness");
    samples.add(&"words of a witness");
    samples.add(&"words of the program");
    assert!(
        samples.found().iter().all(|(_, finding)| finding.needle == "words") && !samples.found().is_empty()
    );
}
