//! What is printed at the end: how each stage ended and how long it took, and what the test runners said themselves.

use std::{fmt::Write, time::Duration};

use crate::{
    child::EXECUTED,
    stage::{Outcome, Stage},
};

/// A stage and how it ended; no outcome where an earlier one stopped the run.
pub(crate) struct Row {
    pub(crate) stage: Stage,
    pub(crate) outcome: Option<Outcome>,
    pub(crate) took: Duration,
    pub(crate) closing: Vec<String>,
}

impl Row {
    pub(crate) fn not_run(stage: Stage) -> Self {
        Self { stage, outcome: None, took: Duration::ZERO, closing: Vec::new() }
    }

    /// True where nothing after it is to be run.
    pub(crate) fn stops(&self) -> bool {
        matches!(self.outcome, Some(Outcome::Failed(_)))
    }
}

/// The table, the runners' closing lines with their sum, and PASS or FAIL as the last word.
pub(crate) fn table(rows: &[Row]) -> String {
    let mut text = String::new();
    for line in rows.iter().flat_map(|row| &row.closing) {
        // Writing to a String cannot fail, here and below.
        let _ = writeln!(text, "{line}");
    }
    if let Some(totals) = Totals::of(rows.iter().flat_map(|row| &row.closing)) {
        let Totals { runs, passed, failed, ignored } = totals;
        let _ =
            writeln!(text, "together: {passed} passed; {failed} failed; {ignored} ignored; {runs} runs\n");
    }
    for row in rows {
        let (word, why) = match &row.outcome {
            Some(Outcome::Passed) => ("PASS", ""),
            Some(Outcome::Failed(why)) => ("FAIL", why.as_str()),
            Some(Outcome::LeftOut(why)) => ("LEFT OUT", why.as_str()),
            None => ("NOT RUN", ""),
        };
        let line = format!("{:10} {:8} {:>11}  {why}", row.stage.name(), word, minutes(row.took));
        let _ = writeln!(text, "{}", line.trim_end());
    }
    let whole = rows.iter().map(|row| row.took).sum();
    let verdict = if rows.iter().any(Row::stops) { "FAIL" } else { "PASS" };
    let _ = write!(text, "{:10} {verdict:8} {:>11}", "all", minutes(whole));
    text
}

fn minutes(took: Duration) -> String {
    let seconds = took.as_secs();
    format!("{} min {:02} s", seconds / 60, seconds % 60)
}

/// The sum of closing lines.
#[derive(Debug, Default, PartialEq, Eq)]
struct Totals {
    runs: u64,
    passed: u64,
    failed: u64,
    ignored: u64,
}

impl Totals {
    /// Adds the lines up; `None` where there is none.
    fn of<'a>(lines: impl IntoIterator<Item = &'a String>) -> Option<Self> {
        let mut totals = Self::default();
        for line in lines.into_iter().filter(|line| !line.starts_with(EXECUTED)) {
            totals.runs += 1;
            totals.passed += count(line, "passed");
            totals.failed += count(line, "failed");
            totals.ignored += count(line, "ignored");
        }
        (totals.runs > 0).then_some(totals)
    }
}

/// The number before `word` in `test result: ok. 21 passed; 0 failed; 0 ignored; ...`.
fn count(line: &str, word: &str) -> u64 {
    let words: Vec<_> = line.split([' ', ';']).filter(|part| !part.is_empty()).collect();
    words.windows(2).find(|pair| pair[1] == word).and_then(|pair| pair[0].parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const OK: &str =
        "test result: ok. 21 passed; 0 failed; 3 ignored; 0 measured; 0 filtered out; finished in 0.01s";
    const BAD: &str =
        "test result: FAILED. 4 passed; 2 failed; 0 ignored; 0 measured; 7 filtered out; finished in 1.50s";

    fn row(stage: Stage, outcome: Outcome, seconds: u64, closing: &[&str]) -> Row {
        let closing = closing.iter().map(|&line| line.to_owned()).collect();
        Row { stage, outcome: Some(outcome), took: Duration::from_secs(seconds), closing }
    }

    #[test]
    fn closing_lines_are_summed() {
        let lines = [OK.to_owned(), BAD.to_owned()];
        assert_eq!(Totals::of(&lines), Some(Totals { runs: 2, passed: 25, failed: 2, ignored: 3 }));
        assert_eq!(Totals::of(&[]), None);
    }

    #[test]
    fn a_run_that_went_well_says_so_last() {
        let rows = [row(Stage::Fmt, Outcome::Passed, 1, &[]), row(Stage::Test, Outcome::Passed, 125, &[OK])];
        let expected = format!(
            "{OK}\ntogether: 21 passed; 0 failed; 3 ignored; 1 runs\n\n\
             fmt        PASS      0 min 01 s\ntest       PASS      2 min 05 s\nall        PASS      2 min 06 s"
        );
        assert_eq!(table(&rows), expected);
    }

    #[test]
    fn a_failure_a_stage_left_out_and_one_not_run_are_told_apart() {
        let rows = [
            row(Stage::Interop, Outcome::LeftOut("there is no jq".to_owned()), 0, &[]),
            row(Stage::Test, Outcome::Failed("see its output above".to_owned()), 60, &[BAD]),
            Row::not_run(Stage::Doc),
        ];
        let text = table(&rows);
        assert!(text.contains(BAD));
        assert!(text.contains("interop    LEFT OUT  0 min 00 s  there is no jq\n"));
        assert!(text.contains("test       FAIL      1 min 00 s  see its output above\n"));
        assert!(text.contains("doc        NOT RUN   0 min 00 s\n"));
        assert!(text.ends_with("all        FAIL      1 min 00 s"));
    }
}
