//! What is set with an open vault: the PIN, the wipe PIN, auto-lock, the station, the proxy.

use turnstone_core::{
    AutoLock, ChangedPin, Notebook as Core, PersonRow, Station,
    sync::{Proxy, ProxyFor, ProxySetting},
};

use super::Notebook;
use crate::{CoreError, Secret, client::pin_of};

/// What goes by a proxy.
#[uniffi::remote(Enum)]
pub enum ProxyFor {
    /// Anonymous reports, and whatever is asked for them.
    Anonymous,
    /// Everything.
    All,
}

/// What came of a change of PIN.
#[uniffi::remote(Record)]
pub struct ChangedPin {
    /// There was a wipe PIN, and it is gone: the new PIN is too like it, or there is none any more.
    pub wipe_pin_ended: bool,
}

#[uniffi::export]
impl Notebook {
    /// Chooses a PIN, as UTF-8, in place of the one before. Wipe the bytes when this returns.
    pub async fn set_pin(&self, pin: Secret) -> Result<ChangedPin, CoreError> {
        self.core.work(move |core| core.change_pin(Some(&pin_of(&pin)?))).await
    }

    /// Takes the PIN away: reading then needs none.
    pub async fn remove_pin(&self) -> Result<ChangedPin, CoreError> {
        self.core.work(|core| core.change_pin(None)).await
    }

    /// Gives a person of the team a PIN of their own, as UTF-8. Once they have it, only they change it.
    pub async fn set_person_pin(&self, person: PersonRow, pin: Secret) -> Result<(), CoreError> {
        self.core.work(move |core| core.set_person_pin(person, &pin_of(&pin)?)).await
    }

    /// Whether a wipe PIN is set.
    pub async fn has_wipe_pin(&self) -> Result<bool, CoreError> {
        self.core.work(Core::has_wipe_pin).await
    }

    /// Chooses a PIN that wipes this home where it is given for the PIN.
    pub async fn set_wipe_pin(&self, pin: Secret, wipe: Secret) -> Result<(), CoreError> {
        self.core.work(move |core| core.set_wipe_pin(&pin_of(&pin)?, &pin_of(&wipe)?)).await
    }

    /// Takes the wipe PIN away; whether there was one.
    pub async fn remove_wipe_pin(&self) -> Result<bool, CoreError> {
        self.core.work(Core::remove_wipe_pin).await
    }

    /// After how many minutes without use this notebook locks itself.
    pub async fn auto_lock_minutes(&self) -> Result<u8, CoreError> {
        self.core.work(Core::auto_lock).await.map(AutoLock::minutes)
    }

    /// Sets it: 1 to 60 whole minutes.
    pub async fn set_auto_lock_minutes(&self, minutes: u8) -> Result<(), CoreError> {
        let after = AutoLock::of_minutes(minutes).ok_or_else(|| CoreError::no("auto-lock"))?;
        self.core.work(move |core| core.set_auto_lock(after)).await
    }

    /// Sets the surveyed place that notes are written at, or that there is none.
    pub async fn set_station(&self, station: Option<Station>) -> Result<(), CoreError> {
        self.core.work(move |core| core.set_station(station.as_ref())).await
    }

    /// Sets the SOCKS5 proxy to go by: `socks5h://[USER:PASSWORD@]HOST[:PORT]` as bytes, for it may hold a password.
    pub async fn set_proxy(&self, address: Secret, used_for: ProxyFor) -> Result<(), CoreError> {
        self.core
            .work(move |core| {
                let text = std::str::from_utf8(address.bytes());
                let proxy = Proxy::parse(text.unwrap_or_default())?;
                core.set_proxy(Some(&ProxySetting { proxy, used_for }))
            })
            .await
    }

    /// Goes by no proxy any more.
    pub async fn remove_proxy(&self) -> Result<(), CoreError> {
        self.core.work(|core| core.set_proxy(None)).await
    }

    /// The proxy as it may be shown: without user and password.
    pub async fn proxy_shown(&self) -> Result<Option<String>, CoreError> {
        self.core.work(|core| Ok(core.proxy()?.map(|setting| setting.proxy.shown()))).await
    }
}
