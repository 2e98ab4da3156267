//! The load: connections that stay open and wait for each answer, as a browser's or a phone's do. Plain
//! sockets on plain threads, since what the load costs is taken from what it measures.

use anyhow::{Context, bail};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

/// One request, ready to be sent.
pub struct Shot {
    pub bytes: Vec<u8>,
}

/// What a round of load saw.
#[derive(Debug, Clone, Default)]
pub struct Round {
    pub answers: usize,
    pub seconds: f64,
    /// Of each answer, in microseconds.
    pub latencies: Vec<u32>,
}

impl Round {
    pub fn rate(&self) -> f64 {
        self.answers as f64 / self.seconds.max(1e-9)
    }

    /// In milliseconds.
    pub fn percentile(&self, share: f64) -> f64 {
        let mut sorted = self.latencies.clone();
        sorted.sort_unstable();
        let place = ((sorted.len() as f64 - 1.0) * share).round().max(0.0) as usize;
        sorted.get(place).map_or(0.0, |micros| f64::from(*micros) / 1_000.0)
    }

    pub fn join(&mut self, other: &Round) {
        self.answers += other.answers;
        self.seconds += other.seconds;
        self.latencies.extend_from_slice(&other.latencies);
    }
}

/// A POST of JSON over a connection that stays open.
pub fn post(path: &str, token: &str, body: &str) -> Vec<u8> {
    format!(
        "POST {path} HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\nauthorization: Bearer {token}\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// A client of one server.
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    pub fn open(address: SocketAddr) -> anyhow::Result<Connection> {
        let stream = TcpStream::connect(address).with_context(|| format!("{address} does not answer"))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        Ok(Connection {
            stream,
            buffer: Vec::with_capacity(1 << 20),
        })
    }

    /// Sends and waits; gives the body, or why it is none that counts.
    pub fn ask(&mut self, request: &[u8]) -> anyhow::Result<&[u8]> {
        self.stream.write_all(request)?;
        self.buffer.clear();
        let mut chunk = [0u8; 65_536];
        let (head, length) = loop {
            let read = self.stream.read(&mut chunk)?;
            if read == 0 {
                bail!("the server closed the connection");
            }
            self.buffer.extend_from_slice(&chunk[..read]);
            if let Some(end) = find(&self.buffer, b"\r\n\r\n") {
                break (end + 4, content_length(&self.buffer[..end])?);
            }
        };
        while self.buffer.len() < head + length {
            let read = self.stream.read(&mut chunk)?;
            if read == 0 {
                bail!("the server closed the connection within an answer");
            }
            self.buffer.extend_from_slice(&chunk[..read]);
        }
        let body = &self.buffer[head..];
        if !self.buffer.starts_with(b"HTTP/1.1 200") || !body.starts_with(b"{\"data\":{") {
            let shown = String::from_utf8_lossy(&self.buffer[..self.buffer.len().min(900)]);
            bail!("the server answered:\n{shown}");
        }
        Ok(body)
    }
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).position(|window| window == wanted)
}

fn content_length(head: &[u8]) -> anyhow::Result<usize> {
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let value = head.lines().find_map(|line| line.strip_prefix("content-length:"));
    Ok(value.context("an answer has no content-length")?.trim().parse()?)
}

/// Loads a server over so many connections for so long; each takes its own share of the shots in turn.
pub fn run(address: SocketAddr, shots: &[Shot], connections: usize, length: Duration) -> anyhow::Result<Round> {
    let started = Instant::now();
    let rounds: Vec<anyhow::Result<Vec<u32>>> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..connections)
            .map(|number| {
                let own = shots.iter().skip(number % shots.len()).step_by(connections.min(shots.len()));
                let own: Vec<&Shot> = own.collect();
                scope.spawn(move || repeat(address, &own, started + length))
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|_| bail!("a thread panicked")))
            .collect()
    });
    let seconds = started.elapsed().as_secs_f64();
    let mut latencies = Vec::new();
    for round in rounds {
        latencies.extend(round?);
    }
    Ok(Round {
        answers: latencies.len(),
        seconds,
        latencies,
    })
}

fn repeat(address: SocketAddr, shots: &[&Shot], end: Instant) -> anyhow::Result<Vec<u32>> {
    let mut connection = Connection::open(address)?;
    let mut latencies = Vec::with_capacity(10_000);
    for shot in shots.iter().cycle() {
        let sent = Instant::now();
        if sent >= end {
            break;
        }
        connection.ask(&shot.bytes)?;
        latencies.push(u32::try_from(sent.elapsed().as_micros()).unwrap_or(u32::MAX));
    }
    Ok(latencies)
}
