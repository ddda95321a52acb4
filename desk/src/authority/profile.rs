//! `profile DIR`: a team's set-up, signed with the key that signs directories.

use std::{fmt, path::PathBuf};

use chrono::{DateTime, TimeDelta, Utc};
use clap::Args;
use serde::Serialize;
use turnstone_wire::{
    body::{Position, Route},
    directory::DeskId,
    key::{Root, SigningKey},
    profile::{Profile, ProfileError, SignedProfile, Signer, Station},
    text::Text,
};

use super::change;
use crate::{
    args,
    clock::Clock,
    failure::Failure,
    files::{self, Access},
    home::{Home, secrets},
    output::Output,
};

/// Make and sign a team's set-up, for `turnstone profile take`.
///
/// It says who the team is, where it keeps its watch, to which desks it reports, by which routes and in which language. Phones that believe
/// this desk's directory take it as it is. All others call it "not in the national list", and ask for its four words: read
/// them out to the team, by voice or on paper, and do not send them along with it.
///
/// Where it is small enough its text for a QR code is printed too; any program that draws such codes will do.
///
/// Example: turnstone-desk profile DIR --team "Gull Point Watch" --station "Gull Point" --at 50.6000,-1.9500 --person "Jo" --bring --to
/// gull-point.profile
#[derive(Debug, Args)]
pub(crate) struct ProfileArgs {
    /// The folder that `init` made.
    dir: PathBuf,
    /// What the team calls itself.
    #[arg(long, value_name = "NAME")]
    team: String,
    /// The name of the place where it keeps its watch.
    #[arg(long, value_name = "NAME", requires = "at")]
    station: Option<String>,
    /// Where that is, in decimal degrees.
    #[arg(long, value_name = "LAT,LON", value_parser = position, requires = "station", allow_hyphen_values = true)]
    at: Option<Position>,
    /// Somebody who may be on watch; may be repeated.
    #[arg(long, value_name = "NAME")]
    person: Vec<String>,
    /// A desk that the team reports to, of those that phones know; may be repeated, the first that takes a report gets it.
    #[arg(long, value_name = "ID", value_parser = |text: &str| DeskId::parse(text))]
    desk: Vec<DeskId>,
    /// Bring the desk of DIR along whole, for phones whose list of desks does not have it. It never replaces one that is listed.
    #[arg(long)]
    bring: bool,
    /// A route that the team uses, the usual one first [default: police and confidential]. Never anonymous: who was on watch is known.
    #[arg(long, value_name = "ROUTE", value_parser = args::route)]
    route: Vec<Route>,
    /// The language that the team writes in.
    #[arg(long, value_name = "en|cy", value_parser = args::language)]
    lang: Option<String>,
    /// When it asks to be replaced; it goes on working after that.
    #[arg(long, default_value_t = 365, value_parser = clap::value_parser!(u32).range(1..=3650))]
    expires_in_days: u32,
    /// Another root key that signs as well, where phones ask for two.
    #[arg(long, value_name = "FILE")]
    also_sign_with: Vec<PathBuf>,
    /// The file to write.
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
    /// Write over a file of that name.
    #[arg(long)]
    force: bool,
}

fn position(text: &str) -> Result<Position, String> {
    let wrong = || "a position is two decimal numbers of degrees, such as 50.6000,-1.9500".to_owned();
    let (lat, lon) = text.split_once(',').ok_or_else(wrong)?;
    let number = |text: &str| text.trim().parse::<f64>().map_err(|_| wrong());
    Position::new(number(lat)?, number(lon)?).map_err(|error| error.to_string())
}

#[derive(Serialize)]
struct Made {
    file: PathBuf,
    expires: DateTime<Utc>,
    /// To be read out to whoever's phone does not believe this desk's directory.
    words: [&'static str; 4],
    /// None where it is too long for a code that a phone reads.
    qr_text: Option<String>,
}

impl fmt::Display for Made {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "Written to {}; it asks to be replaced on {}.",
            self.file.display(),
            self.expires.date_naive()
        )?;
        writeln!(f, "Its four words: {}", self.words.join(" "))?;
        writeln!(f, "Read them out to the team by voice or on paper; do not send them along with it.")?;
        match &self.qr_text {
            Some(text) => {
                write!(f, "As the text of a QR code ({} characters, alphanumeric):\n{text}", text.len())
            }
            None => write!(f, "It is too long for a QR code: hand it on as a file."),
        }
    }
}

/// Runs the command.
pub(crate) fn run(args: &ProfileArgs, clock: &dyn Clock, output: &mut Output) -> Result<(), Failure> {
    let home = Home::new(&args.dir);
    let mut keys: Vec<SigningKey<Root>> =
        vec![secrets::read_signing_key(&home.authority().join("root.key"))?];
    for path in &args.also_sign_with {
        keys.push(secrets::read_signing_key(path)?);
    }
    let profile = profile(args, &home, clock.now())?;
    let signed =
        SignedProfile::sign(&profile, &keys.iter().collect::<Vec<_>>()).map_err(|error| refused(&error))?;
    let made = Made {
        file: args.to.clone(),
        expires: profile.expires.at().to_utc(),
        words: words(&signed)?,
        qr_text: signed.to_qr_text(),
    };
    if args.force {
        files::replace(&args.to, &signed.to_file(), Access::Public)?;
    } else if args.to.exists() {
        return Err(Failure::Exists(args.to.clone()));
    } else {
        files::write_new(&args.to, &signed.to_file(), Access::Public)?;
    }
    output.answer(&made, &made)
}

fn profile(args: &ProfileArgs, home: &Home, now: DateTime<Utc>) -> Result<Profile, Failure> {
    let expires = now + TimeDelta::days(args.expires_in_days.into());
    let station = args.station.as_deref().zip(args.at);
    Ok(Profile {
        station: station.map(|(name, position)| Station {
            name: Text::from(name),
            position,
            accuracy_m: None,
        }),
        people: args.person.iter().map(|name| Text::from(name.as_str())).collect(),
        desks: args.desk.clone(),
        unlisted: if args.bring { vec![change::listed(home)?] } else { Vec::new() },
        language: args.lang.clone(),
        routes: args.route.clone(),
        ..Profile::new(Text::from(args.team.as_str()), now, expires)
    })
}

/// The words that a phone asks for which does not believe the signers.
fn words(signed: &SignedProfile) -> Result<[&'static str; 4], Failure> {
    let no_memory = || Failure::Usage("there are no 64 MiB of memory to make its four words with".to_owned());
    match signed.verify(None).map_err(|error| refused(&error))?.1 {
        Signer::Outside(outside) => Ok(outside.words().ok_or_else(no_memory)?.words()),
        // Nobody is believed by no keys.
        Signer::Roots => Err(refused(&ProfileError::Signature)),
    }
}

fn refused(error: &ProfileError) -> Failure {
    let reason = match error {
        ProfileError::Signature => {
            "one to three root keys sign it, each once: look at --also-sign-with".to_owned()
        }
        ProfileError::Shape => {
            "a name has 1 to 256 bytes; there are at most 64 people and 16 desks".to_owned()
        }
        error => error.to_string(),
    };
    Failure::Usage(reason)
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::{
        args::{Cli, Command},
        clock::fake::FakeClock,
        testing,
    };

    fn made(folder: &std::path::Path, more: &[&str]) -> Result<serde_json::Value, Failure> {
        let (dir, to) = (folder.join("desk"), folder.join("team.profile"));
        if !dir.exists() {
            testing::init(&dir, "http://127.0.0.1:8470").unwrap();
        }
        let begin = ["turnstone-desk", "profile", dir.to_str().unwrap(), "--to", to.to_str().unwrap()];
        let team: &[&str] = if more.contains(&"--team") { &[] } else { &["--team", "Gull Point Watch"] };
        let Command::Profile(args) = Cli::parse_from([&begin[..], team, more].concat()).command else {
            panic!()
        };
        let said = testing::Said::default();
        run(&args, &FakeClock::default(), &mut Output::to(true, Box::new(said.clone())))?;
        Ok(said.json())
    }

    #[test]
    fn a_profile_is_written_with_its_words_and_its_qr_text() {
        let folder = tempfile::tempdir().unwrap();
        let station = [
            "--station",
            "Gull Point",
            "--at",
            "50.6,-1.95",
            "--person",
            "Jo",
            "--route",
            "confidential",
            "--lang",
            "cy",
        ];
        let said = made(folder.path(), &station).unwrap();
        let file = files::read(&folder.path().join("team.profile"), 1 << 16).unwrap();
        let signed = SignedProfile::parse(&file).unwrap();
        assert_eq!(signed.to_qr_text().unwrap(), said["qr_text"]);
        let Signer::Outside(outside) = signed.verify(None).unwrap().1 else { panic!() };
        let words: Vec<_> =
            said["words"].as_array().unwrap().iter().map(|word| word.as_str().unwrap()).collect();
        assert!(outside.words().unwrap().are(&words.join(" ")));
        let profile = signed.verify(None).unwrap().0;
        assert_eq!(
            (profile.routes(), profile.people.len(), profile.unlisted.len()),
            (&[Route::Confidential][..], 1, 0)
        );
        assert!(matches!(made(folder.path(), &[]), Err(Failure::Exists(_))));
        assert!(made(folder.path(), &["--force"]).is_ok());
    }

    #[test]
    fn a_desk_is_brought_whole_and_the_anonymous_route_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        made(folder.path(), &["--bring"]).unwrap();
        let file = files::read(&folder.path().join("team.profile"), 1 << 16).unwrap();
        let profile = SignedProfile::parse(&file).unwrap().verify(None).unwrap().0;
        let listed = change::listed(&Home::new(folder.path().join("desk"))).unwrap();
        assert_eq!(profile.unlisted, [listed]);
        let refused = made(folder.path(), &["--force", "--route", "anonymous"]).unwrap_err();
        assert!(refused.to_string().contains("anonymous"), "{refused}");
        assert!(made(folder.path(), &["--force", "--team", " "]).is_err());
    }

    #[test]
    fn a_second_root_key_signs_as_well() {
        let folder = tempfile::tempdir().unwrap();
        let second = folder.path().join("second.key");
        secrets::write_signing_key(&second, &SigningKey::<Root>::from_seed([9; 32]).unwrap()).unwrap();
        made(folder.path(), &["--also-sign-with", second.to_str().unwrap()]).unwrap();
        let first = folder.path().join("desk/authority/root.key");
        let roots = [first, second].map(|path| secrets::read_signing_key::<Root>(&path).unwrap().public());
        let roots = turnstone_wire::directory::Roots::new(roots.to_vec()).unwrap();
        let file = files::read(&folder.path().join("team.profile"), 1 << 16).unwrap();
        assert_eq!(SignedProfile::parse(&file).unwrap().verify(Some(&roots)).unwrap().1, Signer::Roots);
    }
}
