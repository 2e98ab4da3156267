//! Bodies that are larger than any request is.

use crate::turn;
use std::io::{Read, Write};
use std::net::TcpStream;
use tests::{App, Database, Process};

const MEGABYTE: usize = 1 << 20;
/// What the largest of them may add to the memory of the server.
const ALLOWED: u64 = 20 * MEGABYTE as u64;
const TINY: &str = r#"{"query":"{ __typename }"}"#;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Length {
    Told,
    /// Chunk by chunk, without an end that is known.
    Untold,
}

/// The status of a request with so much white space behind it; None where the connection was ended before.
fn send(process: &Process, megabytes: usize, length: Length) -> Option<u16> {
    let stream = TcpStream::connect(process.address()).expect("the gateway listens");
    let framing = match length {
        Length::Told => format!("content-length: {}", TINY.len() + megabytes * MEGABYTE),
        Length::Untold => "transfer-encoding: chunked".to_owned(),
    };
    let spaces = " ".repeat(1 << 16);
    let write = |part: &str| match length {
        Length::Told => (&stream).write_all(part.as_bytes()),
        Length::Untold => (&stream).write_all(format!("{:x}\r\n{part}\r\n", part.len()).as_bytes()),
    };
    let head = format!("POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nconnection: close\r\n{framing}\r\n\r\n");
    (&stream).write_all(head.as_bytes()).ok()?;
    // Whoever is refused on the way may find the door closed.
    let _ = write(TINY).and_then(|()| (0..megabytes * 16).try_for_each(|_| write(&spaces)));
    if length == Length::Untold {
        let _ = (&stream).write_all(b"0\r\n\r\n");
    }
    let mut answer = Vec::new();
    let _ = (&stream).read_to_end(&mut answer);
    let line = String::from_utf8_lossy(&answer);
    line.strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok()
}

#[test]
fn bodies_of_any_size_leave_the_servers_memory_as_it_is() {
    let _turn = turn();
    let app = App::over(Database::new());
    let process = Process::start(env!("CARGO_BIN_EXE_gateway"), &app.database);
    for _ in 0..8 {
        assert_eq!(send(&process, 1, Length::Told), Some(200), "one megabyte is read");
    }
    for length in [Length::Told, Length::Untold] {
        for megabytes in [1, 10, 50] {
            for at_once in [1, 4] {
                let before = process.forget_peak_memory();
                let statuses: Vec<_> = std::thread::scope(|scope| {
                    let senders: Vec<_> = (0..at_once).map(|_| scope.spawn(|| send(&process, megabytes, length))).collect();
                    senders.into_iter().map(|sender| sender.join().expect("an end")).collect()
                });
                let more = process.peak_memory().saturating_sub(before);
                println!("{at_once} of {megabytes} MB, length {length:?}: {statuses:?}, {} kB more", more >> 10);
                let expected = if megabytes == 1 { [Some(200); 2] } else { [Some(413), None] };
                assert!(
                    statuses.iter().all(|status| expected.contains(status)),
                    "{megabytes} MB, {length:?}: {statuses:?}"
                );
                assert!(more < ALLOWED, "{at_once} bodies of {megabytes} MB took {} kB, length {length:?}", more >> 10);
            }
        }
    }
}
