//! The tables that almanac compiles in: built by a program of almanac's own, `almanac/examples/tables`, which knows the data
//! and the format. Here is only where the data lies.

use std::process::Command;

use crate::{child, workspace::Workspace};

/// Beside the checkout.
const DATA: &str = "../shared/data";

/// Builds them anew, in place.
pub(crate) fn build(workspace: &Workspace) -> Result<(), String> {
    if child::run(program(workspace, &[]))?.success {
        Ok(())
    } else {
        Err("the tables were not built".to_owned())
    }
}

/// The program; with `--check` it changes nothing and fails where other bytes would come out. Where the data is not there it
/// compares hashes and says so.
pub(crate) fn program(workspace: &Workspace, arguments: &[&str]) -> Command {
    let mut cargo = workspace.cargo(&[
        "run",
        "--quiet",
        "--package",
        "turnstone-almanac",
        "--example",
        "tables",
        "--",
        DATA,
    ]);
    cargo.args(arguments);
    cargo
}
