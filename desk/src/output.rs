//! What the program says: the only place that writes to standard output and standard error.

use std::{
    fmt,
    io::{self, Write},
    process::ExitCode,
};
use turnstone_wire::shown;

use serde::Serialize;

use crate::failure::Failure;

/// Tells whoever runs the program, on standard error, of what was set right without being asked.
pub(crate) fn notice(words: &impl fmt::Display) {
    // Tests of this crate do not run the program, and their own output is for people.
    if cfg!(any(test, feature = "simulation")) {
        return;
    }
    // A closed standard error is no reason to stop.
    let _ = writeln!(io::stderr(), "turnstone-desk: {}", shown::line(&words.to_string()));
}

/// Where answers go: one JSON document, or words.
pub(crate) struct Output {
    json: bool,
    out: Box<dyn Write>,
}

impl Output {
    pub(crate) fn new(json: bool) -> Self {
        Self { json, out: Box::new(io::stdout()) }
    }

    /// Says it elsewhere.
    #[cfg(any(test, feature = "simulation"))]
    pub(crate) fn to(json: bool, out: Box<dyn Write>) -> Self {
        Self { json, out }
    }

    /// Says nothing.
    #[cfg(any(test, feature = "simulation"))]
    pub(crate) fn silent() -> Self {
        Self::to(true, Box::new(io::sink()))
    }

    /// Says the one answer of a command: as JSON where that was asked for, in words otherwise.
    pub(crate) fn answer(&mut self, json: &impl Serialize, words: impl fmt::Display) -> Result<(), Failure> {
        if !self.json {
            return self.text(&format!("{words}\n"));
        }
        // One line, so that whoever waits for `serve` reads a line and not a stream.
        let json = serde_json::to_string(json).map_err(|_| Failure::Unwritable)?;
        self.text(&format!("{}\n", shown::json(&json)))
    }

    /// Writes a document that is the answer itself, such as an export.
    pub(crate) fn text(&mut self, text: &str) -> Result<(), Failure> {
        match self.out.write_all(text.as_bytes()).and_then(|()| self.out.flush()) {
            // Whoever reads has seen enough (`| head`): no failure.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            written => written.map_err(|_| Failure::Unwritable),
        }
    }

    /// Says words before the end of a command; in JSON everything waits for the one document.
    pub(crate) fn line(&mut self, words: impl fmt::Display) -> Result<(), Failure> {
        if self.json { Ok(()) } else { self.text(&format!("{words}\n")) }
    }

    /// Says what went wrong: one sentence, and the one document in JSON.
    pub(crate) fn failure(&mut self, failure: &Failure) -> ExitCode {
        // A closed standard error leaves the exit code to speak.
        let _ = writeln!(io::stderr(), "turnstone-desk: {}", shown::line(&failure.to_string()));
        if self.json {
            let _ = self.answer(&failure.to_json(), "");
        }
        ExitCode::from(failure.exit_code())
    }

    /// Says what is wrong with the arguments, or shows the help that was asked for.
    pub(crate) fn usage(&mut self, error: &clap::Error) -> ExitCode {
        let _ = error.print();
        if self.json && error.use_stderr() {
            let rendered = error.render().to_string();
            let sentence = rendered.lines().next().unwrap_or_default();
            let sentence = sentence.strip_prefix("error: ").unwrap_or(sentence).to_owned();
            let _ = self.answer(&Failure::Usage(sentence).to_json(), "");
        }
        ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
    }
}
