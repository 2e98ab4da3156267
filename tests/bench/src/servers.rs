//! The two servers, each a process of its own.

use crate::load::{Connection, Shot, post};
use crate::process;
use crate::queries::Query;
use crate::required;
use crate::world::{Business, World};
use anyhow::Context;
use serde_json::{Value, json};
use server::auth::Tokens;
use std::net::SocketAddr;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

const SECRET: &str = "a secret of the benchmark, longer than 32 bytes";
/// Minutes for which the benchmark's tokens are good.
const TOKENS: i64 = 24 * 60;

pub struct Servers {
    gateway: Child,
    reference: Child,
    pub gateway_address: SocketAddr,
    pub reference_address: SocketAddr,
    postmaster: Option<u32>,
    tokens: Tokens,
}

/// The tables of the gateway.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Served {
    All,
    /// Those of the document that the database began with.
    Few,
}

/// Seconds of CPU so far.
#[derive(Clone, Copy)]
pub struct Used {
    pub gateway: f64,
    pub reference: f64,
    pub postgres: f64,
}

impl Servers {
    pub fn start(postmaster: Option<u32>, served: Served) -> anyhow::Result<Servers> {
        let (binary, command) = match served {
            Served::All => (required("THORBIS")?, "serve"),
            Served::Few => (std::env::current_exe()?.to_string_lossy().into_owned(), "small-gateway"),
        };
        let (gateway_port, reference_port) = (free_port()?, free_port()?);
        let log = std::env::var("BENCH_LOG").unwrap_or_else(|_| "/dev/null".into());
        let gateway = Command::new(&binary)
            .arg(command)
            .env("PORT", gateway_port.to_string())
            .env("THORBIS_TOKEN_SECRET", SECRET)
            .env("THORBIS_REFRESH_MINUTES", "0")
            .stdout(std::fs::File::create(&log)?)
            .stderr(std::fs::OpenOptions::new().append(true).open(&log)?)
            .spawn()
            .with_context(|| format!("{binary} does not start"))?;
        let reference = Command::new(std::env::current_exe()?)
            .arg("reference")
            .env("PORT", reference_port.to_string())
            .env("THORBIS_TOKEN_SECRET", SECRET)
            .spawn()?;
        let servers = Servers {
            gateway,
            reference,
            gateway_address: SocketAddr::from(([127, 0, 0, 1], gateway_port)),
            reference_address: SocketAddr::from(([127, 0, 0, 1], reference_port)),
            postmaster,
            tokens: Tokens::new(SECRET),
        };
        servers.wait()?;
        Ok(servers)
    }

    fn wait(&self) -> anyhow::Result<()> {
        let patience = Instant::now() + Duration::from_secs(60);
        for address in [self.gateway_address, self.reference_address] {
            while Connection::open(address).is_err() {
                anyhow::ensure!(Instant::now() < patience, "{address} does not listen within a minute");
                std::thread::sleep(Duration::from_millis(50));
            }
        }
        Ok(())
    }

    fn token(&self, business: &Business) -> anyhow::Result<String> {
        Ok(self.tokens.sign(business.owner, None, Some(business.id), None, TOKENS)?.0)
    }

    /// A request of the gateway.
    pub fn ask_gateway(&self, world: &World, query: &Query, (place, variables): &(usize, Value)) -> anyhow::Result<Shot> {
        let body = json!({ "query": query.document, "variables": variables }).to_string();
        let bytes = post("/graphql", &self.token(&world.businesses[*place])?, &body);
        Ok(Shot { bytes })
    }

    /// The same request of the reference.
    pub fn ask_reference(&self, world: &World, query: &Query, variant: &str, (place, variables): &(usize, Value)) -> anyhow::Result<Shot> {
        let path = format!("/{}/{variant}", query.name);
        let bytes = post(&path, &self.token(&world.businesses[*place])?, &variables.to_string());
        Ok(Shot { bytes })
    }

    pub fn used(&self) -> Used {
        Used {
            gateway: process::cpu(self.gateway.id()),
            reference: process::cpu(self.reference.id()),
            postgres: self.postmaster.map_or(0.0, process::cpu_of_children),
        }
    }

    pub fn gateway_memory(&self) -> f64 {
        process::resident(self.gateway.id())
    }

    pub fn reference_memory(&self) -> f64 {
        process::resident(self.reference.id())
    }
}

impl Drop for Servers {
    fn drop(&mut self) {
        for child in [&mut self.gateway, &mut self.reference] {
            // Nothing is lost when a server of the benchmark ends hard.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn free_port() -> anyhow::Result<u16> {
    Ok(std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
