//! The numbers of DESIGN 10 that this stage can reach: `cargo xtask bench [submit|photo|open|deliver]... [--runs N]`.
//!
//! Every number is a ratio taken in one run on one machine, against what a user would have instead; the two are timed in
//! turn (A B A B ...), and the medians and their ratio are printed with the goal.
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a program for developers: it prints, or ends with the reason"
)]

mod deliver;
mod link;
mod measure;
mod open;
mod phone;
mod photo;
mod submit;

use std::process::ExitCode;

/// A measurement, by so many runs.
type Bench = fn(usize);

const ALL: [(&str, Bench); 4] =
    [("submit", submit::run), ("photo", photo::run), ("open", open::run), ("deliver", deliver::run)];

fn main() -> ExitCode {
    let mut wanted = Vec::new();
    let mut runs = 31;
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--runs" => runs = arguments.next().and_then(|n| n.parse().ok()).unwrap_or(0),
            // Its own process, so that its memory is what is measured.
            "open-once" => {
                open::once(&arguments.next().unwrap_or_default());
                return ExitCode::SUCCESS;
            }
            name => wanted.push(name.to_owned()),
        }
    }
    let known = wanted.iter().all(|name| ALL.iter().any(|(known, _)| known == name));
    if !known || runs == 0 {
        println!("usage: cargo xtask bench [submit|photo|open|deliver]... [--runs N]");
        return ExitCode::from(2);
    }
    for (name, bench) in ALL {
        if wanted.is_empty() || wanted.iter().any(|one| one == name) {
            println!("== {name}");
            bench(runs);
        }
    }
    ExitCode::SUCCESS
}
