//! The program `turnstone`: see the library of the same name.

use std::process::ExitCode;

fn main() -> ExitCode {
    turnstone_cli::run(std::env::args_os())
}
