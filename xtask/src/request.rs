//! What was asked for on the command line.

use crate::{fuzz, links, package::Package, stage::Stage};

pub(crate) const USAGE: &str = "\
usage: cargo xtask test [--only STAGE]... [--list]   every check, in order; --only runs one and what it needs
       cargo xtask setup                             installs what the checks need and this machine lacks
       cargo xtask bench [ARGUMENT]...               builds and runs the measurements
       cargo xtask tables                            builds the tables of places anew from ../shared/data
       cargo xtask bindings [--check]                writes the generated bindings and bindings/api.txt anew; --check fails
                                                     where they differ from what would be written
       cargo xtask package library|size|wheel|jar|aar|xcframework
                                                     makes what apps add, below target/package; library and size hold
                                                     the shipped library against its goal
       cargo xtask links [--rounds N] [--seed S] [--round N]
                                                     the programs over bad links, killed at drawn bytes: N rounds (200)
                                                     from a seed, or one round of it again
       cargo xtask sim [--from SEED] [--seeds N] [--planted NAME]
                                                     plays N worlds (10,000) in which everything fails, from one seed
                                                     on (0), with a bug planted or none; a single one is told in full
       cargo xtask fuzz [--seconds N] [--keep] [TARGET]...
                                                     looks for inputs that break a parser, N seconds a target (60);
                                                     --keep puts what it learnt into the corpus, as small as it can be
       cargo xtask guidance                          whether the facts the guidance was written from have changed since

With CI=true in the environment a stage that cannot run here is a failure, the lock file is not changed, and build
results are kept below the user's cache folder.";

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Request {
    Help,
    List,
    Test { stages: Vec<Stage> },
    Setup,
    Guidance,
    Bench { arguments: Vec<String> },
    Tables,
    Bindings { check: bool },
    Package(Package),
    Simulation { arguments: Vec<String> },
    Fuzz(fuzz::Plan),
    Links(links::Plan),
}

impl Request {
    pub(crate) fn parse(arguments: impl IntoIterator<Item = String>) -> Result<Self, String> {
        let mut arguments = arguments.into_iter();
        let rest = |arguments: &mut dyn Iterator<Item = String>| match arguments.next() {
            Some(extra) => Err(format!("{extra} is not understood here")),
            None => Ok(()),
        };
        match arguments.next().as_deref() {
            Some("test") => parse_test(arguments),
            Some("fuzz") => parse_fuzz(arguments),
            Some("links") => parse_links(arguments),
            Some("bench") => Ok(Self::Bench { arguments: arguments.collect() }),
            Some("sim") => Ok(Self::Simulation { arguments: arguments.collect() }),
            Some("bindings") => match arguments.next().as_deref() {
                None => Ok(Self::Bindings { check: false }),
                Some("--check") => rest(&mut arguments).map(|()| Self::Bindings { check: true }),
                Some(other) => Err(format!("{other} is not understood here")),
            },
            Some("package") => {
                let package = Package::named(&arguments.next().ok_or("say which package")?)?;
                rest(&mut arguments).map(|()| Self::Package(package))
            }
            Some("tables") => rest(&mut arguments).map(|()| Self::Tables),
            Some("setup") => rest(&mut arguments).map(|()| Self::Setup),
            Some("guidance") => rest(&mut arguments).map(|()| Self::Guidance),
            Some("help" | "--help" | "-h") => rest(&mut arguments).map(|()| Self::Help),
            Some(other) => Err(format!("there is no command {other}")),
            None => Err("say what to do".to_owned()),
        }
    }
}

fn parse_test(mut arguments: impl Iterator<Item = String>) -> Result<Request, String> {
    let mut only = Vec::new();
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--list" => return Ok(Request::List),
            "--only" => {
                only.push(Stage::named(&arguments.next().ok_or("--only needs the name of a stage")?)?)
            }
            other => return Err(format!("{other} is not understood after test")),
        }
    }
    Ok(Request::Test { stages: Stage::select(&only) })
}

fn parse_fuzz(mut arguments: impl Iterator<Item = String>) -> Result<Request, String> {
    let mut plan = fuzz::Plan { seconds: 60, keep: false, targets: Vec::new() };
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--keep" => plan.keep = true,
            "--seconds" => {
                let seconds = arguments.next().and_then(|seconds| seconds.parse().ok());
                plan.seconds =
                    seconds.filter(|&seconds| seconds > 0).ok_or("--seconds needs a number of seconds")?;
            }
            option if option.starts_with('-') => {
                return Err(format!("{option} is not understood after fuzz"));
            }
            _ => plan.targets.push(argument),
        }
    }
    Ok(Request::Fuzz(plan))
}

fn parse_links(mut arguments: impl Iterator<Item = String>) -> Result<Request, String> {
    let mut plan = links::Plan::default();
    while let Some(option) = arguments.next() {
        let value = match option.as_str() {
            "--rounds" => &mut plan.rounds,
            "--seed" => &mut plan.seed,
            "--round" => &mut plan.only,
            other => return Err(format!("{other} is not understood after links")),
        };
        let number = arguments.next().and_then(|number| number.parse().ok());
        *value = Some(number.ok_or_else(|| format!("{option} needs a number"))?);
    }
    Ok(Request::Links(plan))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Request, String> {
        Request::parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn test_alone_means_every_stage_in_order() {
        assert_eq!(parse("test"), Ok(Request::Test { stages: Stage::ALL.to_vec() }));
        assert_eq!(parse("test --list"), Ok(Request::List));
    }

    #[test]
    fn only_may_stand_several_times() {
        let stages = vec![Stage::Fmt, Stage::Doc];
        assert_eq!(parse("test --only doc --only fmt"), Ok(Request::Test { stages }));
    }

    #[test]
    fn bench_hands_its_arguments_on_untouched() {
        let arguments = vec!["--list".to_owned(), "submit".to_owned()];
        assert_eq!(parse("bench --list submit"), Ok(Request::Bench { arguments }));
    }

    #[test]
    fn fuzz_takes_its_time_and_its_targets_in_any_order() {
        let plan = |seconds, keep, targets: &[&str]| {
            let targets = targets.iter().map(|&target| target.to_owned()).collect();
            Ok(Request::Fuzz(fuzz::Plan { seconds, keep, targets }))
        };
        assert_eq!(parse("fuzz"), plan(60, false, &[]));
        assert_eq!(parse("fuzz body --seconds 5 key --keep"), plan(5, true, &["body", "key"]));
        for bad in ["fuzz --seconds", "fuzz --seconds 0", "fuzz --seconds soon", "fuzz --seconds -1"] {
            assert!(parse(bad).unwrap_err().contains("needs a number"), "{bad}");
        }
        assert!(parse("fuzz --long").unwrap_err().contains("--long"));
    }

    #[test]
    fn links_takes_its_numbers_in_any_order() {
        let plan = |rounds, seed, only| Ok(Request::Links(links::Plan { rounds, seed, only }));
        assert_eq!(parse("links"), plan(None, None, None));
        assert_eq!(parse("links --seed 7 --rounds 200"), plan(Some(200), Some(7), None));
        assert_eq!(parse("links --round 3 --seed 7"), plan(None, Some(7), Some(3)));
        assert!(parse("links --rounds many").unwrap_err().contains("--rounds needs a number"));
        assert!(parse("links --long").unwrap_err().contains("--long"));
    }

    #[test]
    fn what_is_not_understood_is_named() {
        assert!(parse("").is_err());
        assert!(parse("tset").unwrap_err().contains("tset"));
        assert!(parse("test --onyl fmt").unwrap_err().contains("--onyl"));
        assert!(parse("test --only").unwrap_err().contains("needs the name"));
        assert!(parse("test --only lint").unwrap_err().contains("fmt, deny, clippy"));
        assert!(parse("setup now").unwrap_err().contains("now"));
        assert!(parse("package").unwrap_err().contains("which"));
        assert!(parse("package apk").unwrap_err().contains("library, size, wheel"));
        assert!(parse("package jar now").unwrap_err().contains("now"));
        assert!(parse("tables --check").unwrap_err().contains("--check"));
    }
}
