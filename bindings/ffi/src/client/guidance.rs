//! The guidance to show, and the desk that a place leads to.

use chrono::Utc;
use turnstone_almanac::{guide::Page, words::Lang};
use turnstone_core::{
    ChosenDesk,
    view::{GuideNotice, GuideRow, GuideScreen, GuideSection, guide_screen},
};
use turnstone_wire::{
    body::{Position, Route, Scheme},
    pack::PackKind,
};

use super::Client;
use crate::CoreError;

/// A screen of guidance.
#[derive(uniffi::Record)]
pub struct GuideScreenRow {
    /// What is on it, most urgent first.
    pub sections: Vec<GuideSection>,
    /// When it was gathered, and how long ago that is.
    pub gathered: String,
    /// What there is to know about it: where it comes from, that it is old, that nobody has reviewed the words.
    pub notices: Vec<GuideNoticeRow>,
}

/// A sentence about the guidance as a whole.
#[derive(uniffi::Record)]
pub struct GuideNoticeRow {
    /// A stable code: `old`, `confirm`, `not_reviewed`, `built_in`, `pack`.
    pub code: String,
    /// The sentence.
    pub text: String,
}

/// A heading, and what stands under it.
#[uniffi::remote(Record)]
pub struct GuideSection {
    /// A stable code, such as `lines` or `signs-kraken`.
    pub code: String,
    /// The heading.
    pub heading: String,
    /// The rows.
    pub rows: Vec<GuideRow>,
}

/// One fact.
#[uniffi::remote(Record)]
pub struct GuideRow {
    /// Its stable code.
    pub code: String,
    /// The words.
    pub text: String,
    /// A number or channel, to be shown large.
    pub number: Option<String>,
    /// The digits to dial, where it is a number to call.
    pub dial: Option<String>,
    /// How it is reached (`call`, `sms`, `radio`), or the site of a link.
    pub by: Option<String>,
    /// Where it was read; empty for what is no fact.
    pub source: String,
    /// How old the source is; empty as well.
    pub source_age: String,
    /// Whether somebody who speaks the language has signed the words.
    pub reviewed: bool,
}

impl From<GuideScreen> for GuideScreenRow {
    fn from(screen: GuideScreen) -> Self {
        let GuideScreen { sections, gathered, notices } = screen;
        let notice = |GuideNotice { code, text }| GuideNoticeRow { code: code.to_owned(), text };
        Self { sections, gathered, notices: notices.into_iter().map(notice).collect() }
    }
}

#[uniffi::export]
impl Client {
    /// The guidance for a scheme, or all of it: of the newest pack held, else what is compiled in.
    pub async fn guide(&self, scheme: Option<Scheme>, lang: Lang) -> Result<GuideScreenRow, CoreError> {
        self.core
            .work(move |core| {
                // Guidance is shown whatever else is wrong with the home.
                let packs = core.packs().unwrap_or_default();
                let held = packs.iter().find(|pack| pack.kind == PackKind::Guidance);
                let today = Utc::now().date_naive();
                Ok(guide_screen(&core.guide(), held, scheme.map(Page::from), lang, today))
            })
            .await
            .map(GuideScreenRow::from)
    }

    /// The desk that a report of something seen at a position would go to.
    pub async fn desk_at(
        &self,
        position: Position,
        scheme: Scheme,
        route: Route,
        lang: Lang,
    ) -> Result<ChosenDesk, CoreError> {
        self.core.work(move |core| core.desk_at(position, scheme, route, lang.code())).await
    }
}
