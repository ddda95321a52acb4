//! The far end of a carrier: plays what it is told for a path, and notes what came.

use std::{
    collections::{BTreeMap, HashMap},
    io::{self, BufRead, BufReader, Read, Write},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Condvar, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};

use turnstone_tests::simulated::{Answer, Request};

/// What happens to a request.
#[derive(Debug, Clone)]
pub(crate) enum Play {
    /// It is answered.
    Answer { status: u16, headers: Vec<(&'static str, String)>, body: Vec<u8> },
    /// It is read, and the connection ends without an answer.
    Silence,
    /// It is answered with less than the answer says it has, and the connection ends.
    Half(Vec<u8>),
    /// It is read and never answered.
    Never,
    /// So many bytes of its body are read, and then no more until somebody looks (`Far::drain`).
    StopsReading(usize),
}

impl Play {
    /// An answer without headers of its own.
    pub(crate) fn answer(status: u16, body: &[u8]) -> Self {
        Self::Answer { status, headers: Vec::new(), body: body.to_vec() }
    }
}

/// A request that came.
#[derive(Debug, Clone)]
pub(crate) struct Came {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Vec<u8>,
    /// Its connection; the same number, the same connection.
    pub(crate) connection: u64,
}

/// A far end on this machine. Its threads end with the process.
pub(crate) struct Far {
    address: SocketAddr,
    plays: Mutex<HashMap<String, Play>>,
    came: Mutex<Vec<Came>>,
    arrived: Condvar,
    connections: AtomicU64,
    stopped: Mutex<Option<(Rest, usize)>>,
}

/// What is left of a request that was not read to its end.
enum Rest {
    /// On a connection.
    Tcp(TcpStream),
    /// In a call: how many bytes were handed over in all, and whether the call is over.
    Called(Arc<Mutex<(usize, bool)>>),
}

impl Far {
    /// One that plays this for these paths.
    pub(crate) fn new(plays: &[(&str, Play)]) -> Arc<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let far = Arc::new(Self {
            address: listener.local_addr().unwrap(),
            plays: Mutex::new(plays.iter().map(|(path, play)| ((*path).to_owned(), play.clone())).collect()),
            came: Mutex::default(),
            arrived: Condvar::new(),
            connections: AtomicU64::new(0),
            stopped: Mutex::default(),
        });
        let accepting = Arc::clone(&far);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let far = Arc::clone(&accepting);
                let stream = stream.unwrap();
                // A connection that ends is the carrier's affair.
                thread::spawn(move || far.converse(&stream).unwrap_or_default());
            }
        });
        far
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Notes a request, and says what happens to it.
    pub(crate) fn take(&self, came: Came) -> Play {
        let play = self.plays.lock().unwrap().get(&came.path).cloned();
        self.came.lock().unwrap().push(came);
        self.arrived.notify_all();
        play.unwrap_or_else(|| Play::answer(404, b"no such path"))
    }

    /// All that came, in order.
    pub(crate) fn came(&self) -> Vec<Came> {
        self.came.lock().unwrap().clone()
    }

    /// The one request that came.
    pub(crate) fn only(&self) -> Came {
        let mut came = self.came();
        assert_eq!(came.len(), 1, "one step is one request");
        came.remove(0)
    }

    /// Waits until so many requests came.
    pub(crate) fn wait_for(&self, requests: usize) {
        let came = self.came.lock().unwrap();
        let waited =
            self.arrived.wait_timeout_while(came, Duration::from_secs(60), |came| came.len() < requests);
        assert!(!waited.unwrap().1.timed_out(), "{requests} requests come");
    }

    /// What is played for a path.
    pub(crate) fn play(&self, path: &str) -> Option<Play> {
        self.plays.lock().unwrap().get(path).cloned()
    }

    /// Takes what else comes of a call, without an end.
    pub(crate) async fn stop_reading(&self, before: usize, mut request: Request) -> Option<Answer> {
        let taken = Arc::new(Mutex::new((before, false)));
        *self.stopped.lock().unwrap() = Some((Rest::Called(Arc::clone(&taken)), 0));
        // Dropped with the call.
        let _over = Over(Arc::clone(&taken));
        while let Some(piece) = request.body.recv().await {
            taken.lock().unwrap().0 += piece.len();
            // As slow as it likes: the call is broken off long before its end.
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        std::future::pending().await
    }

    /// Reads on where it had stopped, to the end; how many bytes of the body came in all, and whether the request ended.
    pub(crate) fn drain(&self) -> (usize, bool) {
        let (rest, before) = self.stopped.lock().unwrap().take().unwrap();
        let mut stream = match rest {
            Rest::Called(taken) => return *taken.lock().unwrap(),
            Rest::Tcp(stream) => stream,
        };
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        let (mut buffer, mut bytes) = ([0; 64 * 1024], before);
        loop {
            match stream.read(&mut buffer) {
                Ok(0) => return (bytes, true),
                Ok(read) => bytes += read,
                Err(error) => return (bytes, error.kind() == io::ErrorKind::ConnectionReset),
            }
        }
    }

    fn converse(&self, stream: &TcpStream) -> io::Result<()> {
        stream.set_nodelay(true)?;
        let connection = self.connections.fetch_add(1, Ordering::SeqCst);
        let mut reader = BufReader::with_capacity(512, stream);
        while let Some((mut came, length)) = head(&mut reader, connection)? {
            if let Some(Play::StopsReading(most)) = self.play(&came.path) {
                came.body = read(&mut reader, most)?;
                let rest = Rest::Tcp(stream.try_clone()?);
                *self.stopped.lock().unwrap() = Some((rest, most + reader.buffer().len()));
                self.take(came);
                return Ok(());
            }
            came.body = read(&mut reader, length)?;
            let is_head = came.method == "HEAD";
            match self.take(came) {
                Play::Answer { status, headers, body } => answer(stream, status, &headers, &body, is_head)?,
                Play::Silence => return stream.shutdown(Shutdown::Both),
                Play::Half(body) => {
                    let length = body.len() * 2;
                    write!({ stream }, "HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n")?;
                    { stream }.write_all(&body)?;
                    return stream.shutdown(Shutdown::Both);
                }
                // Until the carrier gives up, which ends the reading.
                Play::Never | Play::StopsReading(_) => drop(reader.read(&mut [0; 1])?),
            }
        }
        Ok(())
    }
}

/// Notes that a call is over.
struct Over(Arc<Mutex<(usize, bool)>>);

impl Drop for Over {
    fn drop(&mut self) {
        self.0.lock().unwrap().1 = true;
    }
}

fn answer(
    stream: &TcpStream,
    status: u16,
    headers: &[(&'static str, String)],
    body: &[u8],
    is_head: bool,
) -> io::Result<()> {
    let mut text = format!("HTTP/1.1 {status} Whatever\r\n");
    headers.iter().for_each(|(name, value)| text += &format!("{name}: {value}\r\n"));
    // An answer to HEAD says how long the body would be (RFC 9110 section 9.3.2); 204 has none, and says nothing.
    if status != 204 {
        text += &format!("content-length: {}\r\n", body.len());
    }
    let mut bytes = (text + "\r\n").into_bytes();
    if !is_head && status != 204 {
        bytes.extend_from_slice(body);
    }
    { stream }.write_all(&bytes)
}

fn read(reader: &mut impl Read, bytes: usize) -> io::Result<Vec<u8>> {
    let mut body = vec![0; bytes];
    reader.read_exact(&mut body)?;
    Ok(body)
}

/// The head of a request, and how long its body is; none at the connection's end.
fn head(reader: &mut impl BufRead, connection: u64) -> io::Result<Option<(Came, usize)>> {
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let words: Vec<_> = line.split_whitespace().map(str::to_owned).collect();
    let mut headers = BTreeMap::new();
    loop {
        line.clear();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.insert(name.to_lowercase(), value.trim().to_owned());
    }
    let length = headers.get("content-length").map_or(0, |length| length.parse().unwrap());
    let (method, path) = (words[0].clone(), words[1].clone());
    Ok(Some((Came { method, path, headers, body: Vec::new(), connection }, length)))
}
