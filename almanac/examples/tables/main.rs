//! Builds `almanac/tables/places.bin` from public data: `cargo xtask tables`.
//!
//! What is wrong with the data is known and dealt with in `rows` and `shapes`, each fault where it is met; `write` is the other
//! side of `turnstone_almanac::places::Places::read`. The same data gives the same bytes. `almanac/tables/SOURCES` holds the
//! hash of every file that went in and of what came out, so that a table without its data can still be told from another.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program for developers")]

mod rows;
mod shapes;
mod write;

use std::{env, error::Error, fmt::Write as _, fs, path::Path, process::ExitCode};

use turnstone_almanac::places::Places;
use turnstone_wire::hash::Sha256;

/// What the makers of the data ask to be said, and how old it is (the data's README).
const CREDITS: [&str; 6] = [
    "Airfields: OurAirports (ourairports.com), public domain, as of 28 February 2026.",
    "Harbours: World Port Index of the US National Geospatial-Intelligence Agency, a work of the US Government.",
    "Harbours: Contains data from GeoNames (geonames.org), CC BY 4.0.",
    "Harbours: facts from the UN/LOCODE lists of ports of 2015.",
    "Police areas, as of December 2016: Source: Office for National Statistics licensed under the Open Government Licence v.3.0. Contains OS data © Crown copyright and database right.",
    "Land of neighbouring countries: Natural Earth 4.1, public domain.",
];

/// The files that the table is made of, below the data folder.
const FILES: [&str; 4] = [rows::HARBOURS, rows::AIRFIELDS, shapes::FORCES, shapes::NEIGHBOURS];

fn main() -> ExitCode {
    let mut arguments = env::args().skip(1);
    let (Some(folder), check, None) =
        (arguments.next(), arguments.next().filter(|flag| flag == "--check"), arguments.next())
    else {
        eprintln!("usage: tables FOLDER_OF_THE_DATA [--check]");
        return ExitCode::from(2);
    };
    match run(Path::new(&folder), check.is_some()) {
        Ok(said) => {
            println!("{said}");
            ExitCode::SUCCESS
        }
        Err(why) => {
            eprintln!("tables: {why}");
            ExitCode::FAILURE
        }
    }
}

fn run(data: &Path, check: bool) -> Result<String, Box<dyn Error>> {
    // Set by `cargo run`; the folder this was compiled in may have been moved since.
    let own = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    let tables = Path::new(&own).join("tables");
    let (table, sources) = (tables.join("places.bin"), tables.join("SOURCES"));
    if check && !data.is_dir() {
        // Without the data it cannot be built; that it is the one that was built can still be seen.
        let held = Sha256::of(&fs::read(&table)?);
        let line = format!("{held}  places.bin");
        if !fs::read_to_string(&sources)?.lines().any(|known| known == line) {
            return Err("places.bin is not the table that SOURCES speaks of".into());
        }
        return Ok(format!(
            "not rebuilt, for there is no {}; places.bin is the one SOURCES speaks of",
            data.display()
        ));
    }
    let bytes = build(data, &tables)?;
    let digests = digests(data, &tables, &bytes)?;
    if check {
        if fs::read(&table)? != bytes || fs::read_to_string(&sources)? != digests {
            return Err("the tables are not what their data gives: run `cargo xtask tables`, and look at what changed".into());
        }
        return Ok(format!("places.bin is what its data gives: {} bytes", bytes.len()));
    }
    fs::write(&table, &bytes)?;
    fs::write(&sources, digests)?;
    Ok(format!("{}: {} bytes", table.display(), bytes.len()))
}

/// The table of the data in a folder.
fn build(data: &Path, tables: &Path) -> Result<Vec<u8>, Box<dyn Error>> {
    let welsh = rows::welsh_names(&tables.join("welsh_names.csv"))?;
    let harbours = rows::harbours(data, &welsh)?;
    let airfields = rows::airfields(data)?;
    let areas = shapes::areas(data)?;
    let bytes = write::table(&CREDITS, &harbours, &airfields, &areas)?;
    // What is built must be read: nothing is shipped that the reader refuses.
    Places::read(&bytes)?;
    Ok(bytes)
}

fn digests(data: &Path, tables: &Path, table: &[u8]) -> Result<String, Box<dyn Error>> {
    let mut digests =
        String::from("# What places.bin is made of, and itself: SHA-256. Written by `cargo xtask tables`.\n");
    for name in FILES {
        writeln!(digests, "{}  {name}", Sha256::of(&fs::read(data.join(name))?))?;
    }
    writeln!(digests, "{}  welsh_names.csv", Sha256::of(&fs::read(tables.join("welsh_names.csv"))?))?;
    writeln!(digests, "{}  places.bin", Sha256::of(table))?;
    Ok(digests)
}
