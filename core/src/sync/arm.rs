//! The arms of `settle` and the verdicts of `plan` by name, so that whoever plays many worlds can count which were reached.

/// Which rule decided an outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Arm {
    /// Its sealed bytes cannot be read on this device.
    Unreadable,
    /// No connection came about.
    Unreachable,
    /// No connection came about by the proxy.
    NoProxy,
    /// The server's certificate is not one of the desk's.
    NotTrusted,
    /// The connection broke for the first time since the last progress: the desk is asked at once how far it came.
    Broke,
    /// It broke again, and nothing had come of it.
    BrokeAgain,
    /// The answer came out of a cache on the way.
    Cached,
    /// A receipt that is believed.
    Stored,
    /// A receipt by a key that the directory held does not list.
    KeyUnlisted,
    /// Any other receipt that is not believed.
    ReceiptWrong,
    /// The desk refuses it for good.
    Refused,
    /// The desk does not take it as it came, and says so.
    Objected,
    /// The desk says when to come again.
    AskedToWait,
    /// The desk has trouble of its own.
    DeskTrouble,
    /// The desk has more of it than it had.
    Progressed,
    /// The desk has as much of it as was known, and is gone on with.
    Resumed,
    /// The desk took nothing of what was sent.
    StoodStill,
    /// The desk has less of it than it had.
    WentBack,
    /// The desk knows nothing of an upload that was about to begin: it begins.
    NotBegun,
    /// The desk knows nothing any more of an upload that it had bytes of: it begins anew.
    Forgotten,
    /// The desk has all bytes: it is asked for the receipt.
    Complete,
    /// What answered is not the desk.
    NotTheDesk,
    /// The daily question after what is stored: it is there.
    CheckHeld,
    /// The same: it is gone, and is sent again.
    CheckGone,
    /// The same: nothing was learnt.
    CheckUnanswered,
}

impl Arm {
    /// Whether what went wrong is most likely no matter of the one item: others that go there would fare the same.
    pub(super) fn is_of_the_desk(self) -> bool {
        use Arm::{AskedToWait, BrokeAgain, DeskTrouble, NoProxy, NotTheDesk, NotTrusted, Unreachable};
        matches!(
            self,
            Unreachable | NoProxy | NotTrusted | BrokeAgain | NotTheDesk | DeskTrouble | AskedToWait
        )
    }

    /// Whether it was the desk itself that answered, and as it does where it takes what comes.
    pub(super) fn took_something(self) -> bool {
        use Arm::{
            Complete, Forgotten, KeyUnlisted, Objected, Progressed, Refused, Resumed, Stored, WentBack,
        };
        matches!(
            self,
            Stored
                | KeyUnlisted
                | Refused
                | Objected
                | Progressed
                | Resumed
                | WentBack
                | Forgotten
                | Complete
        )
    }

    /// All there are.
    pub const ALL: [Self; 25] = [
        Self::Unreadable,
        Self::Unreachable,
        Self::NoProxy,
        Self::NotTrusted,
        Self::Broke,
        Self::BrokeAgain,
        Self::Cached,
        Self::Stored,
        Self::KeyUnlisted,
        Self::ReceiptWrong,
        Self::Refused,
        Self::Objected,
        Self::AskedToWait,
        Self::DeskTrouble,
        Self::Progressed,
        Self::Resumed,
        Self::StoodStill,
        Self::WentBack,
        Self::NotBegun,
        Self::Forgotten,
        Self::Complete,
        Self::NotTheDesk,
        Self::CheckHeld,
        Self::CheckGone,
        Self::CheckUnanswered,
    ];
}

/// What the plan decided of a due item, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// There is no network.
    Offline,
    /// It begins.
    Starts,
    /// It begins, for its wait was left by a clock that jumped.
    StartsAfterJump,
    /// It runs, and goes on.
    GoesOn,
    /// Words for its desk are due, and go first.
    WordsFirst,
    /// Copies for its desk are due, and go before originals.
    CopiesFirst,
    /// It waits for a network that does not cost.
    WaitsForUnmetered,
    /// Its time has not come.
    NotYet,
    /// Its desk was not reached: another item tries for all of them.
    BehindAnother,
    /// Enough is under way.
    InTurn,
    /// Stored, and the desk is asked whether it is still there.
    Checks,
}

impl Verdict {
    /// All there are.
    pub const ALL: [Self; 11] = [
        Self::Offline,
        Self::Starts,
        Self::StartsAfterJump,
        Self::GoesOn,
        Self::WordsFirst,
        Self::CopiesFirst,
        Self::WaitsForUnmetered,
        Self::NotYet,
        Self::BehindAnother,
        Self::InTurn,
        Self::Checks,
    ];
}
