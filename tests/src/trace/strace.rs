//! Starting a program under strace.

use std::{
    path::Path,
    process::{Command, Stdio},
    sync::OnceLock,
};

/// A command, run under strace as it stands; its output is piped.
///
/// # Panics
/// Where strace is not installed.
pub(super) fn wrap<S: AsRef<str>>(program: &Command, trace: &Path, options: &[S]) -> Command {
    static THERE: OnceLock<bool> = OnceLock::new();
    let there = *THERE.get_or_init(|| Command::new("strace").arg("--version").output().is_ok());
    assert!(
        there,
        "strace is not installed: these suites watch system calls with it (Debian: apt-get install strace)"
    );
    let mut command = Command::new("strace");
    command.args(["-f", "-yy", "-s", "0", "--quiet=attach,personality,path-resolution", "-o"]).arg(trace);
    command.args(options.iter().map(AsRef::as_ref));
    command.arg("--").arg(program.get_program()).args(program.get_args());
    for (name, value) in program.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    if let Some(folder) = program.get_current_dir() {
        command.current_dir(folder);
    }
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// A list of system calls as strace takes it, passing over those that this machine's architecture lacks.
pub(super) fn set<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    names.into_iter().map(|name| format!("?{name}")).collect::<Vec<_>>().join(",")
}

/// What to say where strace started and saw nothing.
pub(super) const SAW_NOTHING: &str = "strace saw no system call: does this machine allow ptrace (in a container: the capability SYS_PTRACE, or a seccomp profile that lets it through)?";
