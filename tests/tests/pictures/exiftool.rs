//! The second reader: what Debian's `exiftool` finds in files.

use std::{collections::BTreeMap, fs, process::Command};

use serde_json::Value;

/// What may be found in a copy: of the file as such, of its size and of its coding.
const ALLOWED: [&str; 20] = [
    "SourceFile",
    "ExifTool:ExifToolVersion",
    "System:FileName",
    "System:Directory",
    "System:FileSize",
    "System:FileModifyDate",
    "System:FileAccessDate",
    "System:FileInodeChangeDate",
    "System:FilePermissions",
    "File:FileType",
    "File:FileTypeExtension",
    "File:MIMEType",
    "File:ImageWidth",
    "File:ImageHeight",
    "File:EncodingProcess",
    "File:BitsPerSample",
    "File:ColorComponents",
    "File:YCbCrSubSampling",
    "Composite:ImageSize",
    "Composite:Megapixels",
];

/// What `exiftool` found in one file, by group and name.
#[derive(Debug, Clone, Default)]
pub(crate) struct Found(BTreeMap<String, Value>);

impl Found {
    /// Tags that no copy may have, or with values that none may have. A JFIF header may say its version, and that a point is
    /// as wide as it is high, without a unit.
    pub(crate) fn forbidden(&self) -> Vec<String> {
        let allowed = |name: &str, value: &str| match (name, value) {
            ("JFIF:XResolution" | "JFIF:YResolution", "1") | ("JFIF:ResolutionUnit", "\"None\"" | "0") => {
                true
            }
            ("JFIF:JFIFVersion", "1.01" | "1.02") => true,
            _ => ALLOWED.contains(&name),
        };
        let told = self.0.iter().map(|(name, value)| (name, value.to_string()));
        told.filter(|(name, value)| !allowed(name, value))
            .map(|(name, value)| format!("{name} = {value}"))
            .collect()
    }

    /// The value of a tag; where another group has one of the same name, exiftool calls the one beside it a copy.
    fn value(&self, name: &str) -> Option<&Value> {
        let beside = name.replacen(':', ":Copy1:", 1);
        self.0.get(name).or_else(|| self.0.get(&beside))
    }

    pub(crate) fn number(&self, name: &str) -> Option<f64> {
        self.value(name).and_then(Value::as_f64)
    }

    /// A text, also where it looks like a number.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        self.value(name).map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned))
    }
}

/// Reads files in one go, each as a file of its own; gives back what was found, in their order.
pub(crate) fn read<'a>(
    files: impl IntoIterator<Item = (&'static str, &'a [u8])>,
    options: &[&str],
) -> Vec<Found> {
    let folder = tempfile::tempdir().unwrap();
    let mut count = 0;
    for (number, (ending, file)) in files.into_iter().enumerate() {
        fs::write(folder.path().join(format!("{number}.{ending}")), file).unwrap();
        count += 1;
    }
    let mut exiftool = Command::new("exiftool");
    // Its own configuration could hide tags. Unknown tags as well, tags of one name side by side, and what is embedded.
    exiftool.args(["-config", "", "-json", "-G1:4", "-a", "-u", "-U", "-ee", "-q"]).args(options);
    let output = exiftool.arg(folder.path()).output();
    let output = output.expect("exiftool is there (Debian: libimage-exiftool-perl; cargo xtask setup)");
    let said: Vec<BTreeMap<String, Value>> = serde_json::from_slice(&output.stdout).unwrap();
    let mut found = vec![None; count];
    for tags in said {
        let name = tags["System:FileName"].as_str().unwrap();
        let number: usize = name.split_once('.').unwrap().0.parse().unwrap();
        found[number] = Some(Found(tags));
    }
    found.into_iter().map(|found| found.expect("exiftool said something of each file")).collect()
}
