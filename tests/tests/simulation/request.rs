//! What was asked for on the command line.

use crate::planted::{self, Bug};

/// Worlds of a run that nobody described.
pub(crate) const WORLDS: u64 = 10_000;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Request {
    pub(crate) from: u64,
    pub(crate) seeds: u64,
    pub(crate) planted: Option<(String, Bug)>,
    /// Nothing was asked for: the whole suite.
    pub(crate) whole: bool,
}

impl Request {
    pub(crate) fn parse(arguments: impl IntoIterator<Item = String>) -> Result<Self, String> {
        let mut arguments = arguments.into_iter().peekable();
        let mut request = Self { from: 0, seeds: WORLDS, planted: None, whole: arguments.peek().is_none() };
        while let Some(option) = arguments.next() {
            let value = arguments.next().ok_or_else(|| format!("{option} needs a value"))?;
            let number =
                || value.parse().map_err(|_| format!("{option} needs a number, and {value} is none"));
            match option.as_str() {
                "--from" => request.from = number()?,
                "--seeds" => request.seeds = number()?,
                "--planted" => {
                    let names = || planted::ALL.map(|(name, ..)| name).join(", ");
                    let bug =
                        planted::named(&value).ok_or_else(|| format!("{value} is none of {}", names()))?;
                    request.planted = Some((value, bug));
                }
                _ => return Err(format!("{option} is not understood: --from SEED --seeds N --planted NAME")),
            }
        }
        Ok(request)
    }
}

/// The one command that plays a world again.
pub(crate) fn replay(seed: u64, planted: Option<&str>) -> String {
    let planted = planted.map(|name| format!(" --planted {name}")).unwrap_or_default();
    format!("cargo xtask sim --from {seed} --seeds 1{planted}")
}
