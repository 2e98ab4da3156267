//! A connection to the server byte by byte, for what no well-behaved client sends.

use crate::{App, Response};
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// A server that does nothing for so long does nothing more.
const WAITS: Duration = Duration::from_secs(20);

pub struct Wire {
    stream: TcpStream,
    /// Read, but of a later answer.
    rest: Vec<u8>,
}

impl Wire {
    pub fn connect(app: &App) -> Wire {
        let address = app.address.trim_start_matches("http://");
        let stream = TcpStream::connect(address).expect("the server listens");
        stream.set_read_timeout(Some(WAITS)).expect("a timeout can be set");
        Wire { stream, rest: Vec::new() }
    }

    pub fn send(&mut self, bytes: impl AsRef<[u8]>) -> &mut Wire {
        self.stream.write_all(bytes.as_ref()).expect("the server reads");
        self
    }

    /// Sends though the server may have stopped reading.
    pub fn try_send(&mut self, bytes: impl AsRef<[u8]>) -> bool {
        self.stream.write_all(bytes.as_ref()).is_ok()
    }

    /// The next answer with a length, or None where the server hung up.
    pub fn receive(&mut self) -> Option<Response> {
        let head = loop {
            if let Some(end) = find(&self.rest, b"\r\n\r\n") {
                break self.rest.drain(..end + 4).collect::<Vec<u8>>();
            }
            self.more()?;
        };
        let head = String::from_utf8_lossy(&head).into_owned();
        let mut lines = head.lines();
        let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
        let headers: Vec<(String, String)> = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
            .collect();
        let mut answer = Response {
            status,
            headers,
            body: String::new(),
        };
        let length = answer.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
        while self.rest.len() < length {
            self.more()?;
        }
        answer.body = String::from_utf8_lossy(&self.rest.drain(..length).collect::<Vec<u8>>()).into_owned();
        Some(answer)
    }

    /// Bytes as they come; empty where the server hung up.
    pub fn read_some(&mut self) -> Vec<u8> {
        if self.rest.is_empty() {
            let _ = self.more();
        }
        std::mem::take(&mut self.rest)
    }

    fn more(&mut self) -> Option<()> {
        let mut buffer = [0; 16 * 1024];
        match self.stream.read(&mut buffer) {
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                panic!("the server neither answers nor hangs up: waited for {WAITS:?}")
            }
            Ok(0) | Err(_) => None,
            Ok(count) => {
                self.rest.extend_from_slice(&buffer[..count]);
                Some(())
            }
        }
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}
