//! What is done to the pictures of a draft: parts covered, a copy looked at or made again, an original taken out.

use std::{
    fs::{self, File, OpenOptions},
    io::{ErrorKind, Write},
    path::Path,
};

use clap::Args;
use turnstone_core::{
    Client, DraftAttachment, DraftRow, Error, Missing, Note, Notebook,
    media::{Cover, Region},
};
use turnstone_wire::body::Role;

use crate::{
    args::Common,
    export,
    failure::Failure,
    output::Output,
    parse,
    show::{
        self,
        photo::{self, Photo},
    },
};

/// Make parts of a photo's copy unrecognisable: faces, a number plate, your own boat
///
/// `turnstone draft copy` writes the copy into a file, where a viewer shows how many points from the left and from the top a part
/// begins. It is blurred so that nobody can undo it, or with --cut-out painted over; a little more around it is, too. What
/// was there is shredded.
///
/// The original is not changed, and goes too where the report is not anonymous: --without-original takes it out.
///
/// Example: turnstone draft blur 3 1 --region 840,310,220,260 --without-original
#[derive(Debug, Args)]
pub(crate) struct BlurArgs {
    /// Number of the draft
    #[arg(value_parser = parse::draft)]
    pub(crate) draft: DraftRow,
    /// Number of the photo, as `turnstone draft show` gives it
    #[arg(value_name = "PHOTO_NUMBER")]
    pub(crate) photo: u16,
    /// Part of the copy in its points, from its top left; may be repeated
    #[arg(long, required = true, value_parser = parse::region, value_name = "X,Y,WIDTH,HEIGHT")]
    pub(crate) region: Vec<Region>,
    /// Paint it over instead of blurring it
    #[arg(long)]
    pub(crate) cut_out: bool,
    /// Take the original out of the draft, for good: only the covered copy is sent
    #[arg(long)]
    pub(crate) without_original: bool,
}

/// Covers parts of a copy, and says what becomes of the original.
pub(crate) fn blur(
    (client, notebook): (&Client, &Notebook),
    common: &Common,
    args: &BlurArgs,
    output: &Output,
) -> Result<(), Failure> {
    let mut note = notebook.draft(args.draft)?;
    check(copy_of(&note, args.photo)?, &args.region)?;
    let how = if args.cut_out { Cover::CutOut } else { Cover::Blur };
    note.cover(args.photo, &args.region, how)?;
    let has_original = |note: &Note| held(note, args.photo).any(|held| held.role == Role::Original);
    if args.without_original && has_original(&note) {
        note.leave_out_original(args.photo)?;
    }
    let parts = match args.region.len() {
        1 => "one part".to_owned(),
        parts => format!("{parts} parts"),
    };
    let done = if args.cut_out { "painted over" } else { "blurred" };
    let mut words = format!(
        "Photo {}: {parts} of its copy {done}; nothing of what was there is left in it. It is {} now.",
        args.photo,
        copy_words(&note, args.photo)
    );
    if has_original(&note) {
        let detach = common.typed(format_args!("draft detach {} {} --original", args.draft, args.photo));
        words.push_str(&if note.content().route.is_named() {
            format!(
                "\nThe original is NOT covered, and goes too once there is Wi-Fi: `{detach}` takes it out."
            )
        } else {
            "\nThe original is not covered; it stays here, and is never sent.".to_owned()
        });
    }
    answer((client, notebook), note, words, output)
}

/// Takes a photo out, or only its original.
pub(crate) fn detach(
    (client, notebook): (&Client, &Notebook),
    draft: DraftRow,
    (photo, original): (u16, bool),
    output: &Output,
) -> Result<(), Failure> {
    let mut note = notebook.draft(draft)?;
    let words = if original {
        note.leave_out_original(photo)?;
        format!(
            "The original of photo {photo} is gone for good; only its copy, {}, is sent.",
            copy_words(&note, photo)
        )
    } else {
        note.detach(photo)?;
        holds(&note)
    };
    answer((client, notebook), note, words, output)
}

/// Makes a copy that is missing.
pub(crate) fn copy_again(
    (client, notebook): (&Client, &Notebook),
    draft: DraftRow,
    photo: u16,
    output: &Output,
) -> Result<(), Failure> {
    let mut note = notebook.draft(draft)?;
    let bar = output.bar(0, "making the copy {spinner}");
    let made = note.make_copy(photo);
    bar.finish_and_clear();
    made?;
    let words = format!("Photo {photo} has a copy: {}.", copy_words(&note, photo));
    answer((client, notebook), note, words, output)
}

/// Writes a copy where it can be looked at.
pub(crate) fn write_copy(
    notebook: &Notebook,
    common: &Common,
    draft: DraftRow,
    (photo, path): (u16, &Path),
    output: &Output,
) -> Result<(), Failure> {
    export::not_inside_home(common, path)?;
    let note = notebook.draft(draft)?;
    let words = copy_words(&note, photo);
    let jpeg = note.picture(photo)?;
    write(path, &jpeg)?;
    let json = serde_json::json!({
        "outcome": "written",
        "draft": draft,
        "photo": photo_of(&note, photo).map(|photo| photo.json()),
        "file": path,
    });
    let file = turnstone_wire::shown::line(&path.display().to_string());
    output.answer(
        &json,
        format_args!(
            "{file}: the copy of photo {photo} as it would be sent, {words}. This file is not sealed: whoever gets at it sees the picture. Delete it when you have looked."
        ),
    )
}

/// "Draft 3 holds 2 photos."
pub(crate) fn holds(note: &Note) -> String {
    format!("Draft {} holds {}.", note.row(), show::photos(note.photos()))
}

/// Answers with the draft as it is now, and has shredded what is out of it.
fn answer(
    (client, notebook): (&Client, &Notebook),
    note: Note,
    words: String,
    output: &Output,
) -> Result<(), Failure> {
    let json = show::draft_json(&note)?;
    drop(note);
    // It is out of the draft either way; what is not shredded now is at the next unlock.
    client.tidy(Some(notebook)).unwrap_or_default();
    output.answer(&json, words)
}

/// What a draft holds of a photo.
fn held(note: &Note, number: u16) -> impl Iterator<Item = &DraftAttachment> {
    note.attachments().iter().filter(move |held| held.number == number)
}

fn copy_of(note: &Note, number: u16) -> Result<&DraftAttachment, Failure> {
    let copy = held(note, number).find(|held| held.role == Role::Copy);
    copy.ok_or_else(|| Error::NotFound(Missing::Attachment).into())
}

fn photo_of(note: &Note, number: u16) -> Option<Photo<'_>> {
    photo::of_draft(note.attachments()).into_iter().find(|photo| photo.number == number)
}

/// "2048 x 1536, 291 KiB".
fn copy_words(note: &Note, number: u16) -> String {
    let photo = photo_of(note, number);
    photo.and_then(|photo| photo.copy).map_or_else(String::new, |copy| photo::size_words(&copy))
}

/// That each region lies on the picture: a slip would leave a face as it is.
fn check(copy: &DraftAttachment, regions: &[Region]) -> Result<(), Failure> {
    let Some((width, height)) = copy.points else { return Ok(()) };
    match regions.iter().position(|region| region.x >= width || region.y >= height) {
        Some(outside) => Err(Failure::Usage(format!(
            "part {} lies outside the copy, which is {width} points wide and {height} high; nothing was changed",
            outside + 1
        ))),
        None => Ok(()),
    }
}

/// Writes a file that this user alone can read, and that was not there before.
fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file: File = options.open(path).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => Failure::LeftAsItIs { path: path.to_owned() },
        ErrorKind::NotFound => Failure::no_file(path, "there is no such folder to write it into"),
        _ => Failure::path(path, &error),
    })?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(|error| {
        // Half a picture shows half a face.
        fs::remove_file(path).unwrap_or_default();
        Failure::path(path, &error)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p8_a_copy_is_for_its_user_alone_and_written_over_nothing() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("look.jpg");
        write(&path, b"picture").unwrap();
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        let error = write(&path, b"other").unwrap_err();
        assert_eq!((error.code(), fs::read(&path).unwrap()), ("exists", b"picture".to_vec()));
        std::os::unix::fs::symlink(folder.path().join("elsewhere"), folder.path().join("link")).unwrap();
        assert_eq!(write(&folder.path().join("link"), b"x").unwrap_err().code(), "exists");
        assert_eq!(write(&folder.path().join("no/such"), b"x").unwrap_err().code(), "file");
    }
}
