//! P8 across the border: a record that is printed shows the name of its type and nothing that it holds. What is generated prints
//! every field, so Kotlin's records get a `toString` of their own, and Swift's a conformance (`PrintsItsNameAlone`).

use std::collections::BTreeSet;

/// The Kotlin file with a `toString` in each data class. Fails where one has no body to put it in.
pub(super) fn kotlin(source: &str) -> Result<String, String> {
    let mut out = String::with_capacity(source.len());
    let mut sealed = String::new();
    let mut waiting: Option<String> = None;
    for line in source.lines() {
        let code = line.trim();
        if let Some(rest) = code.strip_prefix("sealed class ") {
            sealed = name(rest).to_owned();
        }
        if let Some(rest) = code.strip_prefix("data class ") {
            if let Some(without) = waiting {
                return Err(format!("{without} has no body to hide what it holds in"));
            }
            let nested = line.starts_with(char::is_whitespace);
            let of = name(rest);
            waiting = Some(if nested { format!("{sealed}.{of}") } else { of.to_owned() });
        }
        out.push_str(line);
        out.push('\n');
        if let Some(of) = waiting.take_if(|_| code.ends_with('{')) {
            out.push_str(&format!("    override fun toString(): String = \"[{of}]\"\n"));
        }
    }
    match waiting {
        None => Ok(out),
        Some(without) => Err(format!("{without} has no body to hide what it holds in")),
    }
}

/// A Swift file with a conformance for each record, and for each enumeration whose cases hold something.
pub(super) fn swift(source: &str) -> String {
    let mut hidden = BTreeSet::new();
    let mut inside = None;
    for line in source.lines() {
        let declared = line.strip_prefix("public struct ").or_else(|| line.strip_prefix("public enum "));
        if let Some(rest) = declared {
            // Neither what converts nor errors, whose fields are codes and numbers.
            inside = rest.contains(": Equatable, Hashable").then(|| name(rest));
            if line.starts_with("public struct ") {
                hidden.extend(inside.take());
            }
        } else if line.starts_with('}') {
            inside = None;
        } else if line.trim().starts_with("case ") && line.contains('(') {
            hidden.extend(inside.take());
        }
    }
    let mut out = "// Written by `cargo xtask bindings`: what prints its name alone.\n\n".to_owned();
    out.extend(hidden.iter().map(|of| format!("extension {of}: PrintsItsNameAlone {{}}\n")));
    out
}

/// The identifier that a text begins with.
fn name(text: &str) -> &str {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_data_class_of_kotlin_prints_its_name_alone() {
        let source = "data class Fix (\n    val `at`: Moment\n){\n}\nsealed class Target {\n    object Same : Target()\n    \
                      data class Point(\n        val `at`: Fix ) : Target()\n\n    {\n    }\n}\n";
        let hidden = kotlin(source).unwrap();
        assert!(hidden.contains("){\n    override fun toString(): String = \"[Fix]\"\n"), "{hidden}");
        assert!(
            hidden.contains("    {\n    override fun toString(): String = \"[Target.Point]\"\n"),
            "{hidden}"
        );
        assert_eq!(hidden.matches("toString").count(), 2);
        assert!(
            kotlin("data class A(val b: C)\ndata class D(val e: F) {\n")
                .unwrap_err()
                .starts_with("A has no body")
        );
    }

    #[test]
    fn every_swift_type_that_holds_something_prints_its_name_alone() {
        let source = "public struct Fix: Equatable, Hashable {\n}\npublic enum Lane: Equatable, Hashable {\n    case words\n}\n\
                      public enum Target: Equatable, Hashable {\n    case same\n    case point(at: Fix\n    )\n}\n\
                      public struct FfiConverterTypeFix: FfiConverterRustBuffer {\n}\n\
                      public enum CoreError: Swift.Error, Equatable, Hashable {\n    case Gone(code: String)\n}\n";
        let hidden = swift(source);
        let lines: Vec<_> = hidden.lines().skip(2).collect();
        assert_eq!(
            lines,
            ["extension Fix: PrintsItsNameAlone {}", "extension Target: PrintsItsNameAlone {}"]
        );
    }
}
