//! `forget`: shreds this device's copy of a report, and its record.

use serde_json::json;
use turnstone_wire::reference::Reference;

use crate::{
    args::Common,
    failure::Failure,
    home,
    output::Output,
    own::{self, Copies as _},
};

/// Runs the command.
pub(crate) fn run(common: &Common, reference: &Reference, output: &Output) -> Result<(), Failure> {
    let client = home::open(common, output)?;
    let notebook = own::unlock(&client, common, output)?;
    notebook.forget(reference)?;
    let listed = notebook.reports(u32::MAX)?.iter().any(|report| report.reference == *reference);
    let words = if listed {
        "The copy is shredded. Something of it still waits to be sent, so its record stays until then."
    } else {
        "The copy is shredded, and its record is gone."
    };
    output.answer(&json!({"outcome": "forgotten", "reference": reference, "still_waits": listed}), words)
}
