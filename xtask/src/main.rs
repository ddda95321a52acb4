//! What developers run: `cargo xtask test`, `setup`, `bench`, `sim`, `fuzz`, `links`, `tables`, `guidance`,
//! `bindings`, `package`.
//!
//! It holds the order of the checks and nothing of the checks themselves: each stage is a command or two that can be
//! typed by hand. Only the standard library is used, so that it is there a second after a checkout.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program whose output is its purpose")]

mod bindings;
mod cache;
mod child;
mod deny;
mod fuzz;
mod guidance;
mod links;
mod package;
mod packages;
mod peers;
mod request;
mod scenarios;
mod stage;
mod summary;
mod tables;
mod tools;
mod workspace;

use std::{env, process::ExitCode, time::Instant};

use request::Request;
use stage::{Outcome, Stage};
use summary::Row;
use workspace::Workspace;

fn main() -> ExitCode {
    let request = match Request::parse(env::args().skip(1)) {
        Ok(request) => request,
        Err(why) => {
            eprintln!("{why}\n\n{}", request::USAGE);
            return ExitCode::from(2);
        }
    };
    let done = match request {
        Request::Help => {
            println!("{}", request::USAGE);
            Ok(())
        }
        Request::List => {
            Stage::ALL.iter().for_each(|stage| println!("{:10} {}", stage.name(), stage.what()));
            Ok(())
        }
        Request::Test { stages } => Workspace::find().and_then(|workspace| test(&workspace, &stages)),
        Request::Setup => packages::setup(),
        Request::Guidance => Workspace::find().and_then(|workspace| guidance::compare(&workspace)),
        Request::Package(package) => Workspace::find().and_then(|workspace| package.make(&workspace)),
        Request::Fuzz(plan) => Workspace::find().and_then(|workspace| fuzz::run(&workspace, &plan)),
        Request::Links(plan) => Workspace::find().and_then(|workspace| links::run(&workspace, &plan)),
        Request::Simulation { arguments } => {
            Workspace::find().and_then(|workspace| simulation(&workspace, &arguments))
        }
        Request::Bindings { check } => {
            Workspace::find().and_then(|workspace| bindings::write(&workspace, check))
        }
        Request::Tables => Workspace::find().and_then(|workspace| tables::build(&workspace)),
        Request::Bench { arguments } => Workspace::find().and_then(|workspace| bench(&workspace, &arguments)),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("xtask: {why}");
            ExitCode::FAILURE
        }
    }
}

/// Runs the stages in order, up to the first that fails, and tells how each ended.
fn test(workspace: &Workspace, stages: &[Stage]) -> Result<(), String> {
    println!("build results in {}", workspace.target.display());
    let mut rows: Vec<Row> = Vec::new();
    for &stage in stages {
        if rows.iter().any(Row::stops) {
            rows.push(Row::not_run(stage));
            continue;
        }
        println!("\n== {}: {}", stage.name(), stage.what());
        let began = Instant::now();
        let (outcome, closing) = stage.run(workspace);
        let outcome = if workspace.ci { outcome.unattended() } else { outcome };
        rows.push(Row { stage, outcome: Some(outcome), took: began.elapsed(), closing });
    }
    println!("\n{}", summary::table(&rows));
    if rows.iter().any(Row::stops) { Err("a stage failed".to_owned()) } else { Ok(()) }
}

/// Plays worlds; what they are is the suite's own.
fn simulation(workspace: &Workspace, arguments: &[String]) -> Result<(), String> {
    let mut cargo = stage::simulation(workspace);
    // Said, for with nothing said the suite plays all it has.
    cargo.args(["--from", "0"]).args(arguments);
    if child::run(cargo)?.success { Ok(()) } else { Err("a world was broken".to_owned()) }
}

/// Measures; the numbers and what they are held against are the bench program's own.
fn bench(workspace: &Workspace, arguments: &[String]) -> Result<(), String> {
    if let (Outcome::Failed(why), _) = Stage::Build.run(workspace) {
        return Err(why);
    }
    let mut cargo =
        workspace.cargo(&["run", "--release", "--package", "turnstone-tests", "--bin", "bench", "--"]);
    cargo.args(arguments);
    match peers::installed(workspace) {
        Ok(folder) => drop(cargo.env("TURNSTONE_PEERS", folder)),
        Err(why) => println!("no other people's parts to measure against: {why}"),
    }
    if child::run(cargo)?.success { Ok(()) } else { Err("the measurements did not go through".to_owned()) }
}
