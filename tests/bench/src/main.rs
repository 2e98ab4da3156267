//! Measures the gateway beside a server written by hand for the same queries: the same database, the same
//! requests, one after the other in one run. `scripts/bench.sh` makes the database and calls this.

mod growth;
mod load;
mod measure;
mod process;
mod queries;
mod reference;
mod report;
mod servers;
mod world;

use anyhow::{Context, bail};
use servers::{Served, Servers};
use std::time::Duration;

/// What the command line asks for.
pub struct Options {
    pub businesses: usize,
    pub customers: usize,
    pub connections: usize,
    /// Of one server in one round.
    pub round: Duration,
    pub rounds: usize,
    pub json: Option<String>,
    pub growth: bool,
    /// Only whether it works: a development build over a few rows says nothing of speed.
    pub smoke: bool,
    /// Measures these queries only.
    pub only: Vec<String>,
}

impl Options {
    fn read(mut arguments: impl Iterator<Item = String>) -> anyhow::Result<Options> {
        let mut options = Options {
            businesses: 20,
            customers: 2_000,
            connections: 16,
            round: Duration::from_secs(4),
            rounds: 9,
            json: None,
            growth: false,
            smoke: false,
            only: Vec::new(),
        };
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().with_context(|| format!("{argument} needs a value"));
            match argument.as_str() {
                "--json" => options.json = Some(value()?),
                "--seconds" => options.round = Duration::from_secs_f64(value()?.parse()?),
                "--rounds" => options.rounds = value()?.parse()?,
                "--businesses" => options.businesses = value()?.parse()?,
                "--only" => options.only = value()?.split(',').map(str::to_owned).collect(),
                "--growth" => options.growth = true,
                "--smoke" => {
                    options.smoke = true;
                    options.businesses = 2;
                    options.customers = 60;
                    options.round = Duration::from_secs(1);
                    options.rounds = 1;
                }
                other => bail!("{other} is unknown. Use --json FILE, --seconds N, --rounds N, --businesses N, --only A,B, --growth, --smoke."),
            }
        }
        Ok(options)
    }
}

fn required(name: &str) -> anyhow::Result<String> {
    std::env::var(name).with_context(|| format!("{name} is not set; scripts/bench.sh sets it"))
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1).peekable();
    if arguments.peek().is_some_and(|first| first == "reference") {
        let port = required("PORT")?.parse()?;
        return reference::serve(&required("DATABASE_URL")?, &required("THORBIS_TOKEN_SECRET")?, port, 16).await;
    }
    if arguments.peek().is_some_and(|first| first == "small-gateway") {
        let mut config = server::Config::from_environment()?;
        config.serves = growth::is_in_the_document;
        return server::serve(config).await;
    }
    let options = Options::read(arguments)?;
    let owner = required("OWNER_DATABASE_URL")?;
    eprintln!("filling {} businesses of {} customers", options.businesses, options.customers);
    world::fill(&owner, options.businesses, options.customers).await?;
    let world = world::look(&owner).await?;
    let postmaster = world::postmaster(&owner).await?;
    let result = tokio::task::spawn_blocking(move || {
        let servers = Servers::start(postmaster, Served::All)?;
        let measured = measure::all(&servers, &world, &options)?;
        let growth = if options.growth {
            growth::all(&servers, &world, &options, postmaster)?
        } else {
            Vec::new()
        };
        report::print(&measured, &growth, !options.smoke);
        if let Some(file) = &options.json {
            report::write(file, &measured, &growth)?;
        }
        anyhow::Ok(())
    });
    result.await?
}
