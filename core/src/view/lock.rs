//! Auto-lock, in the witness's language.

use turnstone_almanac::words::{Lang, words};

use crate::AutoLock;

/// When an app that shows a home locks itself, and what goes on.
pub fn auto_lock_sentence(after: AutoLock, lang: Lang) -> String {
    words(lang).say("lock-after", &[("n", u32::from(after.minutes()).into())])
}

/// What a lock means between two commands.
pub fn sitting_sentence(lang: Lang) -> String {
    words(lang).say("lock-sitting", &[])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_after_how_many_minutes_in_both_languages() {
        for (minutes, says) in
            [(1, ["after 1 minute without", "1 funud"]), (5, ["after 5 minutes", "5 munud"])]
        {
            let after = AutoLock::of_minutes(minutes).unwrap();
            for (lang, says) in Lang::ALL.into_iter().zip(says) {
                let said = auto_lock_sentence(after, lang);
                assert!(said.contains(says), "{said}");
            }
        }
        assert_ne!(sitting_sentence(Lang::En), sitting_sentence(Lang::Cy));
    }
}
