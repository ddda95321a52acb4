//! placeholder
use crate::{args::DemoArgs, failure::Failure, output::Output};
pub(crate) fn run(_: &DemoArgs, _: &Output) -> Result<(), Failure> { Ok(()) }
