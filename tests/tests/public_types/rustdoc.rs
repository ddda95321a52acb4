//! The types of a crate, as rustdoc's JSON tells them. That form is not stable: it is read by the few fields needed here,
//! and where they are not what they were, that is said.
//!
//! The crates are checked by cargo, which finds most of that done by the build before, and rustdoc is called as cargo
//! would call it: through cargo, only a second target folder of its own, of several hundred megabytes, would keep the
//! switch for unstable options from building everything anew.

use std::{
    collections::BTreeSet,
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

/// The forms of rustdoc's JSON that this was read with are 45 to 57; a few more will likely do.
const FORMATS: std::ops::RangeInclusive<u64> = 45..=70;

/// How a type prints itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Printing {
    /// Not at all.
    Never,
    /// As its fields do.
    Derived,
    /// In words of its own.
    ByHand,
}

/// A struct, an enum or a union.
#[derive(Debug, Clone)]
pub(crate) struct Type {
    /// Its path, as users of the crate write it where it is public; without `turnstone_`.
    pub(crate) path: String,
    pub(crate) printing: Printing,
    /// Types in its fields that print whatever they hold.
    pub(crate) bare: BTreeSet<String>,
}

/// A crate's types.
#[derive(Debug, Default)]
pub(crate) struct Types {
    pub(crate) public: Vec<Type>,
    /// Those included.
    pub(crate) all: Vec<Type>,
}

/// The types of some crates of this workspace, by name without `turnstone-`, in the same order.
pub(crate) fn types_of(crates: &[&str]) -> Vec<Types> {
    let artifacts = Artifacts::check();
    let packages = metadata();
    crates.iter().map(|name| Document::make(name, &packages, &artifacts).types()).collect()
}

fn target() -> PathBuf {
    // `CARGO_TARGET_DIR` and `--target-dir` alike.
    Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().to_owned()
}

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// A program of the tool chain that runs this test, told nothing of this test.
fn tool(name: &str) -> Command {
    let beside_cargo = env::var_os("CARGO").map(|cargo| Path::new(&cargo).with_file_name(name));
    let mut command = Command::new(beside_cargo.filter(|path| path.is_file()).unwrap_or_else(|| name.into()));
    // Build scripts that watch these would build everything anew.
    let ours = env::vars_os().map(|(name, _)| name);
    let ours = ours.filter(|name| {
        let name = name.to_string_lossy();
        ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_"]
            .iter()
            .any(|own| name.starts_with(own))
    });
    for name in ours {
        command.env_remove(name);
    }
    command.env_remove("CARGO_PRIMARY_PACKAGE").env_remove("LD_LIBRARY_PATH").current_dir(workspace());
    command
}

fn run(mut command: Command) -> Vec<u8> {
    let output = command.output().unwrap_or_else(|why| panic!("{:?}: {why}", command.get_program()));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?} failed:\n{said}");
    output.stdout
}

/// What cargo made for a check: the library of each package.
struct Artifacts(Vec<(String, PathBuf)>);

impl Artifacts {
    fn check() -> Self {
        let mut cargo = tool("cargo");
        cargo
            .args([
                "check",
                "--locked",
                "--quiet",
                "--workspace",
                "--lib",
                "--message-format=json",
                "--target-dir",
            ])
            .arg(target());
        let messages = String::from_utf8(run(cargo)).unwrap();
        let messages = messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let library = |message: Value| {
            let file = message["filenames"]
                .as_array()?
                .iter()
                .filter_map(Value::as_str)
                .find(|file| file.ends_with(".rmeta") || file.ends_with(env::consts::DLL_SUFFIX))?;
            Some((message["package_id"].as_str()?.to_owned(), PathBuf::from(file)))
        };
        let mut all: Vec<_> = messages.collect();
        // A package that a macro needs too is built twice, for that with fewer features: the fuller one is what crates see.
        all.sort_by_key(|message| std::cmp::Reverse(message["features"].as_array().map_or(0, Vec::len)));
        Self(all.into_iter().filter_map(library).collect())
    }

    fn of(&self, package: &str) -> Option<&Path> {
        self.0.iter().find(|(id, _)| id == package).map(|(_, file)| file.as_path())
    }

    fn folders(&self) -> BTreeSet<&Path> {
        self.0.iter().filter_map(|(_, file)| file.parent()).collect()
    }
}

/// What cargo knows of the packages, for this machine's platform alone: others' may not be downloaded.
fn metadata() -> Value {
    let mut rustc = tool("rustc");
    rustc.arg("-vV");
    let version = String::from_utf8(run(rustc)).unwrap();
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let mut cargo = tool("cargo");
    cargo.args(["metadata", "--locked", "--format-version=1", "--filter-platform", host]);
    serde_json::from_slice(&run(cargo)).unwrap()
}

/// A crate's JSON.
struct Document {
    krate: String,
    json: Value,
}

impl Document {
    fn make(name: &str, packages: &Value, artifacts: &Artifacts) -> Self {
        let listed = |list: &Value| list.as_array().cloned().unwrap_or_default();
        let package =
            listed(&packages["packages"]).into_iter().find(|p| p["name"] == format!("turnstone-{name}"));
        let package = package.unwrap_or_else(|| panic!("there is no package turnstone-{name}"));
        let node = listed(&packages["resolve"]["nodes"]).into_iter().find(|node| node["id"] == package["id"]);
        let (krate, out) = (format!("turnstone_{name}"), target().join("rustdoc-json"));
        let mut rustdoc = tool("rustdoc");
        rustdoc
            .arg(Path::new(package["manifest_path"].as_str().unwrap()).with_file_name("src").join("lib.rs"));
        rustdoc.args([
            "--crate-type",
            "lib",
            "--edition",
            package["edition"].as_str().unwrap(),
            "--crate-name",
            &krate,
        ]);
        rustdoc.args(["--cap-lints", "allow", "--document-private-items"]);
        rustdoc.args(["-Z", "unstable-options", "--output-format", "json", "--out-dir"]).arg(&out);
        for folder in artifacts.folders() {
            rustdoc.arg("-L").arg(format!("dependency={}", folder.display()));
        }
        for dependency in listed(&node.unwrap()["deps"]) {
            let (name, id) = (dependency["name"].as_str().unwrap(), dependency["pkg"].as_str().unwrap());
            if let Some(file) = artifacts.of(id) {
                rustdoc.arg("--extern").arg(format!("{name}={}", file.display()));
            }
        }
        rustdoc.env("RUSTC_BOOTSTRAP", "1").env("CARGO_PKG_VERSION", package["version"].as_str().unwrap());
        let file = out.join(format!("{krate}.json"));
        // One of an earlier run would hide that none is made.
        let _ = fs::remove_file(&file);
        run(rustdoc);
        let json: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
        let format = json["format_version"].as_u64().unwrap_or_default();
        assert!(
            FORMATS.contains(&format),
            "rustdoc wrote form {format} of its JSON, and this test reads {FORMATS:?}: see that it tells the same, then widen"
        );
        Self { krate: name.to_owned(), json }
    }

    fn types(&self) -> Types {
        let mut types = Types::default();
        self.walk(&self.json["root"], &self.krate, true, &mut types);
        let format = &self.json["format_version"];
        let shapes =
            [Printing::Derived, Printing::ByHand].map(|one| types.all.iter().any(|t| t.printing == one));
        assert!(
            self.krate == "almanac" || shapes == [true; 2],
            "form {format} of rustdoc's JSON says it otherwise"
        );
        types
    }

    fn item(&self, id: &Value) -> Option<&Value> {
        self.json["index"].get(id.to_string().trim_matches('"'))
    }

    /// Goes through an item below `path`; `public` is whether users of the crate get there.
    fn walk(&self, id: &Value, path: &str, public: bool, types: &mut Types) {
        let Some(item) = self.item(id) else { return };
        let public = public && item["visibility"] == "public";
        let (kind, inner) = item["inner"].as_object().and_then(|inner| inner.iter().next()).unwrap();
        match kind.as_str() {
            "module" => {
                let path =
                    if *id == self.json["root"] { path.to_owned() } else { below(path, &item["name"]) };
                let items = inner["items"].as_array().unwrap();
                items.iter().for_each(|id| self.walk(id, &path, public, types));
            }
            // What is brought out of a private module counts where it comes to.
            "use" if public => {
                if let Some(found) = self.item(&inner["id"]) {
                    let kind = found["inner"].as_object().and_then(|inner| inner.keys().next()).unwrap();
                    assert!(kind != "module" && inner["is_glob"] != true, "{path} brings out a whole module");
                    if ["struct", "enum", "union"].contains(&kind.as_str()) {
                        types.public.push(self.read(found, below(path, &inner["name"])));
                    }
                }
            }
            "struct" | "enum" | "union" => {
                let read = self.read(item, below(path, &item["name"]));
                if public {
                    types.public.push(read.clone());
                }
                types.all.push(read);
            }
            _ => {}
        }
    }

    fn read(&self, item: &Value, path: String) -> Type {
        let (kind, inner) = item["inner"].as_object().and_then(|inner| inner.iter().next()).unwrap();
        let impls = inner["impls"].as_array().unwrap().iter().filter_map(|id| self.item(id));
        let is_debug = |found: &&Value| {
            let name = found["inner"]["impl"]["trait"]["path"].as_str().unwrap_or_default();
            name.rsplit("::").next() == Some("Debug")
        };
        let printing = match impls.into_iter().find(is_debug) {
            None => Printing::Never,
            Some(found) if found["attrs"].to_string().contains("automatically_derived") => Printing::Derived,
            Some(_) => Printing::ByHand,
        };
        let mut bare = BTreeSet::new();
        let variants =
            if kind == "enum" { inner["variants"].as_array().cloned().unwrap_or_default() } else { vec![] };
        let kinds = variants
            .iter()
            .filter_map(|id| self.item(id))
            .map(|variant| &variant["inner"]["variant"]["kind"]);
        for kind in kinds.chain([&inner["kind"]]) {
            let named = ["plain", "struct"].into_iter().flat_map(|shape| kind[shape]["fields"].as_array());
            let numbered = kind["tuple"].as_array();
            for field in named.chain(numbered).flatten().filter_map(|id| self.item(id)) {
                bare_types(&field["inner"]["struct_field"], &mut bare);
            }
        }
        Type { path, printing, bare }
    }
}

fn below(path: &str, name: &Value) -> String {
    format!("{path}::{}", name.as_str().unwrap_or_default())
}

/// Types that print what they hold, whatever that is.
const BARE: [&str; 15] = [
    "String",
    "Zeroizing",
    "Value",
    "Map",
    "PathBuf",
    "Path",
    "OsString",
    "Cow",
    "Bytes",
    "DateTime",
    "Uuid",
    "Recipient",
    "Identity",
    "Error",
    "File",
];

/// Every bare type in a field's.
fn bare_types(field: &Value, found: &mut BTreeSet<String>) {
    match field {
        Value::Object(object) => {
            // A text that is part of the program tells nothing.
            let ours = object
                .get("borrowed_ref")
                .filter(|text| text["lifetime"] == "'static" && text["type"]["primitive"] == "str");
            if ours.is_some() {
                return;
            }
            if let Some(primitive) = object.get("primitive").and_then(Value::as_str)
                && ["str", "u8", "f32", "f64", "char"].contains(&primitive)
            {
                found.insert(primitive.to_owned());
            }
            if let Some(name) = object.get("resolved_path").and_then(|path| path["path"].as_str()) {
                let name = name.rsplit("::").next().unwrap_or_default();
                found.extend(BARE.contains(&name).then(|| name.to_owned()));
            }
            object.values().for_each(|value| bare_types(value, found));
        }
        Value::Array(values) => values.iter().for_each(|value| bare_types(value, found)),
        _ => {}
    }
}
