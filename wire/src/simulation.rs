//! Lengths that no chance decides, for the simulation of sending.
//!
//! `age` draws the length of its header. Chunks end elsewhere by it, so that a seed would have several courses, and one
//! that fails could not be played again. Here what is sealed is followed by zeros and by its own length, to a length
//! that its contents alone decide.

/// More than the header of a simulated world's envelope takes: a stanza for each of its desk's keys, and one that `age` draws.
const HEADER: u64 = 2048;
/// Bytes in a block of an `age` file, and of what authenticates it (the age specification, "Payload").
const BLOCK: u64 = 64 * 1024;
const TAG: u64 = 16;
/// The length at the end.
const LENGTH: usize = size_of::<u64>();

/// What follows `sealed` bytes that hold `plain` ones.
pub(crate) fn after(sealed: u64, plain: u64) -> Vec<u8> {
    let whole = HEADER + plain + TAG * plain.div_ceil(BLOCK).max(1);
    let mut after = vec![0; usize::try_from(whole.saturating_sub(sealed)).unwrap_or(0)];
    after.extend(sealed.to_be_bytes());
    after
}

/// What was sealed, without what follows it; nothing where it never was followed by anything.
pub fn without_what_follows(sealed: &[u8]) -> &[u8] {
    let length = sealed.last_chunk::<LENGTH>().map_or(0, |length| u64::from_be_bytes(*length));
    usize::try_from(length).ok().and_then(|length| sealed.get(..length)).unwrap_or_default()
}
