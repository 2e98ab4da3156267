//! The command line of `thorbis`.

use crate::auth::Tokens;
use crate::{Config, check, demo, serve};
use anyhow::{Context, bail};
use graphql::{Gateway, Role, Slice};
use std::process::ExitCode;
use std::time::Instant;
use tracing_subscriber::EnvFilter;
use uuid::Uuid;

const HELP: &str = "thorbis: one GraphQL endpoint over the Thorbis Business OS database

  thorbis serve                        serve the gateway (DATABASE_URL)
  thorbis migrate [up|down|status]     change the database (OWNER_DATABASE_URL)
  thorbis demo                         load the demo data into an empty database (OWNER_DATABASE_URL)
  thorbis token --business ID --user ID [--role ROLE] [--minutes N]
                                       print a development token
  thorbis schema [--industry hs --role manager]
                                       print the schema, whole or one slice
  thorbis check [--statistics]         examine configuration, database, privileges and isolation

Settings come from the environment; README.md lists them.
";

pub fn run() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    log();
    match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => match runtime.block_on(dispatch(&arguments)) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("thorbis: {error:#}");
                ExitCode::FAILURE
            }
        },
        Err(error) => {
            eprintln!("thorbis: no runtime: {error}");
            ExitCode::FAILURE
        }
    }
}

/// For people on a terminal, for machines anywhere else.
fn log() {
    let filter = EnvFilter::try_from_env("THORBIS_LOG").unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn,sea_orm_migration=warn"));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if std::io::IsTerminal::is_terminal(&std::io::stderr()) {
        builder.compact().init();
    } else {
        builder.json().flatten_event(true).with_current_span(false).with_span_list(false).init();
    }
}

async fn dispatch(arguments: &[String]) -> anyhow::Result<()> {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["serve"] => serve(Config::from_environment()?).await,
        ["migrate"] | ["migrate", "up"] => migrate().await,
        ["migrate", "down"] => migration::down(&owner_url()?).await,
        ["migrate", "status"] => status().await,
        ["demo"] => load_demo().await,
        ["token", rest @ ..] => token(rest),
        ["schema", rest @ ..] => schema(rest),
        ["check"] => check::run(false).await,
        ["check", "--statistics"] => check::run(true).await,
        ["help" | "--help" | "-h"] => {
            print!("{HELP}");
            Ok(())
        }
        [] => bail!("say what to do.\n\n{HELP}"),
        _ => bail!("unknown command.\n\n{HELP}"),
    }
}

pub fn owner_url() -> anyhow::Result<String> {
    let url = std::env::var("OWNER_DATABASE_URL").ok().filter(|url| !url.is_empty());
    url.context("OWNER_DATABASE_URL is not set. Name the database's owner: postgres://owner:password@host:5432/database.")
}

/// One line for all steps; each has its own with THORBIS_LOG=info.
async fn migrate() -> anyhow::Result<()> {
    let (url, started) = (owner_url()?, Instant::now());
    let pending = migration::pending(&url).await?.len();
    migration::up(&url).await?;
    tracing::info!(steps = pending, seconds = started.elapsed().as_secs_f32(), "the database is up to date");
    Ok(())
}

async fn status() -> anyhow::Result<()> {
    let pending = migration::pending(&owner_url()?).await?;
    if pending.is_empty() {
        println!("all {} migrations are applied", migration::names().len());
    }
    pending.iter().for_each(|name| println!("pending {name}"));
    Ok(())
}

async fn load_demo() -> anyhow::Result<()> {
    let url = owner_url()?;
    if !demo::is_empty(&url).await? {
        bail!("the database has businesses already: demo data is for an empty one.");
    }
    demo::load(&url).await
}

/// `--name value` pairs, each known and at most once.
fn options<'a>(arguments: &[&'a str], known: &[&str]) -> anyhow::Result<impl Fn(&str) -> Option<&'a str> + use<'a>> {
    let mut found = Vec::new();
    for pair in arguments.chunks(2) {
        match pair {
            [name, _] if found.iter().any(|(key, _)| key == name) => bail!("{name} is there twice."),
            [name, value] if known.contains(name) => found.push((name.to_string(), *value)),
            [name, ..] => bail!("{name} is unknown here, or has no value. Known: {}.", known.join(", ")),
            [] => {}
        }
    }
    Ok(move |name: &str| found.iter().find(|(key, _)| key == name).map(|(_, value)| *value))
}

fn token(arguments: &[&str]) -> anyhow::Result<()> {
    let option = options(arguments, &["--business", "--user", "--role", "--minutes"])?;
    let id = |name: &str| -> anyhow::Result<Uuid> {
        option(name)
            .with_context(|| format!("{name} is missing"))?
            .parse()
            .with_context(|| format!("{name} is no UUID"))
    };
    let minutes = option("--minutes")
        .unwrap_or("60")
        .parse()
        .ok()
        .filter(|minutes| (1..=43_200).contains(minutes));
    let minutes: i64 = minutes.context("--minutes is no number from 1 to 43200, a month")?;
    if let Some(role) = option("--role")
        && Role::parse(role).is_none()
    {
        bail!("--role is none of owner, manager, staff, viewer, api_partner");
    }
    let config = Config::from_environment()?;
    let tokens = Tokens::new(&config.token_secret);
    let (token, _) = tokens.sign(id("--user")?, None, Some(id("--business")?), option("--role"), minutes)?;
    println!("{token}");
    Ok(())
}

fn schema(arguments: &[&str]) -> anyhow::Result<()> {
    let option = options(arguments, &["--industry", "--role"])?;
    let slice = match (option("--industry"), option("--role")) {
        (None, None) => None,
        (Some(industry), Some(role)) => {
            let role = Role::parse(role).context("--role is none of owner, manager, staff, viewer, api_partner")?;
            if !graphql::catalog::slice::INDUSTRIES.contains(&industry) {
                bail!("--industry is none of {}", graphql::catalog::slice::INDUSTRIES.join(", "));
            }
            Some(Slice {
                industry: industry.to_owned(),
                role,
            })
        }
        _ => bail!("a slice has an --industry and a --role"),
    };
    print!("{}", Gateway::sdl(slice)?);
    Ok(())
}
