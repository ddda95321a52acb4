//! What the bindings offer, in a form that a reviewer reads: the names and signatures of the Python module, which has them with
//! their types.

/// The lines of the module that say what there is: classes, their members and methods, functions, names of types.
pub(super) fn surface(python: &str) -> String {
    let mut lines =
        vec!["# Written by `cargo xtask bindings`: what Kotlin, Swift and Python can call.".to_owned()];
    let mut shown = false;
    for line in python.lines() {
        let depth = line.len() - line.trim_start().len();
        let code = line.trim();
        if depth == 0 && !code.is_empty() && !code.starts_with(['"', '#', '@', ')']) {
            shown = is_public(code);
            if shown
                && (code.starts_with("class ") || code.starts_with("def ") || code.starts_with("async def "))
            {
                lines.push(code.trim_end_matches(':').to_owned());
            } else if shown && is_alias(code) {
                lines.push(code.to_owned());
                shown = false;
            } else {
                shown = false;
            }
        } else if shown && is_member(depth, code) {
            lines.push(format!("{:depth$}{}", "", code.trim_end_matches(':')));
        }
    }
    // Errors are declared twice: once to be inherited from.
    lines.dedup();
    lines.join("\n") + "\n"
}

fn is_public(code: &str) -> bool {
    let name = code.trim_start_matches("async ").trim_start_matches("def ").trim_start_matches("class ");
    let bare = name.split(['(', ':', ' ']).next().unwrap_or_default();
    !(bare.starts_with('_') || bare.ends_with("Protocol") || bare.ends_with("Impl"))
}

/// Another name for a type (`Moment = str`).
fn is_alias(code: &str) -> bool {
    code.split_once(" = ").is_some_and(|(name, of)| {
        name.starts_with(|c: char| c.is_ascii_uppercase())
            && name.chars().all(char::is_alphanumeric)
            && !of.starts_with('_')
            && !of.contains('(')
    })
}

fn is_member(depth: usize, code: &str) -> bool {
    let method = code.strip_prefix("async def ").or_else(|| code.strip_prefix("def "));
    match method {
        Some(name) => !name.starts_with('_') && !name.starts_with("is_") || name.starts_with("__init__"),
        None if code.starts_with("class ") => is_public(code),
        // A value of an enumeration.
        None => {
            depth == 4
                && code.split_once(" = ").is_some_and(|(name, _)| {
                    name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
                        && !name.starts_with('_')
                })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_surface_is_what_a_caller_sees() {
        let python = "Moment = str\nclass _Inner:\n    def hidden(self):\nclass Client(ClientProtocol):\n    \
                      async def open(self) -> Client:\n        x = 1\n    def _lower(self):\nclass Lane(enum.Enum):\n    \
                      WORDS = 0\ndef name(lane: Lane) -> str:\n    pass\n_X = 1\n";
        assert_eq!(
            surface(python).lines().skip(1).collect::<Vec<_>>(),
            [
                "Moment = str",
                "class Client(ClientProtocol)",
                "    async def open(self) -> Client",
                "class Lane(enum.Enum)",
                "    WORDS = 0",
                "def name(lane: Lane) -> str",
            ]
        );
    }
}
