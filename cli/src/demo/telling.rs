//! What the demonstration tells: a line a step, or all of them in one JSON document.

use serde_json::{Value, json};

use crate::{failure::Failure, output::Output};

/// The steps so far.
#[derive(Debug)]
pub(super) struct Telling<'a> {
    output: &'a Output,
    steps: Vec<Value>,
}

impl<'a> Telling<'a> {
    pub(super) fn new(output: &'a Output) -> Self {
        Self { output, steps: Vec::new() }
    }

    /// Tells a step: a short name for scripts, a sentence for people, and the numbers in it.
    pub(super) fn step(&mut self, name: &str, sentence: &str, facts: Value) -> Result<(), Failure> {
        let number = self.steps.len() + 1;
        self.output.line(format_args!("{number:>2}. {sentence}"))?;
        self.steps.push(json!({"step": number, "name": name, "sentence": sentence, "facts": facts}));
        Ok(())
    }

    pub(super) fn into_steps(self) -> Vec<Value> {
        self.steps
    }
}

/// That something came out as promised.
pub(super) fn check(as_promised: bool, otherwise: impl FnOnce() -> String) -> Result<(), Failure> {
    if as_promised { Ok(()) } else { Err(Failure::Demo(otherwise())) }
}

/// Bytes as people read them.
pub(super) fn bytes(count: u64) -> String {
    let digits = count.to_string();
    let mut shown = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_parted() {
        assert_eq!([0, 999, 1_000, 837_646].map(bytes), ["0", "999", "1,000", "837,646"]);
    }
}
