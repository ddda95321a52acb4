//! Sightings as a table (CSV, RFC 4180), safe to open in a spreadsheet.

use turnstone_wire::{
    body::{Position, Report, Sighting},
    shown,
};

use super::{layer, seen};
use crate::failure::Failure;

const COLUMNS: [&str; 28] = [
    "reference",
    "folder",
    "report_id",
    "scheme",
    "code_word",
    "route",
    "urgent",
    "exercise",
    "sighting",
    "when",
    "until",
    "give_or_take_s",
    "observer_lat",
    "observer_lon",
    "target_lat",
    "target_lon",
    "ellipse_95_semi_major_m",
    "ellipse_95_semi_minor_m",
    "ellipse_95_orientation_deg_true",
    "declination_deg",
    "where",
    "signs",
    "what",
    "why",
    "subjects",
    "attachments",
    "understood",
    "view",
];

/// The table, one line a sighting.
pub(super) fn text(reports: &[(String, Report)]) -> Result<String, Failure> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let written = writer.write_record(COLUMNS).and_then(|()| {
        for (folder, report) in reports {
            for (number, sighting) in (1_usize..).zip(&report.sightings) {
                writer.write_record(row(folder, report, number, sighting))?;
            }
        }
        Ok(())
    });
    let bytes = written.ok().and_then(|()| writer.into_inner().ok()).ok_or(Failure::Unwritable)?;
    String::from_utf8(bytes).map_err(|_| Failure::Unwritable)
}

fn row(folder: &str, report: &Report, number: usize, sighting: &Sighting) -> [String; COLUMNS.len()] {
    let observer = sighting.observer.as_ref().map(|fix| fix.position);
    let target = layer::account(report.scheme, sighting);
    let signs: Vec<_> = sighting.signs.iter().map(ToString::to_string).collect();
    let shown: Vec<_> = sighting.attachments.iter().map(ToString::to_string).collect();
    let target_point = target.as_ref().and_then(|target| target.position);
    let ellipse = target.as_ref().and_then(|target| target.ellipse);
    let declination_deg = target.as_ref().and_then(|target| target.declination_deg);
    [
        words(&report.reference.to_string()),
        words(folder),
        words(&report.id.to_string()),
        words(report.scheme.code()),
        words(&report.code_word),
        words(report.route.code()),
        report.urgent.to_string(),
        report.exercise.to_string(),
        number.to_string(),
        words(&sighting.when.from.to_rfc3339()),
        sighting.when.until.map_or_else(String::new, |until| words(&until.to_rfc3339())),
        sighting.when.give_or_take_s.map_or_else(String::new, |seconds| seconds.to_string()),
        degrees(observer, Position::lat_deg),
        degrees(observer, Position::lon_deg),
        degrees(target_point, Position::lat_deg),
        degrees(target_point, Position::lon_deg),
        tenths(ellipse.map(|ellipse| ellipse.semi_major_m)),
        tenths(ellipse.map(|ellipse| ellipse.semi_minor_m)),
        tenths(ellipse.map(|ellipse| ellipse.orientation_deg_true)),
        declination_deg.map_or_else(String::new, |deg| format!("{deg:.2}")),
        words(&target.map_or_else(Vec::new, |target| target.lines()).join("; ")),
        words(&signs.join(" ")),
        words(sighting.what.as_str()),
        words(sighting.why.as_ref().map_or("", |why| why.as_str())),
        words(&subjects(sighting)),
        words(&shown.join(" ")),
        words(&seen::all_readings(sighting).join("; ")),
        words(&seen::quality(sighting).join("; ")),
    ]
}

/// A number we wrote ourselves: it may begin with a minus sign, and nothing follows it that a spreadsheet would run.
fn degrees(position: Option<Position>, part: fn(&Position) -> f64) -> String {
    position.map_or_else(String::new, |position| format!("{:.6}", part(&position)))
}

fn tenths(number: Option<f64>) -> String {
    number.map_or_else(String::new, |number| format!("{number:.1}"))
}

fn subjects(sighting: &Sighting) -> String {
    let one = |subject: &turnstone_wire::body::Subject| {
        let fields = subject.fields();
        let fields: Vec<_> =
            fields.iter().map(|(name, value)| format!("{name} {}", value.as_str())).collect();
        format!("{}: {}", subject.kind(), fields.join(", "))
    };
    sighting.subjects.iter().map(one).collect::<Vec<_>>().join("; ")
}

/// A cell of words: what a spreadsheet would take for a formula gets an apostrophe before it (OWASP, "CSV
/// Injection"), and characters that act are written out.
///
/// The same behind a line feed and a semicolon: programs that split at those see a cell beginning there.
fn words(text: &str) -> String {
    let mut neutral = String::with_capacity(text.len() + 1);
    let mut rest = shown::lines(text, "");
    if text.starts_with(['\t', '\r', '\n']) {
        neutral.push('\'');
    }
    loop {
        let cell = rest.find(['\n', ';']).map_or(rest.len(), |end| end + 1);
        let after = rest.split_off(cell);
        // Full-width forms count: some spreadsheets fold them. So do spaces before it: some trim them.
        if rest
            .trim_start()
            .starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠', '﹦', '﹢', '﹣', '﹫', '−'])
        {
            neutral.push('\'');
        }
        neutral.push_str(&rest);
        if after.is_empty() {
            return neutral;
        }
        rest = after;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_neutralised_and_plain_words_left_alone() {
        for formula in ["=1+1", "+44", "-2", "@SUM(A1)", "\t=1", "\r=1", "＝1", " =1", "\u{a0}=1", "﹦1"] {
            assert!(words(formula).starts_with('\''), "{formula:?}");
        }
        assert_eq!(words("black RIB, 3 = people"), "black RIB, 3 = people");
        assert_eq!(words("boat;=1+1\n@SUM(A1)\n-"), "boat;'=1+1\n'@SUM(A1)\n'-");
        assert_eq!(words("RIB; 3 people\n"), "RIB; 3 people\n");
        assert_eq!(words("a\u{202e}b\nc"), "a\\u{202e}b\nc");
    }
}
