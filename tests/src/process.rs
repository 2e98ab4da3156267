//! The gateway as a process of its own: it can be killed, and told to stop.

use crate::{Database, Response, SECRET};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, Instant};

/// A process that stays at one address however often it is started.
pub struct Process {
    program: String,
    settings: Vec<(String, String)>,
    port: u16,
    child: Mutex<Child>,
}

impl Process {
    /// Starts `program`, the binary `gateway` of this crate (`env!("CARGO_BIN_EXE_gateway")`), over the database.
    pub fn start(program: &str, database: &Database) -> Process {
        Process::with(program, database, &[])
    }

    /// With settings of the environment that count more than the tests' own.
    pub fn with(program: &str, database: &Database, changes: &[(&str, &str)]) -> Process {
        let database_url = database.gateway_url();
        let own = [
            ("DATABASE_URL", database_url.as_str()),
            ("THORBIS_TOKEN_SECRET", SECRET),
            ("THORBIS_SEALING_KEY", SECRET),
            ("THORBIS_REFRESH_MINUTES", "0"),
            ("THORBIS_STOP_NOTICE_SECONDS", "0"),
            ("THORBIS_LOG", "off"),
        ];
        let settings = own.iter().chain(changes).map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let (program, settings, port) = (program.to_owned(), settings.collect::<Vec<_>>(), free_port());
        let child = Mutex::new(spawn(&program, &settings, port));
        Process {
            program,
            settings,
            port,
            child,
        }
    }

    /// Ends it without a warning, and starts it anew.
    pub fn kill_and_restart(&self) {
        let mut child = self.child.lock().expect("not poisoned");
        child.kill().expect("the process can be killed");
        child.wait().expect("a killed process ends");
        *child = spawn(&self.program, &self.settings, self.port);
    }

    /// Tells it to stop.
    pub fn terminate(&self) {
        let child = self.child.lock().expect("not poisoned");
        let told = Command::new("sh").args(["-c", &format!("kill -TERM {}", child.id())]).status();
        assert!(told.is_ok_and(|status| status.success()), "a signal can be sent");
    }

    /// Waits until it has ended.
    pub fn wait(&self) -> ExitStatus {
        self.child.lock().expect("not poisoned").wait().expect("the process ends")
    }

    pub fn has_ended(&self) -> bool {
        let ended = self.child.lock().expect("not poisoned").try_wait();
        ended.expect("the process can be asked").is_some()
    }

    pub fn address(&self) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], self.port))
    }

    /// The most memory it had since `forget_peak_memory`, in bytes.
    pub fn peak_memory(&self) -> u64 {
        self.memory("VmHWM:")
    }

    /// The peak begins anew, at what it has now: that many bytes.
    pub fn forget_peak_memory(&self) -> u64 {
        let id = self.child.lock().expect("not poisoned").id();
        std::fs::write(format!("/proc/{id}/clear_refs"), "5").expect("the peak of one's own process can be forgotten");
        self.memory("VmRSS:")
    }

    fn memory(&self, line: &str) -> u64 {
        let id = self.child.lock().expect("not poisoned").id();
        let status = std::fs::read_to_string(format!("/proc/{id}/status")).expect("the process runs");
        let value = status
            .lines()
            .find_map(|known| known.strip_prefix(line))
            .expect("Linux tells a process's memory");
        let kilobytes = value.trim().trim_end_matches(" kB").parse::<u64>();
        kilobytes.expect("memory is a number") << 10
    }

    /// The status of a GET on a connection of its own; None where there was no answer.
    pub fn get(&self, path: &str) -> Option<u16> {
        let answer = agent().get(format!("http://127.0.0.1:{}{path}", self.port)).call().ok()?;
        Some(answer.status().as_u16())
    }

    /// POST to the endpoint on a connection of its own; None where there was no answer.
    pub fn post(&self, headers: &[(&str, &str)], body: &str) -> Option<Response> {
        let mut request = ureq::http::Request::builder()
            .method("POST")
            .uri(format!("http://127.0.0.1:{}/graphql", self.port));
        for (name, value) in [("content-type", "application/json")].iter().chain(headers) {
            request = request.header(*name, *value);
        }
        let request = request.body(body.to_owned()).expect("the request is well formed");
        let mut response = agent().run(request).ok()?;
        let headers = response.headers().iter();
        let headers = headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap_or_default().to_owned()));
        Some(Response {
            status: response.status().as_u16(),
            headers: headers.collect(),
            body: response.body_mut().read_to_string().ok()?,
        })
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if let Ok(child) = self.child.get_mut() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// For one request: nothing is kept open.
fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(Duration::from_secs(20)))
        .max_idle_connections(0)
        .build()
        .into()
}

fn spawn(program: &str, settings: &[(String, String)], port: u16) -> Child {
    let mut child = Command::new(program)
        .arg("serve")
        .envs(settings.iter().map(|(name, value)| (name, value)))
        .env("PORT", port.to_string())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the gateway's binary is there: cargo builds it with the tests");
    let started = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        if let Some(status) = child.try_wait().expect("the process can be asked") {
            panic!("the gateway ended at once ({status}): run it by hand with THORBIS_LOG=info");
        }
        assert!(started.elapsed() < Duration::from_secs(30), "the gateway does not listen");
        std::thread::sleep(Duration::from_millis(5));
    }
    child
}

/// Below the ports that the system gives to connections, so that nobody takes it while the process is away.
fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let first = 20_000 + u16::try_from(std::process::id() % 10_000).unwrap_or(0);
    loop {
        let port = first + NEXT.fetch_add(1, Ordering::Relaxed);
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}
