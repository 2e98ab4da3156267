//! Bodies that are too large, too slow, or grow.

use std::time::{Duration, Instant};
use tests::{App, Database, Wire, app};

const JSON: (&str, &str) = ("content-type", "application/json");

fn padded(bytes: usize) -> String {
    let start = r#"{"query":"{ __typename }","variables":{"x":""#;
    format!("{start}{}\"}}}}", "a".repeat(bytes - start.len() - 3))
}

#[test]
fn one_megabyte_is_read_and_ten_and_fifty_are_refused() {
    assert_eq!(app().post(&[JSON], &padded(1 << 20)).status, 200);
    for megabytes in [3, 10, 50] {
        let refused = app().post(&[JSON], &padded(megabytes << 20));
        assert_eq!((refused.status, refused.code().as_str()), (413, "BODY_TOO_LARGE"), "{megabytes} MB");
    }
    assert_eq!(app().post(&[JSON], r#"{"query":"{ __typename }"}"#).status, 200);
}

#[test]
fn a_body_without_a_length_is_bounded_too() {
    let mut wire = Wire::connect(app());
    wire.send("POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n");
    let chunk = format!("10000\r\n{}\r\n", " ".repeat(0x10000));
    for _ in 0..48 {
        wire.try_send(&chunk);
    }
    wire.try_send("0\r\n\r\n");
    assert_eq!(wire.receive().map(|answer| answer.status), Some(413));
}

#[test]
fn who_asks_first_is_refused_before_sending() {
    let mut wire = Wire::connect(app());
    wire.send("POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nexpect: 100-continue\r\ncontent-length: 52428800\r\n\r\n");
    assert_eq!(wire.receive().map(|answer| answer.status), Some(413));
}

#[test]
fn compressed_bodies_are_not_unpacked() {
    for encoding in ["gzip", "br", "deflate", "zstd"] {
        let refused = app().post(&[JSON, ("content-encoding", encoding)], "x");
        assert_eq!((refused.status, refused.code().as_str()), (415, "UNSUPPORTED_MEDIA_TYPE"));
    }
    assert_eq!(
        app().post(&[JSON, ("content-encoding", "identity")], r#"{"query":"{ __typename }"}"#).status,
        200
    );
}

#[test]
fn slow_headers_and_slow_bodies_end_the_connection() {
    let app = App::configured(Database::new(), &[], |config| {
        config.deadlines.headers = Duration::from_millis(300);
        config.deadlines.body = Duration::from_millis(300);
    });
    let started = Instant::now();
    let mut slow_head = Wire::connect(&app);
    slow_head.send("POST /graphql HTTP/1.1\r\nhost: x\r\n");
    let mut slow_body = Wire::connect(&app);
    slow_body.send("POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 20\r\n\r\n{\"query\"");
    let refused = slow_body.receive().expect("an answer");
    assert_eq!((refused.status, refused.code().as_str()), (408, "TIMEOUT"));
    assert!(slow_body.read_some().is_empty(), "the connection is closed");
    slow_head.receive();
    assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
}

/// A byte now and then is no sign of life: the deadline is for the whole.
#[test]
fn heads_and_bodies_that_drip_end_the_connection() {
    let app = App::configured(Database::new(), &[], |config| {
        config.deadlines.headers = Duration::from_millis(500);
        config.deadlines.body = Duration::from_millis(500);
    });
    for (start, answered) in [
        ("POST /graphql HTTP/1.1\r\nx-slow: ", false),
        (
            "POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100000\r\n\r\n{",
            true,
        ),
        (
            "POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n",
            true,
        ),
    ] {
        let started = Instant::now();
        let mut wire = Wire::connect(&app);
        wire.send(start);
        let drip = if start.contains("chunked") { "1\r\n \r\n" } else { " " };
        while wire.try_send(drip) {
            assert!(started.elapsed() < Duration::from_secs(5), "{start} may drip on for {:?}", started.elapsed());
            std::thread::sleep(Duration::from_millis(50));
        }
        assert!(
            started.elapsed() > Duration::from_millis(450),
            "{start} was ended after {:?}",
            started.elapsed()
        );
        if answered {
            assert!(wire.receive().is_none_or(|answer| answer.status == 408), "{start}");
        }
    }
}

/// Who asks for much and takes none of it is not waited for.
#[test]
fn an_answer_that_nobody_takes_is_not_kept() {
    let app = App::configured(Database::new(), &[], |config| config.deadlines.untaken = Duration::from_millis(300));
    let business = app.business("hs");
    business.seed("INSERT INTO hs.customers (business_id, last_name, notes) SELECT $business, 'Long', repeat('x', 900000)");
    let aliases: String = (0..15).map(|number| format!("n{number}: notes ")).collect();
    let body = serde_json::json!({ "query": format!("{{ hs {{ customers {{ nodes {{ {aliases} }} }} }} }}") }).to_string();
    let mut wire = Wire::connect(&app);
    wire.send(format!(
        "POST /graphql HTTP/1.1\r\nhost: x\r\nauthorization: {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        business.owner.bearer(),
        body.len()
    ));
    // The answer is on its way, and the connection counts as one until it is given up.
    std::thread::sleep(Duration::from_secs(3));
    let mut taken = 0;
    loop {
        match wire.read_some().len() {
            0 => break,
            more => taken += more,
        }
    }
    assert!(
        taken > 0 && taken < 13_000_000,
        "{taken} bytes of 13.5 million were kept for whoever did not take them"
    );
}

#[test]
fn a_body_that_ends_early_is_not_executed() {
    let mut wire = Wire::connect(app());
    wire.send("POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{\"query\":\"{ __typename }\"}");
    drop(wire);
    assert_eq!(app().get("/health/live", &[]).status, 200);
}

#[test]
fn a_connection_is_kept_for_the_next_request() {
    let mut wire = Wire::connect(app());
    let body = r#"{"query":"{ __typename }"}"#;
    let request = format!(
        "POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    for _ in 0..3 {
        assert_eq!(wire.send(&request).receive().map(|answer| answer.status), Some(200));
    }
    // Two at once are answered one after the other.
    wire.send(format!("{request}{request}"));
    assert_eq!(wire.receive().map(|answer| answer.status), Some(200));
    assert_eq!(wire.receive().map(|answer| answer.status), Some(200));
}

#[test]
fn http_2_is_spoken_without_being_asked() {
    let mut wire = Wire::connect(app());
    // The preface, empty settings, and GET /health/live as one headers frame that ends its stream.
    let path = b"/health/live";
    let mut block = vec![0x82, 0x86, 0x04, u8::try_from(path.len()).expect("short")];
    block.extend_from_slice(path);
    block.extend_from_slice(&[0x01, 1, b'x']);
    let mut frame = vec![0, 0, u8::try_from(block.len()).expect("short"), 1, 5, 0, 0, 0, 1];
    frame.extend(block);
    wire.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").send([0, 0, 0, 4, 0, 0, 0, 0, 0]).send(frame);
    let mut seen = Vec::new();
    while !has_headers_of_200(&seen) {
        let some = wire.read_some();
        assert!(!some.is_empty(), "the server hung up after {seen:?}");
        seen.extend(some);
    }
}

/// A headers frame of stream 1 that begins with `:status 200`.
fn has_headers_of_200(mut bytes: &[u8]) -> bool {
    while bytes.len() > 9 {
        let length = usize::from(bytes[0]) << 16 | usize::from(bytes[1]) << 8 | usize::from(bytes[2]);
        if bytes[3] == 1 && bytes[8] == 1 {
            return bytes[9] == 0x88;
        }
        bytes = bytes.get(9 + length..).unwrap_or_default();
    }
    false
}

#[test]
fn malformed_requests_get_an_answer_or_an_end() {
    for request in [
        "GARBAGE\r\n\r\n",
        "GET / HTTP/9.9\r\n\r\n",
        "\0\0\0\0\r\n\r\n",
        "GET /graphql HTTP/1.1\r\nno colon\r\n\r\n",
    ] {
        let mut wire = Wire::connect(app());
        wire.try_send(request);
        let answer = wire.receive();
        assert!(answer.is_none_or(|answer| answer.status >= 400), "{request}");
    }
    assert_eq!(app().get("/health/live", &[]).status, 200);
}

/// Until the server hangs up; gives what it said before.
fn until_the_end(wire: &mut Wire) -> Vec<u8> {
    let mut seen = Vec::new();
    loop {
        let some = wire.read_some();
        if some.is_empty() {
            return seen;
        }
        seen.extend(some);
    }
}

const PREFACE: &str = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const SETTINGS: [u8; 9] = [0, 0, 0, 4, 0, 0, 0, 0, 0];

#[test]
fn a_connection_without_a_request_ends() {
    let app = App::configured(Database::new(), &[], |config| {
        config.deadlines.headers = Duration::from_millis(300);
    });
    let started = Instant::now();
    let mut connections: Vec<_> = ["", "P", "PRI * HT", PREFACE].map(|sent| (sent, Wire::connect(&app))).into();
    for (sent, wire) in &mut connections {
        wire.send(sent.as_bytes());
        if *sent == PREFACE {
            wire.send(SETTINGS);
        }
    }
    for (_, wire) in &mut connections {
        until_the_end(wire);
    }
    assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
    assert_eq!(app.get("/health/live", &[]).status, 200);
}

#[test]
fn who_opens_streams_only_to_reset_them_is_sent_away() {
    const ENHANCE_YOUR_CALM: u8 = 11;
    let mut wire = Wire::connect(app());
    wire.send(PREFACE).send(SETTINGS);
    let mut frames = Vec::new();
    for stream in (1..2_000u32).step_by(2) {
        let block = [0x82, 0x86, 0x84, 0x01, 1, b'x'];
        frames.extend([0, 0, 6, 1, 5]);
        frames.extend(stream.to_be_bytes());
        frames.extend(block);
        frames.extend([0, 0, 4, 3, 0]);
        frames.extend(stream.to_be_bytes());
        frames.extend(8u32.to_be_bytes());
    }
    wire.try_send(frames);
    let seen = until_the_end(&mut wire);
    let away = goaway(&seen).unwrap_or_else(|| panic!("the connection ended without GOAWAY: {seen:?}"));
    assert_eq!(away, ENHANCE_YOUR_CALM);
    assert_eq!(app().get("/health/live", &[]).status, 200);
}

/// The error of the last frame that sends the client away.
fn goaway(mut bytes: &[u8]) -> Option<u8> {
    let mut found = None;
    while bytes.len() > 9 {
        let length = usize::from(bytes[0]) << 16 | usize::from(bytes[1]) << 8 | usize::from(bytes[2]);
        if bytes[3] == 7 {
            found = bytes.get(16).copied();
        }
        bytes = bytes.get(9 + length..).unwrap_or_default();
    }
    found
}
