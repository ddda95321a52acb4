//! Settings that a locked device needs, sealed under the sending key: the root keys, the directory, the proxy, the moments
//! before which nothing is sent, the usual route, the team's profile, who of it writes now, the station that notes are
//! written at, when a notebook locks itself, and that the home is being left.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
};

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Transaction};
use serde::{Deserialize, Serialize};
use turnstone_wire::{
    directory::{Directory, Roots, SignedDirectory},
    key::VerifyKey,
    pack::{Pack, PackKind, SignedPack},
};

use crate::{
    error::{Fault, Invalid},
    home::SetUp,
    notebook::AutoLock,
    profile::{Profiles, Team},
    random::Random,
    route::UsualRoute,
    station::Station,
    store::Words,
    sync::{Moments, ProxySetting},
    vault::{Purpose, SealingKey, Uid},
};

const ROOTS: &str = "roots";
const DIRECTORY: &str = "directory";
const JUDGED: &str = "judged";
const PROXY: &str = "proxy";
const MOMENTS: &str = "moments";
const USUAL_ROUTE: &str = "usual_route";
/// What is held of teams' profiles.
pub(crate) const PROFILE: &str = "profile";
const STATION: &str = "station";
/// Who of a team writes now.
pub(crate) const WRITER: &str = "writer";
/// That the home is being left.
pub(crate) const LEAVING: &str = "leaving";
const AUTO_LOCK: &str = "auto_lock";
const TIDIED: &str = "tidied";
/// What sending needs.
const FOR_SENDING: [&str; 5] = [ROOTS, DIRECTORY, PROXY, MOMENTS, PROFILE];

pub(crate) fn read(
    conn: &Connection,
    name: &str,
    sending: &SealingKey,
) -> Result<Option<zeroize::Zeroizing<Vec<u8>>>, Fault> {
    let row: Option<(Uid, Vec<u8>)> = conn
        .prepare_cached("SELECT uid, sealed FROM setting WHERE name = ?1")?
        .query_row([name], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    // One that does not open is damaged, and counts as never given: it can be given again.
    Ok(row.and_then(|(uid, sealed)| sending.open(Purpose::Setting, &uid, name.as_bytes(), &sealed).ok()))
}

pub(crate) fn write(
    tx: &Transaction<'_>,
    name: &str,
    value: &[u8],
    sending: &SealingKey,
    random: &dyn Random,
) -> Result<(), Fault> {
    let uid = Uid::generate(random)?;
    let sealed = sending.seal(Purpose::Setting, &uid, name.as_bytes(), value, random)?;
    tx.execute(
        "INSERT INTO setting (name, uid, sealed) VALUES (?1, ?2, ?3)
         ON CONFLICT (name) DO UPDATE SET uid = excluded.uid, sealed = excluded.sealed",
        (name, uid, sealed),
    )?;
    Ok(())
}

/// Deletes every setting that sending does not need.
pub(crate) fn keep_for_sending(tx: &Transaction<'_>) -> Result<(), Fault> {
    let all: Vec<String> =
        tx.prepare("SELECT name FROM setting")?.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    for name in all.iter().filter(|name| !FOR_SENDING.contains(&name.as_str())) {
        tx.execute("DELETE FROM setting WHERE name = ?1", [name])?;
    }
    Ok(())
}

/// Sets the root keys of a new home.
pub(crate) fn set_roots(
    tx: &Transaction<'_>,
    roots: &Roots,
    sending: &SealingKey,
    random: &dyn Random,
) -> Result<(), Fault> {
    let lines: String = roots.keys().iter().map(Roots::key_line).collect();
    write(tx, ROOTS, lines.as_bytes(), sending, random)
}

/// Sets the root keys of a home that has none.
pub(crate) fn take_roots(
    tx: &Transaction<'_>,
    roots: &Roots,
    sending: &SealingKey,
    random: &dyn Random,
) -> Result<(), Fault> {
    let ids = |roots: &Roots| roots.keys().iter().map(VerifyKey::id).collect::<BTreeSet<_>>();
    match self::roots(tx, sending)? {
        None => set_roots(tx, roots, sending, random),
        Some(held) if ids(&held) == ids(roots) => Ok(()),
        Some(_) => Err(Invalid::OtherRoots.into()),
    }
}

/// Whose signatures directories and packs need, and profiles of a team that is listed.
pub(crate) fn roots(conn: &Connection, sending: &SealingKey) -> Result<Option<Roots>, Fault> {
    let damaged = || Fault::Sealed("the root keys");
    let Some(lines) = read(conn, ROOTS, sending)? else { return Ok(None) };
    let keys = String::from_utf8_lossy(&lines)
        .lines()
        .map(|line| Roots::parse_key_line(line).map_err(|_| damaged()))
        .collect::<Result<_, _>>()?;
    Roots::new(keys).map(Some).map_err(|_| damaged())
}

/// The directory held, verified anew against the root keys.
pub(crate) fn directory(conn: &Connection, sending: &SealingKey) -> Result<Option<Directory>, Fault> {
    let (Some(roots), Some(bytes)) = (roots(conn, sending)?, read(conn, DIRECTORY, sending)?) else {
        return Ok(None);
    };
    let directory = SignedDirectory::parse(&bytes).and_then(|signed| signed.verify(&roots));
    directory.map(Some).map_err(|_| Fault::Sealed("the directory"))
}

/// Under which name a pack is kept.
pub(crate) fn pack_name(kind: PackKind) -> &'static str {
    match kind {
        PackKind::Guidance => "guidance",
        PackKind::Places => "places",
    }
}

/// The pack held, verified anew against the root keys; one that is not believed any more, or damaged, counts as never given.
pub(crate) fn pack(conn: &Connection, kind: PackKind, sending: &SealingKey) -> Result<Option<Pack>, Fault> {
    let (Some(roots), Some(bytes)) = (roots(conn, sending)?, read(conn, pack_name(kind), sending)?) else {
        return Ok(None);
    };
    let pack = SignedPack::parse(&bytes).and_then(|signed| signed.verify(&roots)).ok();
    Ok(pack.filter(|pack| pack.kind() == kind))
}

/// Keeps a pack in the place of the one held, or none.
pub(crate) fn set_pack(
    tx: &Transaction<'_>,
    kind: PackKind,
    bytes: Option<&[u8]>,
    sending: &SealingKey,
    random: &dyn Random,
) -> Result<(), Fault> {
    match bytes {
        Some(bytes) => write(tx, pack_name(kind), bytes, sending, random),
        None => {
            tx.execute("DELETE FROM setting WHERE name = ?1", [pack_name(kind)])?;
            Ok(())
        }
    }
}

/// The proxy to go by. Unlike other settings, one that is there and does not open is an error: whoever reads this must not
/// take it for one that was never given.
pub(crate) fn proxy(conn: &Connection, sending: &SealingKey) -> Result<Option<ProxySetting>, Fault> {
    let unreadable = || Fault::Sealed("the proxy");
    if let Some(json) = read(conn, PROXY, sending)? {
        return serde_json::from_slice(&json).map(Some).map_err(|_| unreadable());
    }
    let is_there: bool =
        conn.query_row("SELECT EXISTS (SELECT 1 FROM setting WHERE name = ?1)", [PROXY], |row| row.get(0))?;
    if is_there { Err(unreadable()) } else { Ok(None) }
}

/// Sets the proxy to go by, or that there is none.
pub(crate) fn set_proxy(
    tx: &Transaction<'_>,
    proxy: Option<&ProxySetting>,
    sending: &SealingKey,
    random: &dyn Random,
) -> Result<(), Fault> {
    match proxy {
        Some(proxy) => {
            let json = zeroize::Zeroizing::new(serde_json::to_vec(proxy)?);
            write(tx, PROXY, &json, sending, random)
        }
        None => {
            tx.execute("DELETE FROM setting WHERE name = ?1", [PROXY])?;
            Ok(())
        }
    }
}

/// Before when what may not be sent; one that is damaged counts as never given.
pub(crate) fn moments(conn: &Connection, sending: &SealingKey) -> Result<Moments, Fault> {
    let json = read(conn, MOMENTS, sending)?;
    Ok(json.and_then(|json| serde_json::from_slice(&json).ok()).unwrap_or_default())
}

/// Notes before when what may not be sent.
pub(crate) fn set_moments(
    tx: &Transaction<'_>,
    moments: &Moments,
    sending: &SealingKey,
    random: &dyn Random,
) -> Result<(), Fault> {
    write(tx, MOMENTS, &serde_json::to_vec(moments)?, sending, random)
}

/// The route that a personal phone's reports take unless another one is chosen; one that is damaged counts as never given.
pub(crate) fn usual_route(conn: &Connection, sending: &SealingKey) -> Result<Option<UsualRoute>, Fault> {
    let code = read(conn, USUAL_ROUTE, sending)?;
    Ok(code.and_then(|code| UsualRoute::of_code(std::str::from_utf8(&code).ok()?)))
}

/// The station; one that is damaged counts as never given: it can be given again.
pub(crate) fn station(conn: &Connection, sending: &SealingKey) -> Result<Option<Station>, Fault> {
    let json = read(conn, STATION, sending)?;
    Ok(json.and_then(|json| serde_json::from_slice(&json).ok()))
}

/// Sets the station, or that there is none.
pub(crate) fn set_station(
    tx: &Transaction<'_>,
    station: Option<&Station>,
    sending: &SealingKey,
    random: &dyn Random,
) -> Result<(), Fault> {
    match station {
        Some(station) => {
            let json = zeroize::Zeroizing::new(serde_json::to_vec(station)?);
            write(tx, STATION, &json, sending, random)
        }
        None => {
            tx.execute("DELETE FROM setting WHERE name = ?1", [STATION])?;
            Ok(())
        }
    }
}

/// After how long without use a notebook locks itself; one that is damaged counts as never given.
pub(crate) fn auto_lock(conn: &Connection, sending: &SealingKey) -> Result<AutoLock, Fault> {
    let minutes = read(conn, AUTO_LOCK, sending)?;
    Ok(minutes.and_then(|minutes| AutoLock::of_minutes(*minutes.first()?)).unwrap_or_default())
}

/// Sets it.
pub(crate) fn set_auto_lock(
    tx: &Transaction<'_>,
    after: AutoLock,
    sending: &SealingKey,
    random: &dyn Random,
) -> Result<(), Fault> {
    write(tx, AUTO_LOCK, &[after.minutes()], sending, random)
}

/// When what has had its time was last looked for; one that is damaged counts as never given.
pub(crate) fn tidied(conn: &Connection, sending: &SealingKey) -> Result<Option<DateTime<Utc>>, Fault> {
    let at = read(conn, TIDIED, sending)?;
    Ok(at.and_then(|at| DateTime::from_timestamp(i64::from_be_bytes(at.as_slice().try_into().ok()?), 0)))
}

/// Notes it, to the second.
pub(crate) fn set_tidied(
    tx: &Transaction<'_>,
    at: DateTime<Utc>,
    sending: &SealingKey,
    random: &dyn Random,
) -> Result<(), Fault> {
    write(tx, TIDIED, &at.timestamp().to_be_bytes(), sending, random)
}

/// Sets it, or that it is to be asked for again.
pub(crate) fn set_usual_route(
    tx: &Transaction<'_>,
    route: Option<UsualRoute>,
    sending: &SealingKey,
    random: &dyn Random,
) -> Result<(), Fault> {
    match route {
        Some(route) => write(tx, USUAL_ROUTE, route.route().code().as_bytes(), sending, random),
        None => {
            tx.execute("DELETE FROM setting WHERE name = ?1", [USUAL_ROUTE])?;
            Ok(())
        }
    }
}

/// By what reports are made and sent: the directory, with the desks that a team adds, and the team.
#[derive(Debug, Clone, Default)]
pub(crate) struct Standing {
    pub(crate) directory: Option<Arc<Directory>>,
    pub(crate) team: Option<Arc<Team>>,
}

/// What stands as it was verified last, with the names of the rows it was read from: each new one has a name of its own.
#[derive(Debug, Default)]
pub(crate) struct HeldStanding(Mutex<Option<(Names, Standing)>>);

type Names = (Option<Uid>, Option<Uid>);

impl HeldStanding {
    /// What stands now.
    pub(crate) fn get(&self, words: &Words, sending: &SealingKey) -> Result<Standing, Fault> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        words.read(|conn| {
            let names = names(conn)?;
            if let Some((held, standing)) = &*held
                && *held == names
            {
                return Ok(standing.clone());
            }
            let directory = directory(conn, sending)?;
            let profiles = Profiles::read(conn, sending)?;
            let team = profiles.in_force(roots(conn, sending)?.as_ref());
            let standing = Standing {
                directory: profiles.joined(team.as_ref(), directory).map(Arc::new),
                team: team.map(Arc::new),
            };
            *held = Some((names, standing.clone()));
            Ok(standing)
        })
    }
}

/// Which directory and which profiles are held, by the names of their rows.
fn names(conn: &Connection) -> Result<Names, Fault> {
    Ok(conn.query_row(
        "SELECT (SELECT uid FROM setting WHERE name = ?1), (SELECT uid FROM setting WHERE name = ?2)",
        [DIRECTORY, PROFILE],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?)
}

/// By which directory and profile the reports were last judged, and up to which of them: an unlock need not look at all of
/// them again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Judged {
    by: Names,
    pub(crate) report: i64,
}

impl Judged {
    /// What is the case now: the directory and profile held, and the newest report.
    pub(crate) fn now(conn: &Connection) -> Result<Option<Self>, Fault> {
        let by = names(conn)?;
        if by == (None, None) {
            return Ok(None);
        }
        let report = conn.query_row("SELECT ifnull(max(id), 0) FROM report", [], |row| row.get(0))?;
        Ok(Some(Self { by, report }))
    }

    /// What was noted last.
    pub(crate) fn read(conn: &Connection, sending: &SealingKey) -> Result<Option<Self>, Fault> {
        let noted = read(conn, JUDGED, sending)?;
        Ok(noted.and_then(|noted| serde_json::from_slice(&noted).ok()))
    }

    /// Notes it.
    pub(crate) fn write(
        self,
        tx: &Transaction<'_>,
        sending: &SealingKey,
        random: &dyn Random,
    ) -> Result<(), Fault> {
        write(tx, JUDGED, &serde_json::to_vec(&self)?, sending, random)
    }

    /// Whether both are by the same directory and profile.
    pub(crate) fn is_by_that_of(self, other: Self) -> bool {
        self.by == other.by
    }
}

/// That a directory is one to take, before anything is done about it.
pub(crate) fn check(set_up: &SetUp<'_>) -> Result<(), Fault> {
    if let (Some(roots), Some(bytes)) = (&set_up.roots, set_up.directory) {
        SignedDirectory::parse(bytes)
            .and_then(|signed| signed.verify(roots))
            .map_err(|error| Fault::from(Invalid::Directory(error)))?;
    }
    Ok(())
}

/// Takes a directory in the place of the one held, if it is signed and newer.
pub(crate) fn take_directory(
    tx: &Transaction<'_>,
    bytes: &[u8],
    sending: &SealingKey,
    random: &dyn Random,
) -> Result<Directory, Fault> {
    let refused = |error| Fault::from(Invalid::Directory(error));
    let none = turnstone_wire::directory::DirectoryError::Signatures { good: 0, needed: 1 };
    let roots = roots(tx, sending)?.ok_or_else(|| refused(none))?;
    let directory =
        SignedDirectory::parse(bytes).and_then(|signed| signed.verify(&roots)).map_err(refused)?;
    directory.may_replace(self::directory(tx, sending)?.as_ref()).map_err(refused)?;
    write(tx, DIRECTORY, bytes, sending, random)?;
    Ok(directory)
}
