//! A pretended background carrier, as phones have them: a request and its body are written into a folder, a process of its
//! own performs it while the one that asked is gone, and what came of it is read by yet another. The program `background`
//! is its processes; here are the folder, and the carrier as a [`Transport`] made of them.
#![expect(clippy::unwrap_used, reason = "a kit that cannot do its work ends the suite")]

use std::{
    fs::{self, File},
    future::Future,
    io::{self, Read, Seek, SeekFrom},
    path::{Path, PathBuf},
    pin::Pin,
    process::{Command, Stdio},
    sync::Arc,
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;
use turnstone_core::sync::{Bodies, Failure, Http, Outcome, Patience, Step, StepBody, Transport};

/// A request in a folder: `step`, `body`, and once it was carried `outcome`; `carrier` is the process that carries it.
#[derive(Debug, Clone)]
pub struct Errand {
    folder: PathBuf,
}

impl Errand {
    /// Writes a request down, the step last: what has one is whole.
    ///
    /// # Errors
    /// Where the body cannot be read, or the disk fails.
    pub fn write(
        folder: &Path,
        step: &Step,
        body: impl FnOnce(&mut File) -> io::Result<()>,
    ) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        body(&mut File::create(folder.join("body"))?)?;
        let errand = Self::at(folder);
        errand.put("step", &serde_json::to_vec(step)?)?;
        Ok(errand)
    }

    /// The request that lies in a folder.
    pub fn at(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    /// Carries it in this process, with the body from its file, and writes down what came of it.
    ///
    /// # Panics
    /// Where it is not whole.
    pub fn carry(&self, patience: Patience) {
        self.put("carrier", std::process::id().to_string().as_bytes()).unwrap();
        let step: Step = serde_json::from_slice(&fs::read(self.folder.join("step")).unwrap()).unwrap();
        let from = if let StepBody::Media { from, .. } = step.body { from } else { 0 };
        let body = Arc::new(BodyFile { path: self.folder.join("body"), from });
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let outcome = runtime.block_on(Http::with_patience(patience).carry(step, body));
        self.put("outcome", &serde_json::to_vec(&outcome).unwrap()).unwrap();
    }

    /// What came of it; none while it is under way.
    ///
    /// # Panics
    /// Where that is no outcome.
    pub fn outcome(&self) -> Option<Outcome> {
        let bytes = fs::read(self.folder.join("outcome")).ok()?;
        Some(serde_json::from_slice(&bytes).unwrap())
    }

    /// The process that carries it, or did.
    fn carrier(&self) -> Option<Pid> {
        Pid::from_raw(fs::read_to_string(self.folder.join("carrier")).ok()?.parse().ok()?)
    }

    /// Under another name first, so that what has the name is whole.
    fn put(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let unfinished = self.folder.join("unfinished");
        fs::write(&unfinished, bytes)?;
        fs::rename(unfinished, self.folder.join(name))
    }
}

/// The file of a body, which begins where the step's part of the attachment does.
struct BodyFile {
    path: PathBuf,
    from: u64,
}

impl Bodies for BodyFile {
    fn read(&self, _media: i64, from: u64, len: usize) -> Result<Vec<u8>, Failure> {
        let read = || {
            let mut file = File::open(&self.path)?;
            file.seek(SeekFrom::Start(from - self.from))?;
            let mut bytes = Vec::with_capacity(len);
            file.take(len as u64).read_to_end(&mut bytes).map(|_| bytes)
        };
        read().map_err(|_: io::Error| Failure::Unreadable)
    }
}

/// The carrier: whoever hands it a step may be killed at once.
#[derive(Debug)]
pub struct Background {
    folder: TempDir,
    program: PathBuf,
    patience: Patience,
}

/// How often it is looked whether an answer is there.
const LOOK: Duration = Duration::from_millis(5);

impl Background {
    /// One whose processes are those of `program`.
    ///
    /// # Panics
    /// Where there is no place for its folder.
    pub fn new(program: &Path, patience: Patience) -> Self {
        Self { folder: tempfile::tempdir().unwrap(), program: program.to_owned(), patience }
    }

    fn hand_over(&self, step: &Step, bodies: &dyn Bodies) -> Result<Errand, Failure> {
        let folder = tempfile::tempdir_in(self.folder.path()).unwrap().keep();
        let errand = Errand::write(&folder, step, |file| step.write_body(bodies, file));
        let errand = errand.map_err(|_| Failure::Unreadable)?;
        // The process that starts the carrier kills itself: nobody is left who knew of the request.
        let asked = Command::new(&self.program)
            .arg("launch")
            .arg(&folder)
            .arg(self.patience.connect.as_millis().to_string())
            .arg(self.patience.stalled.as_millis().to_string())
            .stdin(Stdio::null())
            .status()
            .unwrap();
        assert_eq!(asked.code(), None, "killed by its own hand: {asked}");
        Ok(errand)
    }
}

impl Transport for Background {
    fn carry(
        &self,
        step: Step,
        bodies: Arc<dyn Bodies>,
    ) -> Pin<Box<dyn Future<Output = Outcome> + Send + '_>> {
        Box::pin(async move {
            let errand = match self.hand_over(&step, bodies.as_ref()) {
                Ok(errand) => errand,
                Err(failure) => return Outcome::Failed(failure),
            };
            let under_way = UnderWay(errand);
            while under_way.0.outcome().is_none() {
                tokio::time::sleep(LOOK).await;
            }
            // A new process reads it, as the shell does when it is woken for the answer.
            let told = Command::new(&self.program).arg("answer").arg(&under_way.0.folder).output().unwrap();
            assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
            serde_json::from_slice(&told.stdout).unwrap()
        })
    }
}

/// A request that is called off where nobody waits for it any more.
struct UnderWay(Errand);

impl Drop for UnderWay {
    fn drop(&mut self) {
        if self.0.outcome().is_none()
            && let Some(carrier) = self.0.carrier()
        {
            // One that has ended just now is called off as well.
            kill_process(carrier, Signal::KILL).unwrap_or_default();
        }
    }
}
