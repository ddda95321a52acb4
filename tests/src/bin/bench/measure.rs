//! Timing two things in turn.

use std::time::{Duration, Instant};

/// How long one call takes.
pub(crate) fn time<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let start = Instant::now();
    let value = work();
    (start.elapsed(), value)
}

/// Times of two things taken in turn.
#[derive(Default)]
pub(crate) struct Pairs {
    ours: Vec<Duration>,
    theirs: Vec<Duration>,
}

impl Pairs {
    pub(crate) fn push(&mut self, ours: Duration, theirs: Duration) {
        self.ours.push(ours);
        self.theirs.push(theirs);
    }

    /// Prints both medians and the median of the pairwise ratios, as ours by theirs.
    pub(crate) fn print(&self, ours: &str, theirs: &str, goal: &str) {
        let mut ratios: Vec<f64> =
            self.ours.iter().zip(&self.theirs).map(|(a, b)| a.as_secs_f64() / b.as_secs_f64()).collect();
        ratios.sort_by(f64::total_cmp);
        let (low, middle, high) = (ratios[0], ratios[ratios.len() / 2], ratios[ratios.len() - 1]);
        println!("  {ours}: {:.2} ms (median of {})", milliseconds(&self.ours), self.ours.len());
        println!("  {theirs}: {:.2} ms", milliseconds(&self.theirs));
        println!(
            "  time ratio {middle:.2} ({low:.2} to {high:.2}), so {:.2} times as fast; goal: {goal}",
            1.0 / middle
        );
    }
}

fn milliseconds(times: &[Duration]) -> f64 {
    let mut times = times.to_vec();
    times.sort();
    times[times.len() / 2].as_secs_f64() * 1000.0
}
