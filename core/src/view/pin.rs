//! Wrong PINs, and how long none is tried: in the witness's language, as a phrase that a label can go before.

use turnstone_almanac::words::{Lang, words};

/// That a PIN was wrong, how many were in a row, and when the next is tried where that is not at once.
pub fn wrong_pin_sentence(attempts: u32, wait_ms: u64, lang: Lang) -> String {
    let wait = wait_text(wait_ms, lang);
    let args = [("n", attempts.into()), ("wait", wait.as_str().into())];
    words(lang).say(if wait_ms == 0 { "pin-wrong" } else { "pin-wrong-wait" }, &args)
}

/// That no PIN is tried for now, be it the right one, and what goes on meanwhile.
pub fn pin_delayed_sentence(wait_ms: u64, lang: Lang) -> String {
    words(lang).say("pin-delayed", &[("wait", wait_text(wait_ms, lang).as_str().into())])
}

/// How long a wait is: seconds up to two minutes, minutes above, never less than it is.
pub fn wait_text(wait_ms: u64, lang: Lang) -> String {
    let seconds = wait_ms.div_ceil(1000);
    let (id, n) =
        if seconds <= 120 { ("pin-seconds", seconds) } else { ("pin-minutes", seconds.div_ceil(60)) };
    words(lang).say(id, &[("n", u32::try_from(n).unwrap_or(u32::MAX).into())])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_never_said_to_be_shorter_than_it_is() {
        let said = [1, 30_000, 30_001, 120_000, 120_001, 3_600_000].map(|ms| wait_text(ms, Lang::En));
        assert_eq!(said, ["1 s", "30 s", "31 s", "120 s", "3 min", "60 min"]);
    }

    #[test]
    fn a_wrong_pin_says_how_many_and_when_the_next_is_tried() {
        assert_eq!(wrong_pin_sentence(2, 0, Lang::En), "wrong PIN; 2 wrong in a row");
        assert_eq!(
            wrong_pin_sentence(5, 30_000, Lang::En),
            "wrong PIN; 5 wrong in a row; the next try in 30 s"
        );
        for lang in Lang::ALL {
            let said = pin_delayed_sentence(240_000, lang);
            assert!(said.contains("4 ") && !said.contains("pin-") && !said.contains('{'), "{said}");
            let said = wrong_pin_sentence(6, 60_000, lang);
            assert!(said.contains('6') && said.contains("60 ") && !said.contains("pin-"), "{said}");
        }
    }
}
