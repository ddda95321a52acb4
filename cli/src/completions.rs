//! `completions`: what a shell needs to complete what is typed.

use clap::CommandFactory;

use crate::{args::Cli, failure::Failure, output::Output};

/// Runs the command.
pub(crate) fn run(shell: clap_complete::Shell, output: &Output) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "turnstone", &mut script);
    let script = String::from_utf8_lossy(&script).into_owned();
    output.answer(&serde_json::json!({"shell": shell.to_string(), "script": script}), script.trim_end())
}
