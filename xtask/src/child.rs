//! Running a command: its output is shown as it comes, and the closing lines of test runners are kept.

use std::{
    io::{self, BufRead, BufReader, Read, Write},
    process::{Command, Stdio},
};

/// What begins the line in which a runner names the scenarios that it executed.
pub(crate) const EXECUTED: &str = "executed:";

/// A command that has ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) success: bool,
    /// Lines beginning `test result: ` or `executed:`, as they were printed.
    pub(crate) closing: Vec<String>,
}

/// Runs it to its end. What it writes as errors, cargo's progress among it, goes past us to the terminal.
pub(crate) fn run(mut command: Command) -> Result<Ended, String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let failed = |why: io::Error| format!("{name}: {why}");
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().map_err(failed)?;
    let closing = match child.stdout.take() {
        Some(output) => pass_on(output, io::stdout()).map_err(failed)?,
        None => Vec::new(),
    };
    let status = child.wait().map_err(failed)?;
    Ok(Ended { success: status.success(), closing })
}

/// Copies line by line, and gives back the closing lines. Output that is no UTF-8 is passed on as it is.
fn pass_on(from: impl Read, mut to: impl Write) -> io::Result<Vec<String>> {
    let mut from = BufReader::new(from);
    let mut closing = Vec::new();
    let mut line = Vec::new();
    while from.read_until(b'\n', &mut line)? > 0 {
        to.write_all(&line)?;
        to.flush()?;
        if line.starts_with(b"test result: ") || line.starts_with(EXECUTED.as_bytes()) {
            closing.push(String::from_utf8_lossy(&line).trim_end().to_owned());
        }
        line.clear();
    }
    Ok(closing)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn output_passes_through_unchanged_and_closing_lines_are_kept() {
        let output =
            b"running 1 test\ntest a ... ok\n\ntest result: ok. 1 passed; 0 failed\nexecuted: S01\n\xff no end"
                .as_slice();
        let mut shown = Vec::new();
        let closing = pass_on(output, &mut shown).unwrap();
        assert_eq!(shown, output);
        assert_eq!(closing, ["test result: ok. 1 passed; 0 failed", "executed: S01"]);
    }

    #[test]
    fn a_command_that_does_not_exist_is_named() {
        let error = run(Command::new("a-program-that-nobody-has")).unwrap_err();
        assert!(error.starts_with("a-program-that-nobody-has: "));
    }
}
