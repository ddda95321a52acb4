//! Whom to ring in which case, in which order. The numbers are published facts of the guidance; the order is this:
//! danger to life before crime, crime going on now before crime that was, police before anybody who passes it on.

use turnstone_wire::body::Scheme;

use super::sheet::{SheetFor, Writer};
use crate::{
    guide::{Guide, Page, Reach},
    words::Lang,
};

/// What somebody needs a voice for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Case {
    /// Somebody is in danger at sea or on the shore.
    DangerAtSea,
    /// The witness is on board what is in danger.
    OwnBoat,
    /// A crime is happening now, or somebody is in danger on land.
    CrimeNow,
    /// The witness cannot hear or speak on a telephone.
    CannotSpeak,
    /// The police should know, and it can wait.
    NotUrgent,
    /// Nobody may know who says it.
    Anonymous,
    /// Terrorism is suspected, and it is no emergency.
    Terrorism,
    /// Somebody may be held, sold or forced to work.
    Slavery,
}

impl Case {
    /// All of them, most urgent first.
    pub const ALL: [Self; 8] = [
        Self::DangerAtSea,
        Self::OwnBoat,
        Self::CrimeNow,
        Self::CannotSpeak,
        Self::NotUrgent,
        Self::Anonymous,
        Self::Terrorism,
        Self::Slavery,
    ];

    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::DangerAtSea => "danger-at-sea",
            Self::OwnBoat => "own-boat",
            Self::CrimeNow => "crime-now",
            Self::CannotSpeak => "cannot-speak",
            Self::NotUrgent => "not-urgent",
            Self::Anonymous => "anonymous",
            Self::Terrorism => "terrorism",
            Self::Slavery => "slavery",
        }
    }

    /// The sheets there are to read out in it, the best one first.
    pub fn sheets(self) -> &'static [SheetFor] {
        match self {
            Self::DangerAtSea => &[SheetFor::Coastguard, SheetFor::Mayday],
            Self::OwnBoat => &[SheetFor::Mayday, SheetFor::PanPan, SheetFor::Coastguard],
            Self::CrimeNow => &[SheetFor::PoliceNow],
            Self::NotUrgent => &[SheetFor::Police],
            Self::Anonymous => &[SheetFor::Crimestoppers],
            Self::CannotSpeak | Self::Terrorism | Self::Slavery => &[],
        }
    }

    fn ways(self) -> &'static [Way] {
        match self {
            Self::DangerAtSea => &[Way::Coastguard, Way::Vhf, Way::Sms],
            Self::OwnBoat => &[Way::Vhf, Way::Coastguard, Way::Sms],
            Self::CrimeNow => &[Way::PoliceNow, Way::Sms],
            Self::CannotSpeak => &[Way::Sms, Way::Relay],
            Self::NotUrgent => &[Way::Police, Way::Relay],
            Self::Anonymous => &[Way::Crimestoppers, Way::CoastalCrime],
            Self::Terrorism => &[Way::AntiTerrorist, Way::PoliceNow],
            Self::Slavery => &[Way::ModernSlavery, Way::PoliceNow],
        }
    }

    /// Whether it is shown to somebody who reports under a scheme.
    fn belongs_to(self, scheme: Scheme) -> bool {
        scheme == Scheme::Kraken || !matches!(self, Self::DangerAtSea | Self::OwnBoat)
    }
}

/// One number to ring, or one channel to call on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ring {
    /// The guidance's code of the line (`emergency`, `police`).
    pub line: &'static str,
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

/// A case, and whom to ring in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    /// The case.
    pub case: Case,
    /// The same, to read.
    pub title: String,
    /// Whom to ring, the best one first.
    pub ring: Vec<Ring>,
}

/// Whom to ring in which case, most urgent first; without a scheme, for both.
pub fn help_now(scheme: Option<Scheme>, guide: &Guide, lang: Lang) -> Vec<Advice> {
    let shown = Case::ALL.into_iter().filter(|case| scheme.is_none_or(|scheme| case.belongs_to(scheme)));
    let desk = Writer::new(guide, lang);
    let advice = |case: Case| {
        let ring = offered(case.ways().iter().filter(|way| way.is_listed(scheme, &desk)), scheme, &desk);
        Advice { case, title: title(case, &desk), ring }
    };
    shown.map(advice).collect()
}

/// Whom to ring in a case that somebody has chosen: all there are, whichever scheme they report under.
pub fn advise(case: Case, scheme: Option<Scheme>, guide: &Guide, lang: Lang) -> Advice {
    let desk = Writer::new(guide, lang);
    Advice { case, title: title(case, &desk), ring: offered(case.ways(), scheme, &desk) }
}

fn title(case: Case, desk: &Writer<'_>) -> String {
    desk.say(&format!("call-case-{}", case.code()))
}

/// The numbers of a sheet.
pub(super) fn of_sheet(sheet: SheetFor, scheme: Scheme, desk: &Writer<'_>) -> Vec<Ring> {
    let ways: &[Way] = match sheet {
        SheetFor::Coastguard => &[Way::Coastguard],
        SheetFor::PoliceNow => &[Way::PoliceNow],
        SheetFor::Mayday | SheetFor::PanPan => &[Way::Vhf],
        SheetFor::Police => &[Way::Police, Way::Relay],
        SheetFor::Crimestoppers => &[Way::Crimestoppers, Way::CoastalCrime],
        SheetFor::Online => &[],
    };
    // What is asked for is given: an aircraft may come down at sea. Only a second number has to belong.
    let listed = ways.iter().filter(|way| **way != Way::CoastalCrime || way.is_listed(Some(scheme), desk));
    offered(listed, Some(scheme), desk)
}

/// The numbers of an emergency, for its card.
pub(super) fn of_emergency(scheme: Scheme, desk: &Writer<'_>) -> Vec<Ring> {
    let ways: &[Way] = match scheme {
        Scheme::Kraken => &[Way::Coastguard, Way::PoliceNow, Way::Vhf, Way::Sms],
        Scheme::Pegasus => &[Way::PoliceNow, Way::Coastguard, Way::Sms],
    };
    offered(ways, Some(scheme), desk)
}

/// Those that the guidance still offers.
fn offered<'a>(
    ways: impl IntoIterator<Item = &'a Way>,
    scheme: Option<Scheme>,
    desk: &Writer<'_>,
) -> Vec<Ring> {
    ways.into_iter().filter_map(|way| way.ring(scheme, desk)).collect()
}

/// A line, and what is asked for on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Coastguard,
    PoliceNow,
    Vhf,
    Police,
    Relay,
    Sms,
    Crimestoppers,
    CoastalCrime,
    AntiTerrorist,
    ModernSlavery,
}

impl Way {
    /// The guidance's code of the line.
    fn line(self) -> &'static str {
        match self {
            Self::Coastguard | Self::PoliceNow => "emergency",
            Self::Vhf => "vhf16",
            Self::Police => "police",
            Self::Relay => "police_text",
            Self::Sms => "emergency_sms",
            Self::Crimestoppers => "crimestoppers",
            Self::CoastalCrime => "coastal_crime",
            Self::AntiTerrorist => "anti_terrorist",
            Self::ModernSlavery => "modern_slavery",
        }
    }

    fn message(self) -> &'static str {
        match self {
            Self::Coastguard => "call-ring-coastguard",
            Self::PoliceNow => "call-ring-police-now",
            Self::Vhf => "call-ring-vhf",
            Self::Police => "call-ring-police",
            Self::Relay => "call-ring-relay",
            Self::Sms => "call-ring-sms",
            Self::Crimestoppers => "call-ring-crimestoppers",
            Self::CoastalCrime => "call-ring-coastal-crime",
            Self::AntiTerrorist => "call-ring-anti-terrorist",
            Self::ModernSlavery => "call-ring-modern-slavery",
        }
    }

    /// Whether a scheme's page lists it; the lines of the background page belong to both.
    fn is_listed(self, scheme: Option<Scheme>, desk: &Writer<'_>) -> bool {
        let Some(page) = scheme.map(Page::from) else { return true };
        let line = desk.guide().line(self.line());
        line.is_some_and(|line| line.pages.iter().any(|own| *own == page || *own == Page::Oic))
    }

    fn ring(self, scheme: Option<Scheme>, desk: &Writer<'_>) -> Option<Ring> {
        let line = desk.guide().line(self.line()).filter(|line| !line.withdrawn)?;
        let number = match &line.reach {
            Reach::Call(number) | Reach::Sms(number) => number.clone(),
            Reach::Radio(channel) => format!("VHF {channel}"),
        };
        let code_word = scheme.map_or("KRAKEN / PEGASUS", Scheme::code_word);
        Some(Ring {
            line: self.line(),
            dials: line.dial().is_some(),
            words: desk.fill(self.message(), &[("number", number.as_str()), ("code_word", code_word)]),
            number,
            source: line.source.name.say(desk.lang()).to_owned(),
            seen: line.source.dated.written(),
        })
    }
}
