//! The profile of a team's phone: taken by hand, believed by the directory's keys or by four compared words, left by hand.
//!
//! It adds desks and says what is usual. It never stands in the place of a listed desk, and taking or leaving one never
//! touches what is in the outbox: a desk that something is on its way to stays known for that alone ([`Former`]).

use std::{collections::BTreeSet, fmt};

use rusqlite::{Connection, Transaction};
use serde::{Deserialize, Serialize};
use turnstone_wire::{
    directory::{Desk, DeskId, Directory, Roots},
    hash::Sha256,
    profile::{Profile, SignedProfile, Signer},
};

use crate::{
    Notebook,
    error::{Error, Fault, Invalid, Unusable},
    outbox,
    random::Random,
    settings,
    vault::SealingKey,
};

/// What is kept of profiles, sealed under the sending key.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Profiles {
    /// The one in force, as it was signed.
    #[serde(default)]
    held: Option<String>,
    /// Its four words were compared.
    #[serde(default)]
    compared: bool,
    /// Desks of earlier ones that something is on its way to.
    #[serde(default)]
    former: Vec<Former>,
}

/// A desk that is known for what is on its way there.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Former {
    desk: Desk,
    /// Who vouched for it: the directory's keys, or somebody by this name.
    by: Option<Sha256>,
}

/// The team whose phone this is. `Debug` hides it.
#[derive(Clone)]
pub(crate) struct Team {
    pub(crate) profile: Profile,
    signer: Signer,
}

impl fmt::Debug for Team {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[team]")
    }
}

impl Team {
    fn name(&self) -> Option<Sha256> {
        match self.signer {
            Signer::Roots => None,
            Signer::Outside(outside) => Some(outside.name()),
        }
    }

    fn brings(&self) -> impl Iterator<Item = Former> + '_ {
        self.profile.unlisted.iter().map(|desk| Former { desk: desk.clone(), by: self.name() })
    }
}

impl Profiles {
    /// What is kept; what is damaged counts as never given, and can be given again.
    pub(crate) fn read(conn: &Connection, sending: &SealingKey) -> Result<Self, Fault> {
        let json = settings::read(conn, settings::PROFILE, sending)?;
        Ok(json.and_then(|json| serde_json::from_slice(&json).ok()).unwrap_or_default())
    }

    fn write(&self, tx: &Transaction<'_>, sending: &SealingKey, random: &dyn Random) -> Result<(), Fault> {
        let json = zeroize::Zeroizing::new(serde_json::to_vec(self)?);
        settings::write(tx, settings::PROFILE, &json, sending, random)
    }

    /// The team of the profile held, verified anew: by the keys of the directory, or because its words were compared.
    pub(crate) fn in_force(&self, roots: Option<&Roots>) -> Option<Team> {
        let signed = SignedProfile::parse(self.held.as_ref()?.as_bytes()).ok()?;
        let (profile, signer) = signed.verify(roots).ok()?;
        (self.compared || signer == Signer::Roots).then_some(Team { profile, signer })
    }

    /// The directory with the team's desks beside it. Of a team from outside no desk of its own is preferred to a listed one.
    pub(crate) fn joined(&self, team: Option<&Team>, directory: Option<Directory>) -> Option<Directory> {
        let former: Vec<_> = self.former.iter().map(|former| former.desk.clone()).collect();
        let Some(team) = team else {
            return if former.is_empty() {
                directory
            } else {
                Some(Directory::joined(directory.as_ref(), Vec::new(), Vec::new(), former))
            };
        };
        let is_listed = |id: &DeskId| directory.as_ref().is_some_and(|directory| directory.is_listed(id));
        let vouched = team.signer == Signer::Roots;
        let preferred = team.profile.desks.iter().filter(|id| vouched || is_listed(id)).cloned().collect();
        Some(Directory::joined(directory.as_ref(), team.profile.unlisted.clone(), preferred, former))
    }

    /// Puts another profile, or none, in the place of the one held.
    fn replace(
        &mut self,
        next: Option<(&SignedProfile, &Team)>,
        roots: Option<&Roots>,
        on_their_way: &BTreeSet<DeskId>,
    ) -> Result<(), Invalid> {
        let before: Vec<_> = self.in_force(roots).iter().flat_map(Team::brings).collect();
        let mut former = before;
        for old in self.former.drain(..) {
            if former.iter().all(|newer| newer.desk.id != old.desk.id) {
                former.push(old);
            }
        }
        former.retain(|former| on_their_way.contains(&former.desk.id));
        if let Some((_, team)) = next {
            for brought in team.brings() {
                let other = |former: &Former| former.desk.id == brought.desk.id && former.by != brought.by;
                if former.iter().any(other) {
                    return Err(Invalid::ProfileDeskInUse);
                }
                former.retain(|former| former.desk.id != brought.desk.id);
            }
        }
        self.former = former;
        self.compared = next.is_some_and(|(_, team)| team.signer != Signer::Roots);
        self.held = next.map(|(signed, _)| String::from_utf8_lossy(&signed.to_file()).into_owned());
        Ok(())
    }
}

/// A profile that may be taken: vouched for by the keys of the directory, or by four words that were compared. `Debug` hides it.
pub struct Believed {
    signed: SignedProfile,
    team: Team,
}

impl Believed {
    /// What it says.
    pub fn profile(&self) -> &Profile {
        &self.team.profile
    }
}

impl fmt::Debug for Believed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[profile that is believed]")
    }
}

/// A profile from outside the keys of the directory, "not in the national list". It cannot be taken; comparing its words makes it
/// one that can. `Debug` hides it.
pub struct FromOutside(Believed);

impl FromOutside {
    /// What it says.
    pub fn profile(&self) -> &Profile {
        self.0.profile()
    }

    /// Compares its four words with what the person typed, who has them from whoever made the profile: by voice or on paper,
    /// not by the way the profile came. They are not shown here, so that nobody types what a screen says.
    ///
    /// # Errors
    /// [`Invalid::FourWords`] with the profile, where they differ.
    pub fn compare(self, typed: &str) -> Result<Believed, (Box<Self>, Error)> {
        let Signer::Outside(outside) = self.0.team.signer else { return Ok(self.0) };
        match outside.words() {
            Some(words) if words.are(typed) => Ok(self.0),
            Some(_) => Err((Box::new(self), Invalid::FourWords.into())),
            None => {
                let short = Error::Unusable(Unusable::Inner("there is no memory to stretch four words with"));
                Err((Box::new(self), short))
            }
        }
    }
}

impl fmt::Debug for FromOutside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[profile from outside]")
    }
}

/// A profile that somebody holds out to this phone.
#[derive(Debug)]
pub enum OfferedProfile {
    /// Signed by the keys of the directory.
    Listed(Believed),
    /// Signed by somebody else.
    Outside(FromOutside),
}

/// The profile in force, for a screen. `Debug` hides it.
#[derive(Clone, PartialEq)]
pub struct ProfileView {
    /// What it says.
    pub profile: Profile,
    /// Signed by the keys of the directory; else "not in the national list".
    pub in_national_list: bool,
    /// It asked to be replaced before now.
    pub expired: bool,
    /// Desks it brings that the directory lists itself: the listed ones are used.
    pub listed_anyway: Vec<DeskId>,
}

impl fmt::Debug for ProfileView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[profile in force]")
    }
}

impl Notebook {
    /// Reads a profile, out of a file or the text of a QR code. Nothing is changed yet.
    ///
    /// # Errors
    /// [`Error::Locked`], [`Invalid::Profile`] with the reason.
    pub fn offered_profile(&self, bytes: &[u8]) -> Result<OfferedProfile, Error> {
        let core = self.cell().core();
        let sending = core.sending()?;
        let roots = self.cell().with(|_| core.words.read(|conn| settings::roots(conn, sending)))?;
        let signed = SignedProfile::parse(bytes).map_err(Invalid::Profile)?;
        let (profile, signer) = signed.verify(roots.as_ref()).map_err(Invalid::Profile)?;
        let believed = Believed { signed, team: Team { profile, signer } };
        Ok(match signer {
            Signer::Roots => OfferedProfile::Listed(believed),
            Signer::Outside(_) => OfferedProfile::Outside(FromOutside(believed)),
        })
    }

    /// Takes a profile in the place of the one in force, if any. What is in the outbox stays as it is.
    ///
    /// # Errors
    /// [`Error::Locked`]; [`Invalid::ProfileDeskInUse`] where it brings a desk under a name by which something is on its way to
    /// somebody else's desk.
    pub fn take_profile(&self, believed: &Believed) -> Result<(), Error> {
        Ok(self.replace_profile(Some((&believed.signed, &believed.team)))?)
    }

    /// Makes this a personal phone again. Says whether it was a team's.
    ///
    /// # Errors
    /// [`Error::Locked`].
    pub fn leave_profile(&self) -> Result<bool, Error> {
        let was = self.profile()?.is_some();
        self.replace_profile(None)?;
        Ok(was)
    }

    /// The profile in force.
    ///
    /// # Errors
    /// [`Error::Locked`].
    pub fn profile(&self) -> Result<Option<ProfileView>, Error> {
        let core = self.cell().core();
        let standing = self.cell().with(|_| core.standing())?;
        let now = core.clock().wall();
        Ok(standing.team.map(|team| {
            let listed =
                |desk: &&Desk| standing.directory.as_ref().is_some_and(|all| all.is_listed(&desk.id));
            ProfileView {
                profile: team.profile.clone(),
                in_national_list: team.signer == Signer::Roots,
                expired: team.profile.expires.at() < now,
                listed_anyway: team
                    .profile
                    .unlisted
                    .iter()
                    .filter(listed)
                    .map(|desk| desk.id.clone())
                    .collect(),
            }
        }))
    }

    fn replace_profile(&self, next: Option<(&SignedProfile, &Team)>) -> Result<(), Fault> {
        let core = self.cell().core();
        let sending = core.sending()?;
        self.cell().with(|_| core.words.write(|tx| replace(tx, next, sending, core.random())))
    }
}

/// Leaves the profile in force, if any: what is kept of it is what something is on its way to.
pub(crate) fn leave(tx: &Transaction<'_>, sending: &SealingKey, random: &dyn Random) -> Result<(), Fault> {
    replace(tx, None, sending, random)
}

fn replace(
    tx: &Transaction<'_>,
    next: Option<(&SignedProfile, &Team)>,
    sending: &SealingKey,
    random: &dyn Random,
) -> Result<(), Fault> {
    let mut profiles = Profiles::read(tx, sending)?;
    // What is finished goes nowhere any more, and is not read with this key.
    let reports = outbox::reports(tx, u32::MAX, sending, None)?;
    let on_their_way = reports.into_iter().map(|report| report.record.desk).collect();
    let roots = settings::roots(tx, sending)?;
    profiles.replace(next, roots.as_ref(), &on_their_way)?;
    profiles.write(tx, sending, random)
}
