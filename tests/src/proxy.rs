//! Between the gateway and PostgreSQL: a connection that breaks at a COMMIT.

use crate::Database;
use std::io::{Read, Write};
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

/// Where the connection breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Break {
    /// PostgreSQL never sees the COMMIT.
    Before,
    /// PostgreSQL has committed, and nobody hears of it.
    After,
    /// The same, and no connection is to be had afterwards.
    AfterAndStayAway,
}

const COMMIT: &[u8] = b"COMMIT\0";
/// Ready for the next command, outside of a transaction.
const READY: &[u8] = b"Z\0\0\0\x05I";

/// A socket that passes everything on until it is told to break a connection.
pub struct Proxy {
    folder: PathBuf,
    url: String,
    next: Arc<Mutex<Option<Break>>>,
    away: Arc<AtomicBool>,
}

impl Proxy {
    pub fn before(database: &Database) -> Proxy {
        let url = database.gateway_url();
        let (folder, name) = socket_of(&url);
        let own = std::env::temp_dir().join(format!("thorbis-proxy-{}", uuid::Uuid::new_v4().simple()));
        std::fs::create_dir(&own).expect("a folder can be made");
        let listener = UnixListener::bind(own.join(&name)).expect("a socket can be made");
        let (next, away) = (Arc::new(Mutex::new(None)), Arc::new(AtomicBool::new(false)));
        let (upstream, shared, is_away) = (folder.join(&name), Arc::clone(&next), Arc::clone(&away));
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                if is_away.load(Ordering::Acquire) {
                    continue;
                }
                let Ok(server) = UnixStream::connect(&upstream) else { return };
                pass_on(client, server, &shared, &is_away);
            }
        });
        let encoded = |path: &PathBuf| path.to_string_lossy().replace('/', "%2F");
        Proxy {
            url: url.replace(&encoded(&folder), &encoded(&own)),
            folder: own,
            next,
            away,
        }
    }

    /// The gateway's login, through here.
    pub fn url(&self) -> String {
        self.url.clone()
    }

    /// Breaks the connection that commits next.
    pub fn break_next(&self, at: Break) {
        *self.next.lock().expect("not poisoned") = Some(at);
    }

    /// Gives connections again.
    pub fn come_back(&self) {
        self.away.store(false, Ordering::Release);
    }

    /// Whether it did.
    pub fn broke(&self) -> bool {
        self.next.lock().expect("not poisoned").is_none()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// The folder and the name of the socket that a URL of the throw-away server means.
fn socket_of(url: &str) -> (PathBuf, String) {
    let host = url.split_once('@').and_then(|(_, rest)| rest.split_once('/')).map(|(host, _)| host);
    let (folder, port) = host
        .and_then(|host| host.rsplit_once(':'))
        .expect("TEST_OWNER_DATABASE_URL has a socket and a port");
    (PathBuf::from(folder.replace("%2F", "/")), format!(".s.PGSQL.{port}"))
}

fn pass_on(client: UnixStream, server: UnixStream, next: &Arc<Mutex<Option<Break>>>, away: &Arc<AtomicBool>) {
    let ends = || {
        (
            client.try_clone().expect("a socket can be shared"),
            server.try_clone().expect("a socket can be shared"),
        )
    };
    let broken = Arc::new(AtomicBool::new(false));
    let (to_server, next, breaks, away) = (ends(), Arc::clone(next), Arc::clone(&broken), Arc::clone(away));
    std::thread::spawn(move || {
        requests(
            to_server,
            |at| {
                away.store(at == Break::AfterAndStayAway, Ordering::Release);
                breaks.store(at != Break::Before, Ordering::Release);
            },
            &next,
        );
    });
    let to_client = ends();
    std::thread::spawn(move || answers(to_client, &broken));
}

fn requests((mut client, mut server): (UnixStream, UnixStream), breaks: impl Fn(Break), next: &Mutex<Option<Break>>) {
    let mut buffer = [0; 64 * 1024];
    while let Ok(count @ 1..) = client.read(&mut buffer) {
        let sent = &buffer[..count];
        if sent.windows(COMMIT.len()).any(|window| window == COMMIT) {
            let at = next.lock().expect("not poisoned").take();
            at.into_iter().for_each(&breaks);
            if at == Some(Break::Before) {
                break;
            }
        }
        if server.write_all(sent).is_err() {
            break;
        }
    }
    let _ = server.shutdown(Shutdown::Both);
    let _ = client.shutdown(Shutdown::Both);
}

fn answers((mut client, mut server): (UnixStream, UnixStream), broken: &AtomicBool) {
    let mut buffer = [0; 64 * 1024];
    while let Ok(count @ 1..) = server.read(&mut buffer) {
        if broken.load(Ordering::Acquire) {
            if buffer[..count].windows(READY.len()).any(|window| window == READY) {
                break;
            }
        } else if client.write_all(&buffer[..count]).is_err() {
            break;
        }
    }
    let _ = client.shutdown(Shutdown::Both);
    let _ = server.shutdown(Shutdown::Both);
}
