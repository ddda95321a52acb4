//! The program `turnstone-desk`: see the library of the same name.

use std::process::ExitCode;

fn main() -> ExitCode {
    turnstone_desk::run(std::env::args_os())
}
