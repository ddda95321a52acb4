//! What uniffi's generator gets wrong for Swift, put right in what it wrote. Each place must be there as often as it is known to be, so that
//! another version of uniffi does not slip past.
//!
//! - A call does not notice that its task was cancelled: sending would go on for good. (Kotlin's and Python's do.)
//! - A method called `open` is quoted where neither C nor Swift wants it.

/// The loop that waits for a call.
const LOOP: &str = "    var pollResult: Int8;
    repeat {
        pollResult = await withUnsafeContinuation {
            pollFunc(
                rustFuture,
                { handle, pollResult in
                    uniffiFutureContinuationCallback(handle: handle, pollResult: pollResult)
                },
                uniffiContinuationHandleMap.insert(obj: $0)
            )
        }
    } while pollResult != UNIFFI_RUST_FUTURE_POLL_READY
";

const COMPLETE: &str = "    completeFunc: (UInt64, UnsafeMutablePointer<RustCallStatus>) -> F,\n";
const CANCELLED: &str = "            fatalError(\"Cancellation not supported yet\")\n";

/// The Swift file.
pub(super) fn swift(source: &str) -> Result<String, String> {
    let mut out = String::with_capacity(source.len());
    for line in source.lines() {
        out.push_str(line);
        out.push('\n');
        let call = line.trim_start();
        let indent = &line[..line.len() - call.len()];
        if let Some(rest) = call.strip_prefix("completeFunc: ffi_turnstone_ffi_rust_future_complete_") {
            out.push_str(&format!("{indent}cancelFunc: ffi_turnstone_ffi_rust_future_cancel_{rest}\n"));
        }
    }
    let cancel = format!("{COMPLETE}    cancelFunc: @escaping @Sendable (UInt64) -> (),\n");
    let out = once(&out, COMPLETE, &cancel)?;
    let out = once(&out, LOOP, &watched())?;
    let out = once(&out, CANCELLED, "            throw CancellationError()\n")?;
    once(&out, "        `open`: { (", "        open: { (")
}

/// The loop, with an end for a task that is cancelled.
fn watched() -> String {
    let inner: String = LOOP.lines().map(|line| format!("    {line}\n")).collect();
    format!(
        "    // Cancelled with its task. `withTaskCancellationHandler` returns after `onCancel` has, so the future is never freed\n    // under it.\n    \
         await withTaskCancellationHandler {{\n{inner}    }} onCancel: {{\n        cancelFunc(rustFuture)\n    }}\n"
    )
}

/// The C header.
pub(super) fn header(source: &str) -> Result<String, String> {
    once(source, "_Nonnull `open`;", "_Nonnull open;")
}

fn once(source: &str, old: &str, new: &str) -> Result<String, String> {
    match source.matches(old).count() {
        1 => Ok(source.replacen(old, new, 1)),
        times => Err(format!("the generator writes this {times} times, and not once: {old}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_of_swift_is_cancelled_with_its_task() {
        let call = "            completeFunc: ffi_turnstone_ffi_rust_future_complete_u64,\n";
        let source = format!("{COMPLETE}{LOOP}{CANCELLED}{call}        `open`: {{ (\n");
        let mended = swift(&source).unwrap();
        assert!(
            mended.contains("            cancelFunc: ffi_turnstone_ffi_rust_future_cancel_u64,\n"),
            "{mended}"
        );
        assert!(mended.contains("    } onCancel: {\n        cancelFunc(rustFuture)\n    }\n"), "{mended}");
        assert!(!mended.contains("fatalError") && !mended.contains("`open`"), "{mended}");
    }

    #[test]
    fn another_generator_does_not_slip_past() {
        assert!(swift("").unwrap_err().contains("0 times"));
        assert!(header("_Nonnull `open`;\n_Nonnull `open`;\n").unwrap_err().contains("2 times"));
    }
}
