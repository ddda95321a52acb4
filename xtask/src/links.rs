//! The programs over bad links, for as many rounds as somebody wants; the checks play sixty of them.

use crate::{
    child,
    stage::{Outcome, Stage},
    workspace::Workspace,
};

/// Rounds where nobody says how many.
const ROUNDS: u64 = 200;

/// Which rounds are played.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Plan {
    pub(crate) rounds: Option<u64>,
    pub(crate) seed: Option<u64>,
    /// This one alone.
    pub(crate) only: Option<u64>,
}

/// Builds the programs and plays the rounds.
pub(crate) fn run(workspace: &Workspace, plan: &Plan) -> Result<(), String> {
    if let (Outcome::Failed(why), _) = Stage::Build.run(workspace) {
        return Err(why);
    }
    let mut cargo =
        workspace.cargo(&["test", "--package", "turnstone-tests", "--test", "links", "--", "--nocapture"]);
    cargo.env("TURNSTONE_LINKS_ROUNDS", plan.rounds.unwrap_or(ROUNDS).to_string());
    for (variable, number) in [("TURNSTONE_LINKS_SEED", plan.seed), ("TURNSTONE_LINKS_ROUND", plan.only)] {
        match number {
            Some(number) => cargo.env(variable, number.to_string()),
            None => cargo.env_remove(variable),
        };
    }
    if child::run(cargo)?.success {
        Ok(())
    } else {
        Err("a round failed; its replay is named above".to_owned())
    }
}
