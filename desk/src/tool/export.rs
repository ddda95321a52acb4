//! `export`: the opened reports as one file for other programs.

use super::{index::Index, layer, table};
use crate::{
    args::{ExportArgs, ExportFormat},
    failure::Failure,
    files::{self, Access},
    output::Output,
};

#[derive(serde::Serialize)]
struct Exported {
    reports: usize,
    to: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content: Option<String>,
}

/// Runs the command.
pub(crate) fn run(args: &ExportArgs, output: &mut Output) -> Result<(), Failure> {
    if !args.from.is_dir() {
        return Err(Failure::bad_file(&args.from, "there is no such folder"));
    }
    let index = Index::read(&args.from)?;
    if !index.is_of(&args.from) {
        return Err(Failure::bad_file(
            &args.from,
            "it holds no opened report; give the folder that `open` wrote",
        ));
    }
    let reports = layer::reports(&args.from, &index);
    let text = match args.format {
        ExportFormat::Geojson => layer::text(&reports)?,
        ExportFormat::Csv => table::text(&reports)?,
    };
    let Some(to) = &args.to else {
        // GeoJSON is the one JSON document itself; a table travels inside one where JSON was asked for.
        return match args.format {
            ExportFormat::Geojson => output.text(&text),
            ExportFormat::Csv => {
                let exported = Exported { reports: reports.len(), to: None, content: Some(text.clone()) };
                output.answer(&exported, text.trim_end())
            }
        };
    };
    files::replace(to, text.as_bytes(), Access::Secret)?;
    let exported = Exported { reports: reports.len(), to: Some(to.display().to_string()), content: None };
    output.answer(&exported, format_args!("{} reports written to {}", reports.len(), to.display()))
}
