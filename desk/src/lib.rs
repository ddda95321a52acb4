//! The desk: an organisation that receives reports, as one program with two halves that share nothing but bytes.
//!
//! - `intake` is the blind server. It holds only ciphertext, gives a signed receipt once a thing is safely on its
//!   disk, and never learns, logs or keeps who sent it.
//! - `tool` opens reports, on another machine if the desk is wise, with keys that the intake never has.
//! - `home` makes both, with the keys, in one folder; `authority` changes the signed directory afterwards.
//!
//! The library holds [`run`] so that the field client's demonstration can start a desk without a second program.

mod args;
mod authority;
mod clock;
mod failure;
mod files;
mod home;
mod intake;
mod output;
mod seam;
#[cfg(feature = "simulation")]
pub mod simulation;
#[cfg(test)]
mod testing;
mod tool;

use std::{ffi::OsString, process::ExitCode};

use clap::Parser as _;

use crate::{
    args::{Cli, Command},
    clock::SystemClock,
    failure::Failure,
    output::Output,
};

/// Runs the program on its arguments, the first of which is the program's own name.
///
/// With `--json` exactly one JSON document goes to standard output, also where something went wrong
/// (`{"error": {"code", "message"}}`); without it, plain words. One sentence goes to standard error where something
/// went wrong. Exit codes: 0 success, 2 wrong usage, 1 anything else.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    leave_no_core_dump();
    let args: Vec<OsString> = args.into_iter().collect();
    let cli = match Cli::try_parse_from(&args) {
        Ok(cli) => cli,
        // What cannot be parsed cannot say how it wants its answers; the word itself does.
        Err(error) => return Output::new(args.iter().any(|arg| arg == "--json")).usage(&error),
    };
    let mut output = Output::new(cli.json);
    match dispatch(cli.command, &mut output) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => output.failure(&failure),
    }
}

/// A program that dies leaves an image of its memory behind where the system is set up so: with what an officer reads in it,
/// or with the key that signs receipts.
fn leave_no_core_dump() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        // One that cannot be lowered is one that is lower already.
        setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) }).unwrap_or_default();
    }
}

fn dispatch(command: Command, output: &mut Output) -> Result<(), Failure> {
    match command {
        Command::Init(args) => home::init::run(&args, &SystemClock, &clock::SystemRandom::default(), output),
        Command::Serve(args) => intake::serve(&args, output),
        Command::Open(args) => tool::open::run(&args, output),
        Command::Reply(args) => tool::reply::run(&args, output),
        Command::Import(args) => tool::import::run(&args, output),
        Command::Export(args) => tool::export::run(&args, output),
        Command::Directory(args) => authority::directory::run(&args, &SystemClock, output),
        Command::Key(args) => {
            authority::keys::run(&args, &SystemClock, &clock::SystemRandom::default(), output)
        }
        Command::Pack(args) => authority::pack::run(&args, &SystemClock, output),
        Command::Verify(args) => authority::verify::run(&args, output),
        Command::Profile(args) => authority::profile::run(&args, &SystemClock, output),
    }
}
