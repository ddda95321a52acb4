//! What can be typed of drafts.

use std::path::PathBuf;

use chrono::TimeDelta;
use clap::{Args, Subcommand};
use turnstone_core::DraftRow;
use turnstone_wire::reference::Reference;

use crate::{
    fields::{Fields, from_photo::Take},
    parse,
    pictures::BlurArgs,
};

/// Go on with reports that are not submitted yet
#[derive(Debug, Args)]
pub(crate) struct DraftArgs {
    #[command(subcommand)]
    pub(crate) action: DraftAction,
}

#[derive(Debug, Subcommand)]
pub(crate) enum DraftAction {
    /// List the drafts, newest first
    List {
        /// Only those that are kept in the log
        #[arg(long)]
        log: bool,
    },
    /// Keep a draft in the log, to see whether it happens again
    ///
    /// It is not sent, and is found again when the same boat, aircraft or vehicle is noted. An anonymous one is in no log.
    ///
    /// Example: turnstone draft keep 3
    Keep {
        /// Number of the draft
        #[arg(value_parser = parse::draft)]
        draft: DraftRow,
        /// Take it out of the log; it stays a draft
        #[arg(long)]
        undo: bool,
    },
    /// Show what a draft holds
    ///
    /// Example: turnstone draft show 3
    Show {
        /// Number of the draft
        #[arg(value_parser = parse::draft)]
        draft: DraftRow,
    },
    /// Change what a draft holds; what is not named stays as it is
    ///
    /// --contact "" takes the contact out, --desk "" the choice of a desk.
    ///
    /// Example: turnstone draft change 3 --why "They put the lights out when they saw me"
    Change {
        /// Number of the draft
        #[arg(value_parser = parse::draft)]
        draft: DraftRow,
        /// Which of several sightings, counted from 1 [default: the last]
        #[arg(long, value_name = "NUMBER")]
        sighting: Option<u16>,
        /// Leave it out of the watch it is on
        #[arg(long)]
        no_watch: bool,
        /// Take over where and when this photo was taken, and where the camera pointed (with --range, or the range that was
        /// said before); what is typed goes before. Taken back by changing again
        #[arg(long, value_name = "PHOTO_NUMBER", group = "direction")]
        from_photo: Option<u16>,
        /// Take no more of it than this; may be repeated [default: all]
        #[arg(long, value_enum, value_name = "WHAT", requires = "from_photo")]
        take: Vec<Take>,
        #[command(flatten)]
        fields: Box<Fields>,
    },
    /// Add photos, videos or sounds
    ///
    /// Of each picture a small copy is made beside it, with nothing in it but the picture: without place, time and camera. An
    /// anonymous draft takes pictures only. Of a film, save one picture in another program, and add that.
    ///
    /// Example: turnstone draft attach 3 photo.jpg
    Attach {
        /// Number of the draft
        #[arg(value_parser = parse::draft)]
        draft: DraftRow,
        /// Files; a pipe or /dev/stdin will do
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// Say on standard error how many sealed bytes are stored
        #[arg(long, hide = true)]
        progress: bool,
    },
    /// Take a photo out again, for good
    ///
    /// With --original its copy stays, and only that is sent.
    ///
    /// Example: turnstone draft detach 3 1
    Detach {
        /// Number of the draft
        #[arg(value_parser = parse::draft)]
        draft: DraftRow,
        /// Number of the photo, as `turnstone draft show` gives it
        #[arg(value_name = "PHOTO_NUMBER")]
        photo: u16,
        /// Take out only what the camera gave, with all that it says, and keep the small copy
        #[arg(long)]
        original: bool,
    },
    Blur(BlurArgs),
    /// Write the copy of a photo into a file, to look at what will be sent
    ///
    /// The file is not sealed. It is not written over anything, nor into the folder of reports.
    ///
    /// Example: turnstone draft copy 3 1 -o look.jpg
    Copy {
        /// Number of the draft
        #[arg(value_parser = parse::draft)]
        draft: DraftRow,
        /// Number of the photo, as `turnstone draft show` gives it
        #[arg(value_name = "PHOTO_NUMBER")]
        photo: u16,
        /// File to write
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
    },
    /// Make the copy of a photo that has none: the first try met a full disk, say
    ///
    /// A copy that is there stays as it is.
    ///
    /// Example: turnstone draft copy-again 3 1
    CopyAgain {
        /// Number of the draft
        #[arg(value_parser = parse::draft)]
        draft: DraftRow,
        /// Number of the photo, as `turnstone draft show` gives it
        #[arg(value_name = "PHOTO_NUMBER")]
        photo: u16,
    },
    /// Submit a draft, and print its reference
    ///
    /// Example: turnstone draft submit 3
    Submit {
        /// Number of the draft
        #[arg(value_parser = parse::draft)]
        draft: DraftRow,
        /// Do not send an anonymous report before so long has passed, such as 90m, 2h or 1d
        #[arg(long, value_parser = parse::delay, value_name = "TIME")]
        delay: Option<TimeDelta>,
        /// Only if it is still what `turnstone preview` showed under this mark
        #[arg(long, value_parser = parse::mark, value_name = "MARK")]
        shown: Option<String>,
    },
    /// Make a report that its desk refuses a draft again, with its photos
    ///
    /// It can be changed then, and submitted as another report; the refused one is gone.
    ///
    /// Example: turnstone draft rescue KRAKEN-7F3Q-2MXD-9K
    Rescue {
        /// Reference of the report
        #[arg(value_parser = parse::reference)]
        reference: Reference,
    },
    /// Throw a draft away for good, with its photos
    Discard {
        /// Number of the draft
        #[arg(value_parser = parse::draft)]
        draft: DraftRow,
    },
}
