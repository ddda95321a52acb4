//! Calls: whom to ring, the card that is shown before sending, and what to read out (P12).

use turnstone_almanac::{
    call::{self, Advice, Card, Case, Own, Ring, Said, SheetFor},
    words::Lang,
};
use turnstone_core::{DraftContent, view};
use turnstone_wire::{body::Scheme, reference::Reference, text::Text};

use super::Client;
use crate::{CoreError, Note, Notebook};

/// One number to ring, or one channel to call on.
#[derive(uniffi::Record)]
pub struct RingRow {
    /// The guidance's code of the line (`emergency`, `police`).
    pub line: String,
    /// What to dial, or the channel: shown large where a device cannot dial.
    pub number: String,
    /// Whether `number` can be dialled as it stands; a channel and a text message cannot.
    pub dials: bool,
    /// What to do with it, in a sentence.
    pub words: String,
    /// Where the number was published.
    pub source: String,
    /// Of when that is.
    pub seen: String,
}

/// Who listens, or reads.
#[uniffi::remote(Enum)]
pub enum SheetFor {
    /// 999, asking for the Coastguard.
    Coastguard,
    /// 999, asking for the police.
    PoliceNow,
    /// VHF channel 16: Mayday, or Mayday Relay where the witness is not on board what is in danger.
    Mayday,
    /// VHF channel 16: Pan-Pan.
    PanPan,
    /// 101.
    Police,
    /// Crimestoppers, who hear nothing of the witness.
    Crimestoppers,
    /// A force's form on the web; named routes only.
    Online,
}

/// A case, and whom to ring in it.
#[derive(uniffi::Record)]
pub struct AdviceRow {
    /// Its stable code, such as `danger-at-sea`.
    pub code: String,
    /// The same, to read.
    pub title: String,
    /// Whom to ring, the best one first.
    pub ring: Vec<RingRow>,
    /// The sheets there are to read out in it, the best one first.
    pub sheets: Vec<SheetFor>,
}

/// Why a card is shown.
#[derive(uniffi::Record)]
pub struct CardReason {
    /// A stable code.
    pub code: String,
    /// The sentence.
    pub sentence: String,
}

/// The card that is shown before sending, and can be passed by.
#[derive(uniffi::Record)]
pub struct CardRow {
    /// What it may be.
    pub title: String,
    /// Why it is shown.
    pub because: Vec<CardReason>,
    /// Whom to ring, the best one first.
    pub ring: Vec<RingRow>,
    /// What else to heed: a rehearsal, words nobody has reviewed.
    pub notes: Vec<String>,
    /// That it stops nothing.
    pub pass: String,
}

/// The witness's own boat, for a Mayday.
#[uniffi::remote(Record)]
#[uniffi(name = "OwnBoat")]
pub struct Own {
    /// The witness is on board what is in danger: a Mayday of their own, and no relayed one.
    #[uniffi(default = false)]
    pub in_danger: bool,
    /// Name of the boat or station.
    #[uniffi(default = None)]
    pub name: Option<Text>,
    /// Call sign or MMSI.
    #[uniffi(default = None)]
    pub call_sign: Option<Text>,
    /// How many are on board.
    #[uniffi(default = None)]
    pub aboard: Option<Text>,
}

/// One thing to say.
#[derive(uniffi::Record)]
pub struct SheetLine {
    /// What it is about, as a stable code (`where`, `what`, `danger`).
    pub part: String,
    /// The same, to read.
    pub label: String,
    /// What to say: made safe to show.
    pub words: String,
    /// Nobody typed it: the words say what to say there.
    pub is_gap: bool,
}

/// What to read out, from the first row to the last.
#[derive(uniffi::Record)]
pub struct CallSheet {
    /// Who listens.
    pub listener: SheetFor,
    /// Its language; what is said by radio is English in both.
    pub lang: Lang,
    /// What it is.
    pub title: String,
    /// The numbers or the channel, the best one first.
    pub ring: Vec<RingRow>,
    /// What to heed before the first word.
    pub notes: Vec<String>,
    /// What to say.
    pub rows: Vec<SheetLine>,
    /// Where the form and its order come from, and of when that is.
    pub source: String,
    /// All of it as text, to be copied.
    pub text: String,
}

impl From<Ring> for RingRow {
    fn from(ring: Ring) -> Self {
        let Ring { line, number, dials, words, source, seen } = ring;
        Self { line: line.to_owned(), number, dials, words, source, seen }
    }
}

fn rings(ring: Vec<Ring>) -> Vec<RingRow> {
    ring.into_iter().map(RingRow::from).collect()
}

impl From<Advice> for AdviceRow {
    fn from(advice: Advice) -> Self {
        let Advice { case, title, ring } = advice;
        Self { code: case.code().to_owned(), title, ring: rings(ring), sheets: Case::sheets(case).to_vec() }
    }
}

impl From<Card> for CardRow {
    fn from(card: Card) -> Self {
        let Card { title, because, ring, notes, pass } = card;
        let reason = |(code, sentence): (String, String)| CardReason { code, sentence };
        Self { title, because: because.into_iter().map(reason).collect(), ring: rings(ring), notes, pass }
    }
}

impl From<call::Sheet> for CallSheet {
    fn from(sheet: call::Sheet) -> Self {
        let text = sheet.to_text();
        let call::Sheet { listener, lang, title, ring, notes, rows, source } = sheet;
        let line = |call::Row { part, label, words, is_gap }: call::Row| SheetLine {
            part: part.to_owned(),
            label,
            words,
            is_gap,
        };
        let rows = rows.into_iter().map(line).collect();
        Self { listener, lang, title, ring: rings(ring), notes, rows, source, text }
    }
}

#[uniffi::export]
impl Client {
    /// Whom to ring in which case, most urgent first; without a scheme, for both.
    pub async fn help_now(&self, scheme: Option<Scheme>, lang: Lang) -> Result<Vec<AdviceRow>, CoreError> {
        let advice = self.core.work(move |core| Ok(call::help_now(scheme, &core.guide(), lang))).await?;
        Ok(advice.into_iter().map(AdviceRow::from).collect())
    }

    /// The card to show before sending, in the language of the words; none where nothing speaks of danger to life. It stops
    /// nothing.
    pub async fn emergency(&self, content: DraftContent) -> Result<Option<CardRow>, CoreError> {
        let card = self.core.work(move |core| Ok(view::emergency(&content, &core.guide()))).await?;
        Ok(card.map(CardRow::from))
    }
}

#[uniffi::export]
impl Note {
    /// What to read out of it to a listener; none for a form of an anonymous report.
    pub async fn call_sheet(
        &self,
        listener: SheetFor,
        own: Own,
        lang: Lang,
    ) -> Result<Option<CallSheet>, CoreError> {
        self.work(move |note| {
            let said = view::said_of_draft(note.content(), note.told(), note.photos());
            Ok(call::sheet(listener, &Said { own, ..said }, &note.guide(), lang).ok())
        })
        .await
        .map(|sheet| sheet.map(CallSheet::from))
    }
}

#[uniffi::export]
impl Client {
    /// What to read out of a sent report, while its copy is kept; none for a form of an anonymous report.
    pub async fn call_sheet_of_report(
        &self,
        notebook: std::sync::Arc<Notebook>,
        reference: Reference,
        listener: SheetFor,
        own: Own,
        lang: Lang,
    ) -> Result<Option<CallSheet>, CoreError> {
        let notebook = notebook.core()?;
        self.core
            .work(move |core| {
                let report = notebook.copy(&reference)?;
                let said = Said { own, ..Said::of_report(&report, &[]) };
                Ok(call::sheet(listener, &said, &core.guide(), lang).ok())
            })
            .await
            .map(|sheet| sheet.map(CallSheet::from))
    }
}
