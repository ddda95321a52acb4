//! The stages of `cargo xtask test`: their order, what each needs, and the command each is.

use std::{env::consts::EXE_SUFFIX, process::Command};

use crate::{
    bindings, child, deny, fuzz,
    packages::{
        self, AGE, CXX, DEBOOTSTRAP, EXIFTOOL, FAKETIME, GIT, JDK, JQ, MAVEN, NODE, NPM, PYTHON, Package,
        STRACE,
    },
    peers, scenarios, tables,
    workspace::Workspace,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    Fmt,
    Deny,
    Clippy,
    Tables,
    Build,
    Test,
    Doc,
    Demo,
    Interop,
    Peers,
    Bindings,
    Python,
    Kotlin,
    Swift,
    Simulation,
    Fuzz,
}

/// How a stage ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Passed,
    Failed(String),
    /// It cannot run on this machine, and why.
    LeftOut(String),
}

impl Outcome {
    /// As it counts where nobody watches: nobody reads the log of a run that went well, so a stage left out there
    /// would be left out for good.
    pub(crate) fn unattended(self) -> Self {
        match self {
            Self::LeftOut(why) => Self::Failed(why),
            other => other,
        }
    }
}

impl Stage {
    /// In the order in which they run: what fails soonest first.
    pub(crate) const ALL: [Self; 16] = [
        Self::Fmt,
        Self::Deny,
        Self::Clippy,
        Self::Tables,
        Self::Build,
        Self::Test,
        Self::Doc,
        Self::Demo,
        Self::Interop,
        Self::Peers,
        Self::Bindings,
        Self::Python,
        Self::Kotlin,
        Self::Swift,
        Self::Simulation,
        Self::Fuzz,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Fmt => "fmt",
            Self::Deny => "deny",
            Self::Clippy => "clippy",
            Self::Tables => "tables",
            Self::Build => "build",
            Self::Test => "test",
            Self::Doc => "doc",
            Self::Demo => "demo",
            Self::Interop => "interop",
            Self::Peers => "peers",
            Self::Bindings => "bindings",
            Self::Python => "python",
            Self::Kotlin => "kotlin",
            Self::Swift => "swift",
            Self::Simulation => "simulation",
            Self::Fuzz => "fuzz",
        }
    }

    pub(crate) fn what(self) -> &'static str {
        match self {
            Self::Fmt => "every file is formatted",
            Self::Deny => "every dependency is one that may be here, and none has a known fault",
            Self::Clippy => "no lint complains",
            Self::Tables => "the tables of places are what their data gives, byte for byte",
            Self::Build => "the programs, as they are released",
            Self::Test => "unit tests, suites and the examples in the documentation",
            Self::Doc => "the documentation builds, and its links lead somewhere",
            Self::Demo => "the README's first command, turnstone demo",
            Self::Interop => "Debian's age and jq open what was sealed and delivered",
            Self::Peers => "other people's tus clients against our desk, and our client against their server",
            Self::Bindings => "what other languages call is what the library says of itself, byte for byte",
            Self::Python => "every scenario of the bindings, from Python",
            Self::Kotlin => "the same from Kotlin, and its jar",
            Self::Swift => "the same from Swift",
            Self::Simulation => "ten thousand worlds in which everything fails, and planted bugs in them",
            Self::Fuzz => "the fuzzers find nothing new in a short run",
        }
    }

    /// The stage that is called so.
    pub(crate) fn named(name: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|stage| stage.name() == name).ok_or_else(|| {
            let names: Vec<_> = Self::ALL.iter().map(|stage| stage.name()).collect();
            format!("there is no stage {name}; there are {}", names.join(", "))
        })
    }

    /// The stages that were asked for and those they need, in order; all of them where none was.
    pub(crate) fn select(only: &[Self]) -> Vec<Self> {
        let wanted =
            |stage: &Self| only.is_empty() || only.iter().any(|one| one == stage || one.needs(*stage));
        Self::ALL.into_iter().filter(wanted).collect()
    }

    /// Programs that an earlier run left behind may not be those of this source.
    fn needs(self, other: Self) -> bool {
        let uses_programs = matches!(
            self,
            Self::Test | Self::Demo | Self::Interop | Self::Peers | Self::Python | Self::Kotlin | Self::Swift
        );
        uses_programs && other == Self::Build
    }

    /// Debian's packages that it takes programs from.
    pub(crate) fn packages(self) -> &'static [&'static Package] {
        match self {
            Self::Deny => &[&GIT],
            // The suites that watch system calls, or fake a clock, are Linux's alone.
            Self::Test if cfg!(target_os = "linux") => &[&EXIFTOOL, &FAKETIME, &STRACE],
            Self::Test => &[&EXIFTOOL],
            Self::Interop => &[&AGE, &JQ],
            Self::Peers => &[&NODE, &NPM, &PYTHON],
            Self::Python => &[&PYTHON],
            Self::Kotlin => &[&JDK, &MAVEN],
            Self::Swift => &[&DEBOOTSTRAP],
            Self::Fuzz => &[&CXX],
            _ => &[],
        }
    }

    /// What becomes of it where a package is missing: the tests as a whole are too much to be left out.
    fn without_packages(self, why: String) -> Outcome {
        if self == Self::Test { Outcome::Failed(why) } else { Outcome::LeftOut(why) }
    }

    /// Runs it, and gives back the closing lines of test runners as well.
    pub(crate) fn run(self, workspace: &Workspace) -> (Outcome, Vec<String>) {
        if let Err(why) = packages::provide(self.packages()) {
            return (self.without_packages(why), Vec::new());
        }
        let Some(command) = self.command(workspace) else {
            return match self {
                Self::Peers => peers::check(workspace),
                Self::Python => scenarios::python(workspace),
                Self::Kotlin => scenarios::kotlin(workspace),
                Self::Swift => scenarios::swift(workspace),
                Self::Bindings => (bindings::check(workspace), Vec::new()),
                Self::Deny => (deny::check(workspace), Vec::new()),
                _ => (fuzz::short(workspace), Vec::new()),
            };
        };
        match child::run(command) {
            Ok(ended) if ended.success && self == Self::Clippy => lint_simulation(workspace),
            ended => outcome(ended),
        }
    }

    /// The command that it is; none where it is more than one.
    fn command(self, workspace: &Workspace) -> Option<Command> {
        Some(match self {
            Self::Fmt => {
                let mut command = workspace.tool("cargo");
                command.args(["fmt", "--all", "--check"]);
                command
            }
            Self::Clippy => {
                workspace.cargo(&["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"])
            }
            Self::Tables => tables::program(workspace, &["--check"]),
            Self::Build => workspace.cargo(&[
                "build",
                "--release",
                "--workspace",
                "--bin",
                "turnstone",
                "--bin",
                "turnstone-desk",
            ]),
            Self::Test => workspace.cargo(&["test", "--workspace", "--no-fail-fast"]),
            Self::Doc => {
                let mut command = workspace.cargo(&["doc", "--workspace", "--no-deps"]);
                command.env("RUSTDOCFLAGS", "--deny warnings");
                command
            }
            Self::Demo => {
                let mut command = Command::new(workspace.programs().join(format!("turnstone{EXE_SUFFIX}")));
                command.arg("demo").current_dir(&workspace.root);
                command
            }
            Self::Interop => workspace.cargo(&[
                "test",
                "--package",
                "turnstone-tests",
                "--lib",
                "--test",
                "end_to_end",
                "--",
                "--ignored",
                "interop",
            ]),
            Self::Simulation => simulation(workspace),
            Self::Deny | Self::Peers | Self::Bindings | Self::Fuzz => return None,
            Self::Python | Self::Kotlin | Self::Swift => return None,
        })
    }
}

fn outcome(ended: Result<child::Ended, String>) -> (Outcome, Vec<String>) {
    match ended {
        Ok(ended) if ended.success => (Outcome::Passed, ended.closing),
        Ok(ended) => (Outcome::Failed("see its output above".to_owned()), ended.closing),
        Err(why) => (Outcome::Failed(why), Vec::new()),
    }
}

/// What only the simulation is built with is linted by itself: with it, the rest is not as it is shipped.
fn lint_simulation(workspace: &Workspace) -> (Outcome, Vec<String>) {
    let of_it =
        ["--package", "turnstone-tests", "--package", "turnstone-core", "--package", "turnstone-desk"];
    let mut clippy = workspace.cargo(&["clippy", "--features", "turnstone-tests/simulation"]);
    clippy.args(of_it).args(["--lib", "--test", "simulation", "--", "--deny", "warnings"]);
    outcome(child::run(clippy))
}

/// The suite `simulation`, which no other stage builds: it takes hold of core and desk as no program may be.
pub(crate) fn simulation(workspace: &Workspace) -> Command {
    workspace.cargo(&[
        "test",
        "--profile",
        "simulation",
        "--package",
        "turnstone-tests",
        "--features",
        "simulation",
        "--test",
        "simulation",
        "--",
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stage_is_found_by_its_name() {
        for stage in Stage::ALL {
            assert_eq!(Stage::named(stage.name()), Ok(stage));
        }
        assert!(Stage::named("lint").is_err());
    }

    #[test]
    fn a_stage_brings_the_stages_it_needs_and_no_others() {
        assert_eq!(Stage::select(&[Stage::Test]), [Stage::Build, Stage::Test]);
        assert_eq!(Stage::select(&[Stage::Demo, Stage::Fmt]), [Stage::Fmt, Stage::Build, Stage::Demo]);
        assert_eq!(Stage::select(&[Stage::Clippy, Stage::Clippy]), [Stage::Clippy]);
    }

    #[test]
    fn a_stage_left_out_fails_where_nobody_watches() {
        let why = || "there is no jq".to_owned();
        assert_eq!(Outcome::LeftOut(why()).unattended(), Outcome::Failed(why()));
        assert_eq!(Outcome::Passed.unattended(), Outcome::Passed);
    }

    #[test]
    fn the_tests_are_never_left_out() {
        let why = || "not installed: strace".to_owned();
        for stage in Stage::ALL {
            let outcome = stage.without_packages(why());
            assert_eq!(outcome == Outcome::Failed(why()), stage == Stage::Test, "{}", stage.name());
        }
    }

    #[test]
    fn what_a_stage_needs_runs_before_it() {
        let stages = Stage::select(&[]);
        assert_eq!(stages, Stage::ALL);
        assert!(stages.is_sorted());
    }
}
