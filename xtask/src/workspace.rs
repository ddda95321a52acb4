//! Where things are: the workspace, its build results, the programs built of it.

use std::{
    env,
    ffi::{OsStr, OsString},
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf, absolute},
    process::Command,
};

/// The workspace this program belongs to, and how it is built here.
#[derive(Debug)]
pub(crate) struct Workspace {
    pub(crate) root: PathBuf,
    /// Where build results go; always absolute.
    pub(crate) target: PathBuf,
    /// A machine runs this, and nobody watches.
    pub(crate) ci: bool,
}

impl Workspace {
    pub(crate) fn find() -> Result<Self, String> {
        // Set by `cargo run`; the folder this was compiled in may have been moved since.
        let own = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        let root = Path::new(&own).parent().ok_or("the workspace is not where it was")?.to_owned();
        let ci = env::var_os("CI").is_some_and(|value| value == "true");
        let target = match env::var_os("CARGO_TARGET_DIR") {
            Some(chosen) => absolute(chosen).map_err(|why| format!("CARGO_TARGET_DIR: {why}"))?,
            None if ci => cached_target("target", &root)?.unwrap_or_else(|| root.join("target")),
            None => root.join("target"),
        };
        Ok(Self { root, target, ci })
    }

    /// Where `fuzz/`, a workspace of its own, is built.
    pub(crate) fn fuzz_target(&self) -> Result<PathBuf, String> {
        let fuzz = self.root.join("fuzz");
        let cached = if self.ci { cached_target("fuzz", &fuzz)? } else { None };
        Ok(cached.unwrap_or_else(|| fuzz.join("target")))
    }

    /// A folder of the user's cache: `<kind>-<hash of what fills it>`; below the build results where there is none.
    pub(crate) fn cache(&self, kind: &str, filled_by: &[&[u8]]) -> PathBuf {
        let caches = caches(env::var_os("XDG_CACHE_HOME").as_deref(), env::var_os("HOME").as_deref());
        caches.unwrap_or_else(|| self.target.clone()).join(cache_name(kind, filled_by))
    }

    /// The folder of the released programs.
    pub(crate) fn programs(&self) -> PathBuf {
        self.target.join("release")
    }

    /// A program of the tool chain, in the workspace's folder.
    pub(crate) fn tool(&self, name: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(name);
        // What `cargo run` says of this program to it. Build scripts that watch such variables, ring's among them,
        // would build everything anew whenever a check by hand follows one by xtask.
        for (variable, _) in env::vars_os().filter(|(name, _)| is_about_this_program(name)) {
            command.env_remove(variable);
        }
        command
            .current_dir(&self.root)
            .env("CARGO_TARGET_DIR", &self.target)
            .env("TURNSTONE_PROGRAMS", self.programs());
        command
    }

    /// A cargo command; where nobody watches, it must not change the lock file.
    pub(crate) fn cargo(&self, arguments: &[&str]) -> Command {
        let mut command = self.tool("cargo");
        let (first, rest) = arguments.split_at(arguments.len().min(1));
        command.args(first);
        if self.ci {
            command.arg("--locked");
        }
        command.args(rest);
        command
    }
}

fn is_about_this_program(variable: &OsStr) -> bool {
    let name = variable.as_encoded_bytes();
    [b"CARGO_PKG_".as_slice(), b"CARGO_MANIFEST_"].iter().any(|prefix| name.starts_with(prefix))
}

/// Build results that outlive a fresh checkout: a cache of what the compiler made and never of what a check found.
/// `None` where this user has no cache folder.
fn cached_target(kind: &str, root: &Path) -> Result<Option<PathBuf>, String> {
    let lock = fs::read(root.join("Cargo.lock")).map_err(|why| format!("Cargo.lock: {why}"))?;
    let rustc = Command::new("rustc").arg("-vV").output().map_err(|why| format!("rustc: {why}"))?.stdout;
    let caches = caches(env::var_os("XDG_CACHE_HOME").as_deref(), env::var_os("HOME").as_deref());
    Ok(caches.map(|folder| folder.join(cache_name(kind, &[&lock, &rustc]))))
}

/// `turnstone` in the user's cache folder, after the XDG base directory specification 0.8: a relative path in the
/// variable is to be ignored.
fn caches(xdg: Option<&OsStr>, home: Option<&OsStr>) -> Option<PathBuf> {
    let xdg = xdg.map(PathBuf::from).filter(|path| path.is_absolute());
    let base =
        xdg.or_else(|| home.filter(|home| !home.is_empty()).map(|home| Path::new(home).join(".cache")));
    Some(base?.join("turnstone"))
}

/// `<kind>-<hash of what it depends on>`. The hash may change with the standard library: that begins a new cache.
fn cache_name(kind: &str, depends_on: &[&[u8]]) -> OsString {
    let mut hasher = DefaultHasher::new();
    depends_on.hash(&mut hasher);
    format!("{kind}-{:016x}", hasher.finish()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cache_is_named_by_everything_it_depends_on() {
        let name = cache_name("target", &[b"lock", b"rustc 1.95.0"]);
        assert!(name.to_string_lossy().starts_with("target-") && name.len() == "target-".len() + 16);
        assert_eq!(name, cache_name("target", &[b"lock", b"rustc 1.95.0"]));
        assert_ne!(name, cache_name("target", &[b"lock", b"rustc 1.96.0"]));
        assert_ne!(name, cache_name("target", &[b"lockr", b"ustc 1.95.0"]));
        assert_ne!(name, cache_name("vectors", &[b"lock", b"rustc 1.95.0"]));
    }

    #[test]
    fn the_cache_folder_is_the_users() {
        let folder =
            |xdg: Option<&str>, home: Option<&str>| caches(xdg.map(OsStr::new), home.map(OsStr::new));
        assert_eq!(folder(Some("/var/cache/me"), Some("/home/me")), Some("/var/cache/me/turnstone".into()));
        assert_eq!(folder(Some("relative"), Some("/home/me")), Some("/home/me/.cache/turnstone".into()));
        assert_eq!(folder(None, Some("/home/me")), Some("/home/me/.cache/turnstone".into()));
        assert_eq!(folder(None, Some("")), None);
    }

    #[test]
    fn the_tool_chain_is_told_where_things_are_and_nothing_of_xtask_itself() {
        let workspace = Workspace { root: "/w".into(), target: "/cache/t".into(), ci: false };
        let command = workspace.tool("cargo");
        let told: Vec<_> = command.get_envs().collect();
        let set = |name: &str, value: &str| told.contains(&(OsStr::new(name), Some(OsStr::new(value))));
        assert!(set("CARGO_TARGET_DIR", "/cache/t") && set("TURNSTONE_PROGRAMS", "/cache/t/release"));
        assert!(told.contains(&(OsStr::new("CARGO_MANIFEST_DIR"), None)));
        assert!(!is_about_this_program(OsStr::new("CARGO_HOME")));
    }

    #[test]
    fn where_nobody_watches_the_lock_file_stays_as_it_is() {
        let mut workspace = Workspace { root: "/w".into(), target: "/w/target".into(), ci: false };
        let arguments = |workspace: &Workspace| {
            let command = workspace.cargo(&["test", "--workspace"]);
            command.get_args().map(|part| part.to_string_lossy().into_owned()).collect::<Vec<_>>()
        };
        assert_eq!(arguments(&workspace), ["test", "--workspace"]);
        workspace.ci = true;
        assert_eq!(arguments(&workspace), ["test", "--locked", "--workspace"]);
    }
}
