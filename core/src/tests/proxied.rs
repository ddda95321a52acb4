//! A SOCKS proxy: what is to go by it goes by it with every byte, names included, or does not go.

use std::{
    io::{Read, Write},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex, atomic::AtomicBool, atomic::Ordering},
    thread,
    time::Duration,
};

use turnstone_wire::body::Route;

use super::{
    kit::{Phone, content},
    tls_desk::TlsDesk,
};
use crate::{
    Client, Error, Reason, Unusable,
    sync::{Http, Network, Proxy, ProxyFor, ProxySetting, Sender, Summary},
};

/// A name that no resolver knows (RFC 6761 section 6.4).
const NAME: &str = "desk.invalid";

/// A SOCKS5 proxy on loopback (RFC 1928) that leads every name to one place. Ends with the test.
struct Socks {
    address: SocketAddr,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    /// What it was asked to connect to: names as they came.
    asked: Mutex<Vec<String>>,
    /// From where it connects.
    leaves_by: Mutex<Vec<SocketAddr>>,
    ended: AtomicBool,
}

impl Socks {
    fn to(target: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::<Shared>::default();
        let serves = Arc::clone(&shared);
        thread::spawn(move || {
            for near in listener.incoming() {
                if serves.ended.load(Ordering::SeqCst) {
                    return;
                }
                let (near, shared) = (near.unwrap(), Arc::clone(&serves));
                thread::spawn(move || drop(shared.serve(near, target)));
            }
        });
        Self { address, shared }
    }

    fn setting(&self, used_for: ProxyFor) -> ProxySetting {
        let proxy = Proxy::parse(&format!("socks5h://{}", self.address)).unwrap();
        ProxySetting { proxy, used_for }
    }

    fn asked(&self) -> Vec<String> {
        self.shared.asked.lock().unwrap().clone()
    }
}

impl Drop for Socks {
    fn drop(&mut self) {
        self.shared.ended.store(true, Ordering::SeqCst);
        TcpStream::connect(self.address).map(drop).unwrap_or_default();
    }
}

impl Shared {
    fn serve(&self, mut near: TcpStream, target: SocketAddr) -> std::io::Result<()> {
        near.set_read_timeout(Some(Duration::from_secs(30)))?;
        let mut head = [0; 2];
        near.read_exact(&mut head)?;
        let mut methods = vec![0; head[1].into()];
        near.read_exact(&mut methods)?;
        near.write_all(&[5, 0])?;
        let mut request = [0; 4];
        near.read_exact(&mut request)?;
        let host = match request[3] {
            3 => {
                let mut length = [0];
                near.read_exact(&mut length)?;
                let mut name = vec![0; length[0].into()];
                near.read_exact(&mut name)?;
                String::from_utf8_lossy(&name).into_owned()
            }
            kind => {
                let mut address = vec![0; if kind == 1 { 4 } else { 16 }];
                near.read_exact(&mut address)?;
                format!("address {address:?}")
            }
        };
        let mut port = [0; 2];
        near.read_exact(&mut port)?;
        self.asked.lock().unwrap().push(format!("{host}:{}", u16::from_be_bytes(port)));
        let mut far = TcpStream::connect(target)?;
        self.leaves_by.lock().unwrap().push(far.local_addr()?);
        near.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0])?;
        let (mut near_out, mut far_in) = (near.try_clone()?, far.try_clone()?);
        let back = thread::spawn(move || {
            std::io::copy(&mut far_in, &mut near_out).unwrap_or(0);
            near_out.shutdown(Shutdown::Both).unwrap_or(());
        });
        std::io::copy(&mut near, &mut far).unwrap_or(0);
        far.shutdown(Shutdown::Both).unwrap_or(());
        back.join().unwrap();
        Ok(())
    }
}

fn run(sender: &Sender) -> Summary {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    runtime.block_on(sender.run(Network::Unmetered, true, &|_| {})).unwrap()
}

fn submit(client: &Client, route: Route) {
    client.note(content(route)).unwrap().submit().unwrap();
}

fn set_proxy(client: &Client, setting: Option<&ProxySetting>) {
    client.unlock(None).unwrap().set_proxy(setting).unwrap();
}

fn waits_for(client: &Client) -> Option<Reason> {
    client.unlock(None).unwrap().reports(1).unwrap()[0].items[0].reason.clone()
}

#[test]
fn p7_an_anonymous_report_goes_by_the_proxy_with_every_byte_and_its_desks_name() {
    let mut phone = Phone::new();
    let desk = TlsDesk::of(&mut phone, NAME);
    let socks = Socks::to(desk.address);
    let client = phone.open();
    set_proxy(&client, Some(&socks.setting(ProxyFor::Anonymous)));
    let sender = client.sender(Arc::new(Http::default())).unwrap();
    submit(&client, Route::Anonymous);
    assert_eq!(run(&sender).stored, 1, "though nothing on this machine can look its name up");
    assert_eq!(socks.asked(), [format!("{NAME}:{}", desk.address.port())]);
    let came_from: Vec<_> = desk.connections().iter().map(|connection| connection.peer).collect();
    assert_eq!(came_from, *socks.shared.leaves_by.lock().unwrap(), "nothing came past the proxy");
    // A named one does not go by it, and so gets nowhere under this name.
    phone.clock.advance(chrono::TimeDelta::minutes(15));
    submit(&client, Route::Police);
    assert_eq!((run(&sender).stored, socks.asked().len()), (0, 1));
    assert_eq!(waits_for(&client), Some(Reason::NoConnection));
    // Where that is chosen, it does too, by a sender that runs already.
    set_proxy(&client, Some(&socks.setting(ProxyFor::All)));
    assert_eq!((run(&sender).stored, socks.asked().len()), (1, 2));
    assert!(desk.connections()[1].h2);
}

#[test]
fn p7_where_the_proxy_is_not_in_reach_nothing_goes_around_it() {
    let mut phone = Phone::new();
    // A name that this machine could reach by itself.
    let desk = TlsDesk::of(&mut phone, "localhost");
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let proxy = Proxy::parse(&format!("socks5h://{nobody}")).unwrap();
    let client = phone.open();
    set_proxy(&client, Some(&ProxySetting { proxy, used_for: ProxyFor::Anonymous }));
    let sender = client.sender(Arc::new(Http::default())).unwrap();
    submit(&client, Route::Anonymous);
    let summary = run(&sender);
    assert_eq!((summary.stored, summary.reached, summary.waiting), (0, false, 1));
    assert_eq!(waits_for(&client), Some(Reason::NoProxy));
    submit(&client, Route::Police);
    assert_eq!(run(&sender).stored, 1, "a named report has nothing to do with it");
    assert_eq!(desk.connections().len(), 1);
    set_proxy(&client, None);
    phone.clock.advance(chrono::TimeDelta::minutes(15));
    assert_eq!(run(&sender).stored, 1);
}

#[test]
fn p7_a_proxy_setting_that_is_damaged_stops_what_may_have_to_go_by_it() {
    let mut phone = Phone::new();
    let desk = TlsDesk::of(&mut phone, "localhost");
    let client = phone.open();
    let proxy = Proxy::parse("socks5h://127.0.0.1:9050").unwrap();
    set_proxy(&client, Some(&ProxySetting { proxy, used_for: ProxyFor::All }));
    let words = rusqlite::Connection::open(phone.home().join("words.db")).unwrap();
    words.execute("UPDATE setting SET sealed = zeroblob(60) WHERE name = 'proxy'", []).unwrap();
    submit(&client, Route::Anonymous);
    let sender = client.sender(Arc::new(Http::default())).unwrap();
    assert_eq!((run(&sender).stored, desk.connections().len()), (0, 0));
    assert_eq!(waits_for(&client), Some(Reason::NoProxy));
    assert_eq!(
        client.unlock(None).unwrap().proxy().unwrap_err(),
        Error::Unusable(Unusable::Unreadable("the proxy"))
    );
    set_proxy(&client, None);
    assert_eq!(run(&sender).stored, 1);
}

#[test]
fn p8_the_proxy_is_sealed_in_the_home() {
    let phone = Phone::new();
    let client = phone.open();
    let proxy = Proxy::parse("socks5h://jo:secret-word@proxy-of-jo.example:9050").unwrap();
    let setting = ProxySetting { proxy, used_for: ProxyFor::Anonymous };
    set_proxy(&client, Some(&setting));
    let notebook = phone.open().unlock(None).unwrap();
    assert_eq!(notebook.proxy().unwrap().as_ref(), Some(&setting));
    notebook.lock();
    assert_eq!(notebook.proxy().unwrap_err(), Error::Locked);
    assert_eq!(notebook.set_proxy(None).unwrap_err(), Error::Locked);
    assert_eq!(super::kit::found_in(&phone.files(), &["secret-word", "proxy-of-jo", "9050"]), [""; 0]);
}
