//! The throw-away PostgreSQL as a whole, for tests that run alone: it is restarted, or followed by a second server.

use std::process::Command;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../scripts/throwaway.sh");

/// How PostgreSQL ends before it begins again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Restart {
    /// In order: every connection is told.
    Fast,
    /// As in a crash: it recovers from its log.
    Immediate,
}

/// Restarts the throw-away server under everybody's feet; gives when it answers again.
pub fn restart_server(mode: Restart) {
    match mode {
        Restart::Fast => run(&["restart", "fast"]),
        Restart::Immediate => run(&["restart", "immediate"]),
    }
}

/// One of the two servers there can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Server {
    First,
    Second,
}

impl Server {
    /// Its host and port, by those of the first one.
    pub(crate) fn host(self, first: &str) -> String {
        match self {
            Server::First => first.to_owned(),
            Server::Second => {
                let (host, port) = first.rsplit_once(':').expect("TEST_OWNER_DATABASE_URL has a port");
                let port: u16 = port.parse().expect("the port is a number");
                format!("{host}:{}", port + 1)
            }
        }
    }
}

/// A second server that follows the first one, synchronously: what is acknowledged is on both.
pub struct Standby {
    leader: Server,
}

impl Standby {
    pub fn start() -> Standby {
        run(&["follow"]);
        Standby { leader: Server::First }
    }

    /// The server that takes changes dies as in a crash, and the other one takes its place; gives when it does.
    pub fn fail_over(&mut self) {
        run(&["fail-over"]);
        self.leader = match self.leader {
            Server::First => Server::Second,
            Server::Second => Server::First,
        };
    }

    /// The one that died follows the other one.
    pub fn rejoin(&self) {
        run(&["rejoin"]);
    }

    /// The one that takes changes.
    pub fn leader(&self) -> Server {
        self.leader
    }
}

impl Drop for Standby {
    /// The first server is there again, alone, whatever became of the test.
    fn drop(&mut self) {
        if !std::thread::panicking() {
            return run(&["alone"]);
        }
        // A second panic would end the other tests, too.
        let _ = attempt(&["alone"]);
    }
}

fn run(arguments: &[&str]) {
    assert!(attempt(arguments), "{SCRIPT} failed at {arguments:?}: run it by hand");
}

fn attempt(arguments: &[&str]) -> bool {
    let folder = std::env::var("TEST_SERVER_FOLDER").expect("TEST_SERVER_FOLDER is the throw-away server's: run scripts/test.sh, which makes one");
    let status = Command::new(SCRIPT).arg(folder).args(arguments).status();
    status.is_ok_and(|status| status.success())
}
