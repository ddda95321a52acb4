//! The door to a home folder that needs no unlock: writing, the outbox, sending, the list of desks, wiping.

pub mod calls;
pub mod guidance;
pub mod leaving;
pub mod packs;
pub mod people;
pub mod places;
pub mod routes;
pub mod sticks;
pub mod watches;

use std::{path::PathBuf, sync::Arc};

use turnstone_core::{
    self as core, Ports, SystemClock, SystemRandom,
    sync::{Http, Wishes},
};
use turnstone_core::{DraftContent, DraftRow, Pin, Station, view::Overview, view::mended_sentence};
use turnstone_wire::{body::Told, reference::Reference};

use crate::{
    CoreError, KeyStore, Note, Notebook, Observer, Secret, SetUp, Subscription,
    key_store::Asked,
    note,
    observer::{Followed, ProgressRow},
    runtime::{Kept, work},
    sending::{Carried, Sender, Transport},
    set_up::roots,
};

/// A home folder, opened. May be used from many threads; needs no unlock.
#[derive(uniffi::Object)]
pub struct Client {
    pub(crate) core: Kept<core::Client>,
}

/// A surveyed place that notes are written at.
#[uniffi::remote(Record)]
pub struct Station {
    /// What people there call it.
    pub name: turnstone_wire::text::Text,
    /// Where it is.
    pub position: turnstone_wire::body::Position,
    /// Radius in metres within which that lies.
    #[uniffi(default = None)]
    pub accuracy_m: Option<turnstone_wire::body::Metres>,
}

fn ports(key_store: Arc<dyn KeyStore>) -> Ports {
    Ports {
        key_store: Arc::new(Asked(key_store)),
        clock: Arc::new(SystemClock::default()),
        random: Arc::new(SystemRandom::default()),
    }
}

impl Client {
    fn of(core: core::Client) -> Arc<Self> {
        Arc::new(Self { core: Kept::new(core) })
    }
}

#[uniffi::export]
impl Client {
    /// Sets a home folder up and opens it. Killed halfway, it can be called again.
    #[uniffi::constructor]
    pub async fn create(
        home: String,
        key_store: Arc<dyn KeyStore>,
        set_up: SetUp,
    ) -> Result<Arc<Self>, CoreError> {
        let home = PathBuf::from(home);
        work(move || set_up.with(|set_up| core::Client::create(&home, ports(key_store), set_up)))
            .await
            .map(Self::of)
    }

    /// Opens a home folder. Finishes what a kill left half done; what is damaged is set aside whole, and what can be read of it
    /// carried over: `mended`.
    #[uniffi::constructor]
    pub async fn open(home: String, key_store: Arc<dyn KeyStore>) -> Result<Arc<Self>, CoreError> {
        work(move || core::Client::open(&PathBuf::from(home), ports(key_store))).await.map(Self::of)
    }

    /// Sets a home folder aside whole and sets up a new one in its place: for when its keys are gone for good.
    #[uniffi::constructor]
    pub async fn start_anew(
        home: String,
        key_store: Arc<dyn KeyStore>,
        set_up: SetUp,
    ) -> Result<Arc<Self>, CoreError> {
        let home = PathBuf::from(home);
        work(move || set_up.with(|set_up| core::Client::start_anew(&home, ports(key_store), set_up)))
            .await
            .map(Self::of)
    }

    /// What this opening found damaged and set aside, in sentences, in English; nothing, as a rule.
    pub async fn mended(&self) -> Result<Vec<String>, CoreError> {
        self.core.work(|core| Ok(core.mended().iter().map(mended_sentence).collect())).await
    }

    /// Whether the key store gives the key that submitting and sending need. Writing goes on without.
    pub async fn reach_key_store(&self) -> Result<(), CoreError> {
        self.core.work(core::Client::reach_key_store).await
    }

    /// Whether reading asks for a PIN.
    pub async fn has_pin(&self) -> Result<bool, CoreError> {
        self.core.work(core::Client::has_pin).await
    }

    /// How many milliseconds no PIN is tried for, after wrong ones; none where one is tried at once.
    pub async fn pin_wait_ms(&self) -> Result<Option<u64>, CoreError> {
        self.core.work(core::Client::pin_wait).await
    }

    /// The surveyed place that notes are written at.
    pub async fn station(&self) -> Result<Option<Station>, CoreError> {
        self.core.work(core::Client::station).await
    }

    /// Begins a report. It is a draft, kept, when this returns.
    pub async fn note(&self, content: DraftContent) -> Result<Arc<Note>, CoreError> {
        self.core.work(move |core| core.note(content)).await.map(note::held)
    }

    /// Opens the vault of a home that has no PIN.
    pub async fn unlock(&self) -> Result<Arc<Notebook>, CoreError> {
        self.core.work(|core| core.unlock(None)).await.map(Notebook::of)
    }

    /// Opens the vault by its PIN, as UTF-8. Given the wipe PIN, where one was set, it wipes this home.
    pub async fn unlock_with_pin(&self, pin: Secret) -> Result<Arc<Notebook>, CoreError> {
        self.core.work(move |core| core.unlock(Some(&pin_of(&pin)?))).await.map(Notebook::of)
    }

    /// Does what a submission left due, where the vault is open; else leaves that to the next unlock.
    pub async fn tidy(&self, notebook: Option<Arc<Notebook>>) -> Result<(), CoreError> {
        let notebook = notebook.map(|notebook| notebook.core()).transpose()?;
        self.core.work(move |core| core.tidy(notebook.as_deref())).await
    }

    /// How much there is of everything; no more, for the device may be locked.
    pub async fn overview(&self) -> Result<Overview, CoreError> {
        self.core.work(core::Client::overview).await
    }

    /// Notes with a draft whom the witness has told by voice: it travels in the report.
    pub async fn tell_draft(&self, draft: DraftRow, told: Told) -> Result<(), CoreError> {
        self.core.work(move |core| core.tell(core::About::Draft(draft), &told)).await
    }

    /// Notes with a report whom the witness has told by voice: it is kept beside it.
    pub async fn tell_report(&self, report: Reference, told: Told) -> Result<(), CoreError> {
        self.core.work(move |core| core.tell(core::About::Report(report), &told)).await
    }

    /// Takes a newer list of desks; the one held stays where this fails.
    pub async fn take_directory(&self, bytes: Vec<u8>) -> Result<(), CoreError> {
        self.core.work(move |core| core.take_directory(&bytes).map(drop)).await
    }

    /// Sets whose signatures directories need, by the texts of `root.pub` files, where that was not set when the home was made.
    pub async fn take_roots(&self, root_keys: Vec<String>) -> Result<(), CoreError> {
        self.core.work(move |core| core.take_roots(&roots(&root_keys)?)).await
    }

    /// Wipes this home: the keys first, after which nothing there opens, then the files. Needs no unlock. What waits to be
    /// sent is not sent any more.
    pub async fn wipe(&self) -> Result<(), CoreError> {
        self.core.work(core::Client::wipe).await
    }

    /// The right to send from this home, over HTTP in this process. Held until it is closed.
    pub async fn sender(&self, wishes: Wishes) -> Result<Arc<Sender>, CoreError> {
        self.core
            .work(move |core| core.sender(Arc::new(Http::default())))
            .await
            .map(|core| Sender::of(core, wishes))
    }

    /// The same with something else that carries, such as the system's own network stack.
    pub async fn sender_by(
        &self,
        transport: Arc<dyn Transport>,
        wishes: Wishes,
    ) -> Result<Arc<Sender>, CoreError> {
        let carried = Arc::new(Carried(transport));
        self.core.work(move |core| core.sender(carried)).await.map(|core| Sender::of(core, wishes))
    }

    /// Has a sender of this process that watches send now, as when a person asks for it.
    pub fn wake(&self) -> Result<(), CoreError> {
        self.core.held()?.wake();
        Ok(())
    }

    /// Follows what is sent from this opened home, until the subscription is ended.
    pub fn subscribe(&self, observer: Arc<dyn Observer>) -> Result<Arc<Subscription>, CoreError> {
        let subscription = self.core.held()?.subscribe(Arc::new(Followed(observer)));
        Ok(Arc::new(Subscription::of(subscription)))
    }

    /// What waits to be sent, oldest report first, its words first.
    pub async fn waiting(&self) -> Result<Vec<ProgressRow>, CoreError> {
        self.core
            .work(core::Client::waiting)
            .await
            .map(|all| all.into_iter().map(ProgressRow::from).collect())
    }
}

/// A PIN out of its bytes.
pub(crate) fn pin_of(secret: &Secret) -> Result<Pin, core::Error> {
    Pin::new(secret.bytes())
}

/// Wipes a home folder in whatever state it is, opened or not, damaged or half gone. What is not this program's stays.
#[uniffi::export]
pub async fn wipe_at(home: String, key_store: Arc<dyn KeyStore>) -> Result<(), CoreError> {
    work(move || core::Client::wipe_at(&PathBuf::from(home), ports(key_store))).await
}
