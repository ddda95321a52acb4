//! Where the simulation of sending takes hold of this crate: points at which a process can be killed, a disk that is
//! full, and bugs that can be planted. Without the feature `simulation` none of it is there.

#[cfg(feature = "simulation")]
pub(crate) use crate::simulation::{alive, is_planted, planned, point, room, settled};

#[cfg(not(feature = "simulation"))]
mod nothing {
    #![expect(clippy::unnecessary_wraps, reason = "they can fail where they do something")]

    use super::Planted;
    use crate::{
        error::Fault,
        outbox::ItemRow,
        sync::{Arm, Verdict},
    };

    pub(crate) const fn point() -> Result<(), Fault> {
        Ok(())
    }

    pub(crate) const fn alive() -> Result<(), Fault> {
        Ok(())
    }

    pub(crate) const fn room() -> Result<(), Fault> {
        Ok(())
    }

    pub(crate) const fn settled(_: Arm) {}

    pub(crate) const fn planned(_: &[(ItemRow, Verdict)]) {}

    pub(crate) const fn is_planted(_: Planted) -> bool {
        false
    }
}
#[cfg(not(feature = "simulation"))]
pub(crate) use nothing::{alive, is_planted, planned, point, room, settled};

/// A bug that can be planted, to see that it is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(not(feature = "simulation"), expect(unreachable_pub, reason = "who plants them is not there"))]
pub enum Planted {
    /// An envelope's bytes leave the queue when they are sent, and not when a receipt came.
    DeleteBeforeReceipt,
    /// Any receipt that a key of the desk signed is believed, whatever bytes it is for.
    ReceiptForOtherBytes,
    /// A page with status 200 is success.
    AnyAnswerIsSuccess,
    /// Photos go along with words.
    LaneOrder,
    /// Originals go before copies, as they come.
    CopyOrder,
    /// Anonymous reports go along with the others, in no moment of their own.
    NoOwnMoment,
    /// Once a desk has refused something, nothing goes any more.
    RefusalBlocksAll,
    /// A wait is believed, however long: a clock that jumped strands what waits.
    WaitIsBelieved,
    /// A failed try is tried again at once, for ever.
    NoBackoff,
    /// A desk that says it has lost something is not heard.
    LossUnnoticed,
}
