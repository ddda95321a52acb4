//! How many ways there are to fill in signs that were not seen, so that a sum of weighted signs leaves what it must.

/// One place of an identifier: the weight of its value in the sum, and the value of each sign that it may hold.
pub(super) struct Place {
    pub(super) weight: u64,
    pub(super) choices: Vec<(char, u64)>,
}

/// How many ways of choosing one sign a place give a sum that leaves one of `wanted` when divided by `modulus`, and the
/// only way where there is one. Counted by remainders, so that no number of unknown signs takes longer.
pub(super) fn completions(places: &[Place], modulus: u64, wanted: &[u64]) -> (u64, Option<String>) {
    // By remainder: in how many ways it is reached, and one of them.
    let mut ways: Vec<(u64, String)> = vec![(0, String::new()); usize::try_from(modulus).unwrap_or(0)];
    if let Some(start) = ways.first_mut() {
        start.0 = 1;
    }
    for place in places {
        let mut next: Vec<(u64, String)> = vec![(0, String::new()); ways.len()];
        for (remainder, (count, chosen)) in (0..).zip(&ways).filter(|(_, (count, _))| *count > 0) {
            for (sign, value) in &place.choices {
                let Ok(reached) = usize::try_from((remainder + value * place.weight) % modulus) else {
                    continue;
                };
                let Some(into) = next.get_mut(reached) else { continue };
                into.0 = into.0.saturating_add(*count);
                into.1 = format!("{chosen}{sign}");
            }
        }
        ways = next;
    }
    let reached: Vec<_> =
        (0_u64..).zip(ways).filter(|(left, (count, _))| *count > 0 && wanted.contains(left)).collect();
    let total = reached.iter().fold(0_u64, |sum, (_, (count, _))| sum.saturating_add(*count));
    let only = (total == 1).then(|| reached.into_iter().next().map(|(_, (_, chosen))| chosen)).flatten();
    (total, only)
}

/// A figure, or any of the ten where it was not seen.
pub(super) fn figure(sign: char) -> Vec<(char, u64)> {
    ('0'..='9').zip(0..).filter(|(figure, _)| sign == '?' || sign == *figure).collect()
}
