//! The numbers of DESIGN 10: `cargo xtask bench [NAME]... [--runs N] [--scale PERCENT]`.
//!
//! Every number is a ratio taken in one run on one machine, against what a user would have instead; the two are timed in
//! turn (A B A B ...), and the medians and their ratio are printed with the goal.
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a program for developers: it prints, or ends with the reason"
)]

mod deliver;
mod intake;
mod measure;
mod narrow;
mod open;
mod phone;
mod photo;
mod pictures;
mod places;
mod resume;
mod submit;
mod video;
mod wipe;

use std::process::ExitCode;

/// How much is measured.
pub(crate) struct Options {
    /// Pairs that are timed.
    pub(crate) runs: usize,
    /// Of each size so many hundredths: less than 100 to see whether it works.
    scale: usize,
}

impl Options {
    /// A size, or a count, as it is measured.
    pub(crate) fn size(&self, whole: usize) -> usize {
        (whole * self.scale / 100).max(1)
    }
}

/// A measurement.
type Bench = fn(&Options);

const ALL: [(&str, Bench); 11] = [
    ("submit", |options| submit::run(options.runs)),
    ("photo", |options| photo::run(options.runs)),
    ("open", |options| open::run(options.runs)),
    ("deliver", deliver::run),
    ("resume", resume::run),
    ("narrow", narrow::run),
    ("video", video::run),
    ("intake", intake::run),
    ("places", |options| places::run(options.runs)),
    ("pictures", pictures::run),
    ("wipe", wipe::run),
];

/// What phones send by.
pub(crate) fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

fn main() -> ExitCode {
    let mut wanted = Vec::new();
    let mut options = Options { runs: 31, scale: 100 };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--runs" => options.runs = arguments.next().and_then(|n| n.parse().ok()).unwrap_or(0),
            "--scale" => options.scale = arguments.next().and_then(|n| n.parse().ok()).unwrap_or(0),
            // Its own process, so that its memory is what is measured.
            "open-once" => {
                open::once(&arguments.next().unwrap_or_default());
                return ExitCode::SUCCESS;
            }
            "video-once" => {
                let (folder, bytes) = (arguments.next(), arguments.next());
                video::once(&folder.unwrap_or_default(), &bytes.unwrap_or_default());
                return ExitCode::SUCCESS;
            }
            "pictures-once" => {
                let (file, runs) = (arguments.next(), arguments.next());
                pictures::once(&file.unwrap_or_default(), &runs.unwrap_or_default());
                return ExitCode::SUCCESS;
            }
            name => wanted.push(name.to_owned()),
        }
    }
    let known = wanted.iter().all(|name| ALL.iter().any(|(known, _)| known == name));
    if !known || options.runs == 0 || options.scale == 0 {
        let names: Vec<_> = ALL.iter().map(|(name, _)| *name).collect();
        println!("usage: cargo xtask bench [{}]... [--runs N] [--scale PERCENT]", names.join("|"));
        return ExitCode::from(2);
    }
    for (name, bench) in ALL {
        if wanted.is_empty() || wanted.iter().any(|one| one == name) {
            println!("== {name}");
            bench(&options);
        }
    }
    ExitCode::SUCCESS
}
