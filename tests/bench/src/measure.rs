//! The comparison: the same answers first, then rounds of load that take turns.

use crate::Options;
use crate::load::{self, Connection, Round, Shot};
use crate::queries::{self, QUERIES, Query};
use crate::reference;
use crate::servers::Servers;
use crate::world::World;
use anyhow::{Context, ensure};
use rand::SeedableRng;
use rand::rngs::StdRng;
use serde_json::Value;
use std::time::Duration;

/// Different requests of one round.
pub const REQUESTS: usize = 4_000;
/// Requests whose answers are compared.
const COMPARED: usize = 6;

/// What one query came to.
pub struct Measured {
    pub query: &'static Query,
    /// The reference's way that was the fastest.
    pub variant: &'static str,
    pub gateway: Side,
    pub reference: Side,
    /// The median of the rounds' ratios.
    pub ratio: f64,
    pub statements: f64,
}

#[derive(Default)]
pub struct Side {
    pub round: Round,
    /// Seconds of CPU: the server's, and PostgreSQL's for it.
    pub server_cpu: f64,
    pub postgres_cpu: f64,
    /// Megabytes.
    pub memory: f64,
}

impl Side {
    /// Microseconds of CPU a request: the server's and PostgreSQL's.
    pub fn cpu(&self) -> (f64, f64) {
        let answers = self.round.answers.max(1) as f64;
        (self.server_cpu * 1e6 / answers, self.postgres_cpu * 1e6 / answers)
    }
}

pub fn all(servers: &Servers, world: &World, options: &Options) -> anyhow::Result<Vec<Measured>> {
    let wanted = |query: &&Query| options.only.is_empty() || options.only.iter().any(|name| name == query.name);
    QUERIES
        .iter()
        .filter(wanted)
        .map(|query| {
            eprintln!("measuring {}", query.name);
            one(servers, world, options, query).with_context(|| query.name)
        })
        .collect()
}

fn one(servers: &Servers, world: &World, options: &Options, query: &'static Query) -> anyhow::Result<Measured> {
    let mut rng = StdRng::seed_from_u64(4_711);
    let requests = queries::requests(query, world, &mut rng, REQUESTS);
    let gateway: Vec<Shot> = requests
        .iter()
        .map(|request| servers.ask_gateway(world, query, request))
        .collect::<Result<_, _>>()?;
    let mut variants = Vec::new();
    for variant in reference::variants(query.name) {
        let shots: Vec<Shot> = requests
            .iter()
            .map(|request| servers.ask_reference(world, query, variant, request))
            .collect::<Result<_, _>>()?;
        compare(servers, &gateway, &shots, query.name == "update").with_context(|| format!("the reference's {variant}"))?;
        variants.push((*variant, shots));
    }
    // Every connection has prepared its statements before anything counts, and its backend has touched what it
    // reads: the gateway's for as long as the reference's, whose ways are tried at length.
    let warm = warming(options) + trying(options, variants.len());
    let (variant, shots) = fastest(servers, options, variants)?;
    load::run(servers.gateway_address, &gateway, options.connections, warm)?;
    let before = statements(servers)?;
    let mut sides = [Side::default(), Side::default()];
    let mut ratios = Vec::new();
    for round in 0..options.rounds {
        let mut rates = [0.0; 2];
        for turn in 0..2 {
            let side = (round + turn) % 2;
            let (address, shots) = if side == 0 {
                (servers.gateway_address, &gateway)
            } else {
                (servers.reference_address, &shots)
            };
            rates[side] = turn_of(servers, address, shots, options, side, &mut sides[side])?;
        }
        ratios.push(rates[0] / rates[1]);
    }
    let asked = statements(servers)? - before;
    let [mut gateway, mut reference] = sides;
    gateway.memory = servers.gateway_memory();
    reference.memory = servers.reference_memory();
    ratios.sort_by(f64::total_cmp);
    Ok(Measured {
        query,
        variant,
        statements: asked / gateway.round.answers.max(1) as f64,
        gateway,
        reference,
        ratio: ratios[ratios.len() / 2],
    })
}

fn warming(options: &Options) -> Duration {
    options.round.min(Duration::from_secs(2)) / 2
}

/// How long the reference runs while the fastest of its ways is looked for.
fn trying(options: &Options, variants: usize) -> Duration {
    if variants == 1 || options.smoke {
        return Duration::ZERO;
    }
    (warming(options) + options.round) * u32::try_from(variants).unwrap_or(1)
}

fn turn_of(servers: &Servers, address: std::net::SocketAddr, shots: &[Shot], options: &Options, side: usize, into: &mut Side) -> anyhow::Result<f64> {
    let before = servers.used();
    let round = load::run(address, shots, options.connections, options.round)?;
    let after = servers.used();
    into.server_cpu += if side == 0 {
        after.gateway - before.gateway
    } else {
        after.reference - before.reference
    };
    into.postgres_cpu += after.postgres - before.postgres;
    into.round.join(&round);
    Ok(round.rate())
}

fn fastest(servers: &Servers, options: &Options, variants: Vec<(&'static str, Vec<Shot>)>) -> anyhow::Result<(&'static str, Vec<Shot>)> {
    let mut best = None;
    let alone = variants.len() == 1;
    for (variant, shots) in variants {
        load::run(servers.reference_address, &shots, options.connections, warming(options))?;
        let rate = if alone {
            1.0
        } else {
            load::run(servers.reference_address, &shots, options.connections, options.round)?.rate()
        };
        if !alone {
            eprintln!("  reference, {variant}: {rate:.0}/s");
        }
        if best.as_ref().is_none_or(|(known, _, _)| rate > *known) {
            best = Some((rate, variant, shots));
        }
    }
    let (_, variant, shots) = best.context("a query without a reference")?;
    Ok((variant, shots))
}

/// Both must answer the same; a row that was updated has another version each time.
fn compare(servers: &Servers, gateway: &[Shot], reference: &[Shot], versions_differ: bool) -> anyhow::Result<()> {
    let mut ours = Connection::open(servers.gateway_address)?;
    let mut theirs = Connection::open(servers.reference_address)?;
    for (one, other) in gateway.iter().zip(reference).take(COMPARED) {
        let data = |body: &[u8]| -> anyhow::Result<String> {
            let json: Value = serde_json::from_slice(body)?;
            let mut text = json["data"].to_string().replace("+00:00", "Z");
            if versions_differ && let Some(place) = text.find("\"version\":") {
                text.truncate(place);
            }
            Ok(text)
        };
        let (one, other) = (data(ours.ask(&one.bytes)?)?, data(theirs.ask(&other.bytes)?)?);
        ensure!(one == other, "the answers differ.\ngateway:   {one:.600}\nreference: {other:.600}");
    }
    Ok(())
}

/// Data statements that the gateway has sent so far.
fn statements(servers: &Servers) -> anyhow::Result<f64> {
    use std::io::{Read, Write};
    let mut stream = std::net::TcpStream::connect(servers.gateway_address)?;
    stream.write_all(b"GET /metrics HTTP/1.1\r\nhost: bench\r\nconnection: close\r\n\r\n")?;
    let mut text = String::new();
    stream.read_to_string(&mut text)?;
    let line = text.lines().find_map(|line| line.strip_prefix("thorbis_statements_total "));
    Ok(line.context("the gateway counts no statements")?.trim().parse()?)
}
