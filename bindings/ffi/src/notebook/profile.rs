//! The profile of a team's device: offered, compared, taken, left. And the usual route.

use std::sync::{Arc, Mutex};

use turnstone_almanac::words::Lang;
use turnstone_core::{
    Error, Invalid, OfferedProfile as Offered, ProfileView, Station, UsualRoute, view, view::ProfileStep,
};
use turnstone_wire::{
    body::Route,
    directory::{Desk, DeskId},
    profile::Profile,
    text::{Moment, Text},
};

use super::Notebook;
use crate::{
    Client, CoreError,
    client::routes::surveyed,
    runtime::{Kept, died},
};

/// What a team's profile says.
#[derive(uniffi::Record)]
pub struct ProfileRow {
    /// What the team calls itself.
    pub team: Text,
    /// Where it keeps its watch, surveyed once.
    pub station: Option<Station>,
    /// Who may be on watch.
    pub people: Vec<Text>,
    /// Desks of the directory that the team reports to, the first that takes a report first.
    pub desks: Vec<DeskId>,
    /// Desks that the directory does not list.
    pub unlisted: Vec<UnlistedDesk>,
    /// Language that the team writes in, BCP 47.
    pub language: Option<String>,
    /// Routes that the team uses, the usual one first.
    pub routes: Vec<Route>,
    /// When it was made.
    pub issued: Moment,
    /// When it asks to be replaced. Never blocks anything.
    pub expires: Moment,
}

/// A desk that a profile brings.
#[derive(uniffi::Record)]
pub struct UnlistedDesk {
    /// Its name for programs.
    pub id: DeskId,
    /// Its name for people.
    pub name: String,
}

/// The profile in force.
#[derive(uniffi::Record)]
pub struct ProfileInForce {
    /// What it says.
    pub profile: ProfileRow,
    /// Signed by the keys of the directory; else "not in the national list".
    pub in_national_list: bool,
    /// It asked to be replaced before now.
    pub expired: bool,
    /// Desks it brings that the directory lists itself: the listed ones are used.
    pub listed_anyway: Vec<DeskId>,
    /// All of it as sentences, a line for each thing, safe to show.
    pub lines: Vec<String>,
}

/// A step of taking or leaving a profile.
#[uniffi::remote(Enum)]
pub enum ProfileStep {
    /// There is none.
    None,
    /// Its four words are to be compared.
    Compare,
    /// They differ.
    Differ,
    /// It was taken.
    Taken,
    /// It was left.
    Left,
}

/// A profile that somebody holds out to this device. Nothing is changed by looking at it.
#[derive(uniffi::Object)]
pub struct OfferedProfile {
    core: Kept<Mutex<Option<Offered>>>,
}

impl ProfileRow {
    fn of(profile: &Profile, lang: Lang) -> Self {
        let routes = profile.routes().to_vec();
        let Profile {
            format: _,
            team,
            station,
            people,
            desks,
            unlisted,
            language,
            routes: _,
            issued,
            expires,
        } = profile.clone();
        let desk =
            |desk: &Desk| UnlistedDesk { id: desk.id.clone(), name: desk.name(lang.code()).to_owned() };
        Self {
            team,
            station: station.map(surveyed),
            people,
            desks,
            unlisted: unlisted.iter().map(desk).collect(),
            language,
            routes,
            issued,
            expires,
        }
    }
}

fn gone() -> Error {
    Error::Invalid(Invalid::FourWords)
}

#[uniffi::export]
impl OfferedProfile {
    /// What it says.
    pub async fn profile(&self, lang: Lang) -> Result<ProfileRow, CoreError> {
        self.core
            .work(move |held| match held.lock().map_err(died)?.as_ref().ok_or_else(gone)? {
                Offered::Listed(believed) => Ok(ProfileRow::of(believed.profile(), lang)),
                Offered::Outside(outside) => Ok(ProfileRow::of(outside.profile(), lang)),
            })
            .await
    }

    /// Whether it can be taken: signed by the keys of the directory, or its four words were compared.
    pub async fn is_believed(&self) -> Result<bool, CoreError> {
        self.core
            .work(|held| {
                Ok(matches!(held.lock().map_err(died)?.as_ref().ok_or_else(gone)?, Offered::Listed(_)))
            })
            .await
    }

    /// Compares its four words with what the person typed, who has them from whoever made the profile. `four-words` where they
    /// differ. Takes as long as trying a PIN.
    pub async fn compare(&self, typed: String) -> Result<(), CoreError> {
        self.core
            .work(move |held| {
                let mut held = held.lock().map_err(died)?;
                let compared = match held.take().ok_or_else(gone)? {
                    Offered::Listed(believed) => Ok(believed),
                    Offered::Outside(outside) => outside.compare(&typed),
                };
                match compared {
                    Ok(believed) => {
                        *held = Some(Offered::Listed(believed));
                        Ok(())
                    }
                    Err((outside, error)) => {
                        *held = Some(Offered::Outside(*outside));
                        Err(error)
                    }
                }
            })
            .await
    }
}

#[uniffi::export]
impl Notebook {
    /// Reads a profile, out of a file or the text of a QR code. Nothing is changed yet.
    pub async fn offered_profile(&self, bytes: Vec<u8>) -> Result<Arc<OfferedProfile>, CoreError> {
        let offered = self.core.work(move |core| core.offered_profile(&bytes)).await?;
        Ok(Arc::new(OfferedProfile { core: Kept::new(Mutex::new(Some(offered))) }))
    }

    /// Takes a profile in the place of the one in force, if any: `four-words` where it is not believed yet. What is in the
    /// outbox stays as it is.
    pub async fn take_profile(&self, offered: Arc<OfferedProfile>) -> Result<(), CoreError> {
        let offered = offered.core.held()?;
        self.core
            .work(move |core| match offered.lock().map_err(died)?.as_ref() {
                Some(Offered::Listed(believed)) => core.take_profile(believed),
                _ => Err(gone()),
            })
            .await
    }

    /// Makes this a personal phone again; whether it was a team's.
    pub async fn leave_profile(&self) -> Result<bool, CoreError> {
        self.core.work(turnstone_core::Notebook::leave_profile).await
    }

    /// Sets the usual route, or that it is to be asked for again.
    pub async fn set_usual_route(&self, route: Option<UsualRoute>) -> Result<(), CoreError> {
        self.core.work(move |core| core.set_usual_route(route)).await
    }
}

#[uniffi::export]
impl Client {
    /// The profile in force.
    pub async fn profile(
        &self,
        notebook: Arc<Notebook>,
        lang: Lang,
    ) -> Result<Option<ProfileInForce>, CoreError> {
        let notebook = notebook.core()?;
        self.core
            .work(move |core| {
                let Some(view) = notebook.profile()? else { return Ok(None) };
                let lines = view::profile_lines(&view, core.directory()?.as_deref(), lang);
                let ProfileView { profile, in_national_list, expired, listed_anyway } = view;
                let profile = ProfileRow::of(&profile, lang);
                Ok(Some(ProfileInForce { profile, in_national_list, expired, listed_anyway, lines }))
            })
            .await
    }
}

/// One of the sentences about taking and leaving a profile.
#[uniffi::export]
pub fn profile_sentence(step: ProfileStep, lang: Lang) -> String {
    view::profile_sentence(step, lang)
}

/// Who vouches for a profile.
#[uniffi::export]
pub fn signer_sentence(in_national_list: bool, lang: Lang) -> String {
    view::signer_sentence(in_national_list, lang)
}
