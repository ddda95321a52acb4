//! The fuzzers, driven without cargo-fuzz: libFuzzer needs no more than coverage, which the stable compiler can count, and
//! with no `unsafe` in this source a sanitizer would have nothing to find. So nothing is to be installed.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use crate::{
    child, packages,
    stage::{Outcome, Stage},
    workspace::Workspace,
};

/// What cargo-fuzz gives the compiler, without a sanitizer.
const COVERAGE: [&str; 5] = [
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
];

/// Longest input that is made up, in bytes: a little more than the longest header that is read.
const LONGEST: &str = "-max_len=10000";
/// No input may take longer, in seconds; thousands of times what the slowest takes.
const SLOWEST: &str = "-timeout=20";

/// Which fuzzers run, and for how long.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Plan {
    /// Seconds for each target.
    pub(crate) seconds: u32,
    /// Whether the corpus takes in what was learnt.
    pub(crate) keep: bool,
    /// The targets; all where none is named.
    pub(crate) targets: Vec<String>,
}

/// As a stage of the checks: a few seconds each.
pub(crate) fn short(workspace: &Workspace) -> Outcome {
    match run(workspace, &Plan { seconds: 5, keep: false, targets: Vec::new() }) {
        Ok(()) => Outcome::Passed,
        Err(why) => Outcome::Failed(why),
    }
}

/// Builds the fuzzers and runs them one after the other, up to the first that breaks its target.
pub(crate) fn run(workspace: &Workspace, plan: &Plan) -> Result<(), String> {
    packages::provide(Stage::Fuzz.packages())?;
    let fuzz = workspace.root.join("fuzz");
    let targets = chosen(&listed(&fuzz.join("fuzz_targets"))?, &plan.targets)?;
    locks_agree(&read(&workspace.root.join("Cargo.lock"))?, &read(&fuzz.join("Cargo.lock"))?)?;
    let host = host()?;
    let built = workspace.fuzz_target()?;
    build(workspace, &built, &host)?;
    let mut whole = 0;
    for target in &targets {
        let fuzzer = Fuzzer {
            name: target,
            program: built.join(&host).join("release").join(target),
            corpus: fuzz.join("corpus").join(target),
            words: fuzz.join("words.dict"),
            scratch: built.join("runs").join(target),
        };
        let inputs = fuzzer.run(plan.seconds)?;
        println!("{target:12} {inputs:>10} inputs in {} s, and none broke it", plan.seconds);
        whole += inputs;
        if plan.keep {
            let (files, bytes) = fuzzer.keep()?;
            println!("{:12} {files:>10} files of {bytes} bytes in its corpus", "");
        }
    }
    println!("{:12} {whole:>10} inputs", "together");
    Ok(())
}

fn build(workspace: &Workspace, built: &Path, host: &str) -> Result<(), String> {
    let mut cargo = workspace.cargo(&["build", "--manifest-path", "fuzz/Cargo.toml", "--release", "--bins"]);
    // With a target named, the flags are not for build scripts and macros, which would not link with them.
    cargo.args(["--target", host]).env("CARGO_TARGET_DIR", built);
    cargo.env("RUSTFLAGS", COVERAGE.join(" ")).env_remove("CARGO_ENCODED_RUSTFLAGS");
    if child::run(cargo)?.success { Ok(()) } else { Err("the fuzzers do not build".to_owned()) }
}

/// The names of the fuzzers, in order.
fn listed(programs: &Path) -> Result<Vec<String>, String> {
    let failed = |why: io::Error| format!("{}: {why}", programs.display());
    let mut names = Vec::new();
    for entry in fs::read_dir(programs).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        names.extend(path.file_stem().map(|name| name.to_string_lossy().into_owned()));
    }
    names.sort();
    Ok(names)
}

fn chosen(all: &[String], asked: &[String]) -> Result<Vec<String>, String> {
    match asked.iter().find(|name| !all.contains(name)) {
        Some(unknown) => Err(format!("there is no target {unknown}; there are {}", all.join(", "))),
        None if asked.is_empty() => Ok(all.to_vec()),
        None => Ok(asked.to_vec()),
    }
}

/// The platform that this machine compiles for.
fn host() -> Result<String, String> {
    let said = Command::new("rustc").arg("-vV").output().map_err(|why| format!("rustc: {why}"))?.stdout;
    let said = String::from_utf8_lossy(&said).into_owned();
    let host = said.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).ok_or_else(|| "rustc does not say for what it compiles".to_owned())
}

/// The fuzzers must try the versions that the programs are made of.
fn locks_agree(main: &str, fuzz: &str) -> Result<(), String> {
    let (main, fuzz) = (versions(main), versions(fuzz));
    for (name, versions) in &fuzz {
        let Some(known) = main.get(name) else { continue };
        if let Some(other) = versions.iter().find(|version| !known.contains(version)) {
            return Err(format!(
                "fuzz/Cargo.lock has {name} {other}, and Cargo.lock has not: cargo update --manifest-path \
                 fuzz/Cargo.toml {name}@{other} --precise {}",
                known.join(" or ")
            ));
        }
    }
    Ok(())
}

/// Every package of a lock file with its versions.
fn versions(lock: &str) -> BTreeMap<&str, Vec<&str>> {
    let mut found: BTreeMap<_, Vec<_>> = BTreeMap::new();
    let mut name = "";
    for line in lock.lines() {
        if let Some(value) = line.strip_prefix("name = ") {
            name = value.trim_matches('"');
        } else if let Some(value) = line.strip_prefix("version = ")
            && !name.is_empty()
        {
            found.entry(name).or_default().push(value.trim_matches('"'));
            name = "";
        }
    }
    found
}

/// One fuzzer, and where its things are.
struct Fuzzer<'a> {
    name: &'a str,
    program: PathBuf,
    corpus: PathBuf,
    words: PathBuf,
    scratch: PathBuf,
}

impl Fuzzer<'_> {
    /// Runs it from the corpus on, and gives back how many inputs it tried. What it learns goes elsewhere.
    fn run(&self, seconds: u32) -> Result<u64, String> {
        let broken = self.fresh("broken")?;
        let found = self.fresh("found")?;
        let mut command = Command::new(&self.program);
        command.args([&format!("-max_total_time={seconds}"), SLOWEST, LONGEST, "-verbosity=0"]);
        command.arg("-print_final_stats=1").arg(format!("-artifact_prefix={}/", broken.display()));
        command.arg(format!("-dict={}", self.words.display())).arg(&found).arg(&self.corpus);
        let output = self.output(command)?;
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let inputs = tried(&said);
        match inputs {
            // It begins with the corpus: fewer would mean that it looked elsewhere.
            Some(inputs) if output.status.success() && inputs >= self.known()? => Ok(inputs),
            _ => {
                eprintln!("{said}");
                Err(self.describe(&broken)?)
            }
        }
    }

    /// Makes the corpus the smallest that reaches all that it and the last run reached; gives back its files and bytes.
    fn keep(&self) -> Result<(usize, u64), String> {
        let failed = |why: io::Error| format!("the corpus of {}: {why}", self.name);
        let least = self.fresh("least")?;
        let mut command = Command::new(&self.program);
        // Which lines were reached counts, and not how often: else there would be thousands of files.
        command.args(["-set_cover_merge=1", "-use_counters=0", "-verbosity=0", SLOWEST, LONGEST]);
        command.arg(&least).arg(&self.corpus).arg(self.scratch.join("found"));
        if !self.output(command)?.status.success() {
            return Err(format!("the corpus of {} could not be made smaller", self.name));
        }
        let names = listed(&least)?;
        if names.is_empty() {
            return Err(format!("nothing would be left of the corpus of {}", self.name));
        }
        fs::remove_dir_all(&self.corpus).and_then(|()| fs::create_dir_all(&self.corpus)).map_err(failed)?;
        let mut bytes = 0;
        for name in &names {
            bytes += fs::copy(least.join(name), self.corpus.join(name)).map_err(failed)?;
        }
        Ok((names.len(), bytes))
    }

    /// How many inputs its corpus has. libFuzzer passes over empty files.
    fn known(&self) -> Result<u64, String> {
        let names = listed(&self.corpus)?;
        let whole = |name: &&String| fs::metadata(self.corpus.join(name)).is_ok_and(|file| file.len() > 0);
        Ok(names.iter().filter(whole).count() as u64)
    }

    fn output(&self, mut command: Command) -> Result<Output, String> {
        command.stdin(Stdio::null()).env("RUST_BACKTRACE", "1");
        command.output().map_err(|why| format!("{}: {why}", self.name))
    }

    /// An empty folder of this fuzzer's own: of an earlier run nothing counts.
    fn fresh(&self, name: &str) -> Result<PathBuf, String> {
        let folder = self.scratch.join(name);
        let cleared = match fs::remove_dir_all(&folder) {
            Err(why) if why.kind() != io::ErrorKind::NotFound => Err(why),
            _ => fs::create_dir_all(&folder),
        };
        cleared.map(|()| folder).map_err(|why| format!("the folder of {}: {why}", self.name))
    }

    /// Which input broke it, so that it can be had from the log of a machine that is gone.
    fn describe(&self, broken: &Path) -> Result<String, String> {
        let mut text = format!("the fuzzer {} did not end well", self.name);
        for name in listed(broken)? {
            let path = broken.join(&name);
            let bytes = fs::read(&path).map_err(|why| format!("{}: {why}", path.display()))?;
            println!("{}\nin base 64: {}", path.display(), base64(&bytes));
            println!(
                "once mended it belongs into fuzz/regressions/{}, under a name that says what it is",
                self.name
            );
            text = format!("the target {} breaks on {}", self.name, path.display());
        }
        Ok(text)
    }
}

/// How many inputs a fuzzer says that it tried.
fn tried(said: &str) -> Option<u64> {
    said.lines().find_map(|line| line.strip_prefix("stat::number_of_executed_units:")?.trim().parse().ok())
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|why| format!("{}: {why}", path.display()))
}

/// RFC 4648, section 4.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for part in bytes.chunks(3) {
        let bits =
            part.iter().fold(0, |bits: usize, &b| bits << 8 | usize::from(b)) << (8 * (3 - part.len()));
        for place in 0..4 {
            let letter = LETTERS[bits >> (18 - 6 * place) & 63];
            text.push(if place > part.len() { '=' } else { char::from(letter) });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_64_is_that_of_the_rfc() {
        // RFC 4648, section 10.
        let pairs = [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("foobar", "Zm9vYmFy"),
        ];
        for (plain, encoded) in pairs {
            assert_eq!(base64(plain.as_bytes()), encoded);
        }
        assert_eq!(base64(&[0xFB, 0xFF, 0xBF]), "+/+/");
    }

    #[test]
    fn a_lock_file_with_another_version_is_named() {
        let lock = |version: &str| {
            format!(
                "version = 4\n\n[[package]]\nname = \"age\"\nversion = \"{version}\"\n\n[[package]]\nname = \"cc\"\nversion = \"1.0.0\"\n"
            )
        };
        assert_eq!(locks_agree(&lock("0.12.1"), &lock("0.12.1")), Ok(()));
        assert_eq!(locks_agree("", &lock("0.12.1")), Ok(()), "what only the fuzzers have is their own");
        let refused = locks_agree(&lock("0.12.1"), &lock("0.12.0")).unwrap_err();
        assert!(
            refused.contains("has age 0.12.0") && refused.contains("age@0.12.0 --precise 0.12.1"),
            "{refused}"
        );
    }

    #[test]
    fn targets_are_taken_by_name_and_all_where_none_is_named() {
        let all = ["body", "key"].map(str::to_owned);
        assert_eq!(chosen(&all, &[]).unwrap(), all);
        assert_eq!(chosen(&all, &["key".to_owned()]).unwrap(), ["key"]);
        let refused = chosen(&all, &["kye".to_owned()]).unwrap_err();
        assert!(refused.contains("kye") && refused.contains("body, key"));
    }

    #[test]
    fn the_number_of_inputs_is_read_from_what_the_fuzzer_says() {
        assert_eq!(
            tried("Done\nstat::number_of_executed_units: 64420\nstat::peak_rss_mb: 50\n"),
            Some(64420)
        );
        assert_eq!(tried("INFO: Seed: 1"), None);
    }
}
