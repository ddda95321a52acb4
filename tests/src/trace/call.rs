//! Reading what strace wrote.

use std::collections::HashMap;

use super::WRITES;

/// One system call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The thread that made it.
    pub thread: u32,
    /// Its name.
    pub name: String,
    /// Its arguments, as strace writes them.
    pub arguments: String,
    /// What came of it, as strace writes it; `?` where the thread did not live to see it.
    pub result: String,
    /// Line of the trace on which it began, from 0.
    pub began: usize,
    /// Line on which it ended.
    pub ended: usize,
}

impl Call {
    /// Whether it succeeded, and not by strace's pretending.
    pub fn succeeded(&self) -> bool {
        !self.result.starts_with(['-', '?']) && !self.result.contains("INJECTED")
    }

    /// Whether strace made it fail.
    pub fn was_injected(&self) -> bool {
        self.result.contains("INJECTED")
    }

    /// The files and folders it names, by path or by descriptor; data is not written to the trace. What it names below a
    /// descriptor's folder, as whoever removes a whole folder does, is that folder.
    ///
    /// # Panics
    /// For any other relative path: what it names is not in the trace.
    pub fn paths(&self) -> Vec<&str> {
        let mut paths = Vec::new();
        let mut rest = self.arguments.as_str();
        let mut below_a_descriptor = false;
        while let Some(at) = rest.find(['<', '"']) {
            let close = if rest.as_bytes()[at] == b'<' { '>' } else { '"' };
            let Some(len) = rest[at + 1..].find(close) else { break };
            let found = &rest[at + 1..at + 1 + len];
            let is_working_folder = rest[..at].ends_with("AT_FDCWD");
            if !is_working_folder && found.starts_with('/') {
                paths.push(found.trim_end_matches(" (deleted)"));
            } else if close == '"' && !found.is_empty() && !below_a_descriptor {
                panic!("a relative path, which this kit cannot follow: {}({})", self.name, self.arguments);
            }
            below_a_descriptor = close == '>' && !is_working_folder;
            rest = &rest[at + 1 + len + 1..];
        }
        paths
    }

    /// The first path it names.
    pub fn path(&self) -> &str {
        self.paths().first().copied().unwrap_or_default()
    }

    /// The last argument, where that is a number: an offset or a length.
    pub fn last_number(&self) -> Option<u64> {
        self.arguments.rsplit(", ").next()?.parse().ok()
    }

    /// Whether it is a write point below a folder.
    pub fn is_write_point(&self, below: &str) -> bool {
        WRITES.contains(&self.name.as_str())
            && self.succeeded()
            && self.paths().iter().any(|path| path.starts_with(below))
    }
}

/// Takes strace's lines as they come and puts together the calls that other threads broke in two.
#[derive(Debug, Default)]
pub struct Reader {
    lines: usize,
    unfinished: HashMap<u32, (String, usize)>,
    rest: String,
}

impl Reader {
    /// Takes more of the trace, and gives back the calls that ended in it.
    ///
    /// # Panics
    /// For a line that is none of strace's.
    pub fn take(&mut self, text: &str) -> Vec<Call> {
        self.rest.push_str(text);
        let whole = self.rest.rfind('\n').map_or(0, |end| end + 1);
        let lines: String = self.rest.drain(..whole).collect();
        lines.lines().filter_map(|line| self.line(line)).collect()
    }

    fn line(&mut self, line: &str) -> Option<Call> {
        let at = self.lines;
        self.lines += 1;
        let (thread, rest) = line.split_once(' ')?;
        let thread = thread.parse().unwrap_or_else(|_| panic!("no line of strace's: {line:?}"));
        let rest = rest.trim_start();
        if rest.starts_with("---") || rest.starts_with("+++") {
            return None;
        }
        if let Some(begun) = rest.strip_suffix(" <unfinished ...>") {
            self.unfinished.insert(thread, (begun.to_owned(), at));
            return None;
        }
        let (text, began) = match rest.strip_prefix("<... ") {
            None => (rest.to_owned(), at),
            Some(resumed) => {
                let (_, end) = resumed.split_once(" resumed>")?;
                let (begun, began) = self.unfinished.remove(&thread)?;
                (format!("{begun}{end}"), began)
            }
        };
        let (name, text) = text.split_once('(')?;
        let (arguments, result) = text.rsplit_once(" = ")?;
        let arguments = arguments.trim_end();
        Some(Call {
            thread,
            name: name.to_owned(),
            arguments: arguments.strip_suffix(')').unwrap_or(arguments).to_owned(),
            result: result.to_owned(),
            began,
            ended: at,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE: &str = "\
7 pwrite64(4</h/words.db-wal>, \"\"..., 24, 32) = 24
7 fsync(4</h/words.db-wal> <unfinished ...>
8 write(11<anon_inode:[eventfd]>, \"\"..., 8) = 8
8 --- SIGSTOP {si_signo=SIGSTOP, si_code=SI_KERNEL} ---
7 <... fsync resumed>)                   = 0
7 renameat(AT_FDCWD</w>, \"/h/keys.new\", AT_FDCWD</w>, \"/h/keys\") = 0
7 mkdir(\"/h\", 0777)                       = -1 EEXIST (File exists)
8 sendto(17<TCP:[127.0.0.1:1->127.0.0.1:2]>, \"\"..., 427, MSG_NOSIGNAL, NULL, 0) = 427
7 fsync(4</h/words.db-wal>)              = -1 EIO (Input/output error) (INJECTED)
7 pwrite64(8</h/media.db>, \"\"..., 16384, 65536) = ?
7 +++ killed by SIGKILL +++
";

    #[test]
    fn calls_are_put_together_and_know_what_they_touched() {
        let mut reader = Reader::default();
        let (first, second) = TRACE.split_at(100);
        let mut calls = reader.take(first);
        calls.extend(reader.take(second));
        let names: Vec<_> = calls.iter().map(|call| call.name.as_str()).collect();
        let expected = ["pwrite64", "write", "fsync", "renameat", "mkdir", "sendto", "fsync", "pwrite64"];
        assert_eq!(names, expected);
        assert_eq!((calls[0].path(), calls[0].last_number()), ("/h/words.db-wal", Some(32)));
        assert_eq!((calls[2].began, calls[2].ended), (1, 4));
        assert_eq!(calls[3].paths(), ["/h/keys.new", "/h/keys"]);
        let points: Vec<_> = calls.iter().map(|call| call.is_write_point("/h")).collect();
        assert_eq!(points, [true, false, true, true, false, false, false, false]);
        assert!(calls[6].was_injected());
    }
}
