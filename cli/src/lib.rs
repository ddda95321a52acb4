//! The field client for a terminal, and the demonstration of the whole story.
//!
//! Each command is one short sitting: it opens the home folder, does one thing, says what came of it and ends. `args`
//! says what can be typed, `home` opens the home folder and asks for the PIN, `output` is the only place that prints;
//! every command has a file of its name. Whatever is known of reports comes from `turnstone-core`: nothing here decides
//! what may be sent or when.
//!
//! ```no_run
//! // What `main` does; tests and the demonstration may do the same.
//! let code = turnstone_cli::run(std::env::args_os());
//! ```

mod args;
mod attach;
mod call_sheet;
mod completions;
pub mod demo;
mod draft;
mod emergency;
mod export;
mod failure;
mod fields;
mod forget;
mod guide;
mod help_now;
mod home;
mod import;
mod init;
mod keyring;
mod large;
mod list;
mod messages;
mod output;
mod own;
mod own_pin;
mod parse;
mod pictures;
mod pin;
mod place;
mod preview;
mod profile;
mod progress;
mod readdress;
mod report;
mod seen;
mod seen_again;
mod settings;
mod show;
mod stdin;
mod submit;
mod sync;
mod told;
mod watch;
mod whole_file;
mod wipe;
mod wipe_pin;
mod writer;

use std::{ffi::OsString, process::ExitCode};

use clap::Parser as _;

use crate::{
    args::{Cli, Command},
    failure::Failure,
    output::Output,
};

/// Runs the program on its arguments, the first of which is the program's own name.
///
/// Exit codes: 0 success, 2 wrong usage, 1 anything else. With `--json` exactly one JSON document goes to standard
/// output, an error included; what went wrong is also said in one sentence on standard error.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    leave_no_core_dump();
    let args: Vec<OsString> = args.into_iter().collect();
    // Hidden: the desk's program inside this one, so that the demonstration needs no second file. Its arguments are its
    // own; they must not be read here first.
    if args.get(1).is_some_and(|first| first == "desk") {
        return turnstone_desk::run(
            [OsString::from("turnstone desk")].into_iter().chain(args.into_iter().skip(2)),
        );
    }
    // Hidden too: the same for the demonstration, whose desk must not outlive it.
    if args.get(1).is_some_and(|first| first == demo::DESK) {
        demo::end_with_parent();
        return turnstone_desk::run(
            [OsString::from("turnstone desk")].into_iter().chain(args.into_iter().skip(2)),
        );
    }
    let cli = match Cli::try_parse_from(&args) {
        Ok(cli) => cli,
        Err(error) => return Output::new(args.iter().any(|arg| arg == "--json")).usage(error),
    };
    let output = Output::new(cli.common.json);
    match dispatch(cli, &output) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => output.failure(&failure),
    }
}

/// A program that dies leaves an image of its memory behind where the system is set up so, with all that a witness wrote
/// in it (P8). Systems that collect such images heed the limit too.
fn leave_no_core_dump() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        // One that cannot be lowered is one that is lower already.
        setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) }).unwrap_or_default();
    }
}

fn dispatch(cli: Cli, output: &Output) -> Result<(), Failure> {
    let common = &cli.common;
    if common.person.is_some() && !own::is_for(&cli.command) {
        return Err(own::not_for_this());
    }
    let done = match cli.command {
        Command::Init(args) => init::run(common, &args, output),
        Command::Report(args) => report::run(common, *args, output),
        Command::Draft(args) => draft::run(common, args, output),
        Command::SeenAgain(args) => seen_again::run(common, args, output),
        Command::Watch(args) => watch::run(common, args, output),
        Command::Told(args) => told::run(common, args, output),
        Command::CallSheet(args) => home::reading(|| call_sheet::run(common, &args, output)),
        Command::HelpNow(args) => help_now::run(common, *args, output),
        Command::List => home::reading(|| list::run(common, output)),
        Command::Sync(args) => sync::run(common, &args, output),
        Command::Messages(args) => messages::run(common, &args, output),
        Command::Preview(args) => home::reading(|| preview::run(common, args.of, output)),
        Command::Readdress(args) => readdress::run(common, &args, output),
        Command::Export(args) => export::run(common, &args, output),
        Command::Import(args) => import::run(common, &args, output),
        Command::Profile(args) => profile::run(common, &args, output),
        Command::Writer(args) => writer::run(common, &args, output),
        Command::Settings(args) => settings::run(common, &args, output),
        Command::Guide(args) => guide::run(common, &args, output),
        Command::Place(args) => place::run(common, &args, output),
        Command::Forget(args) => forget::run(common, &args.reference, output),
        Command::Lock => pin::lock(common, output),
        Command::Unlock => pin::unlock(common, output),
        Command::Pin(args) => pin::change(common, &args, output),
        Command::Wipe(args) => wipe::run(common, &args, output),
        Command::Completions(args) => completions::run(args.shell, output),
        Command::Demo(args) => demo::run(&args, output),
    };
    done.map_err(|failure| home::gone(common, failure))
}
