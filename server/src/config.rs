//! Settings from the environment, checked at start; a refusal says what to change.

use anyhow::{Context, bail};
use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

/// What the gateway runs with. README.md has the table of variables.
#[derive(Clone)]
pub struct Config {
    pub database_url: String,
    pub bind: IpAddr,
    pub port: u16,
    pub token_secret: String,
    /// Seals the secrets of businesses; without it they cannot be written.
    pub sealing_key: Option<String>,
    pub external: Option<External>,
    pub cors_origins: Vec<String>,
    pub pool_size: usize,
    pub statement_timeout: Duration,
    pub refresh_every: Duration,
    /// How long it serves on, not ready any more, once SIGTERM has told it to stop.
    pub stop_notice: Duration,
    /// Lists demo users with their password to whoever opens GraphiQL.
    pub demo_sign_in: bool,
    pub introspection: bool,
    /// The last entry of X-Forwarded-For is the client: there is a proxy of ours in front.
    pub trust_forwarded: bool,
    /// Answers inside this process carry their statements; set by tests, never by the environment.
    pub record_statements: bool,
    /// The tables that are served; all of them, but in the benchmark.
    pub serves: fn(&entity::TableDef) -> bool,
    pub deadlines: Deadlines,
}

impl fmt::Debug for Config {
    /// Where it listens; the rest holds secrets, which are in no log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("bind", &self.bind)
            .field("port", &self.port)
            .finish_non_exhaustive()
    }
}

/// How long others may take; tests shorten it, the environment does not.
#[derive(Debug, Clone)]
pub struct Deadlines {
    /// Headers that are not here by then are not coming. Longer than the minute for which most proxies
    /// keep an idle connection: it counts from the answer before.
    pub headers: Duration,
    /// A body that takes longer comes from a slow client on purpose or from no client at all.
    pub body: Duration,
    /// How long a client may take nothing of an answer before its connection is ended.
    pub untaken: Duration,
    /// How long a large answer is kept for its client to take all of it.
    pub answer: Duration,
    /// How long a request waits for a connection to the database before it is told to come back.
    pub acquire: Duration,
    /// How long running requests have to end once the door is closed. With the notice before it, less than
    /// the ten seconds after which most of those who stop servers kill them.
    pub drain: Duration,
    /// How long the start waits for the database.
    pub database: Duration,
    /// How often the database is asked what operations may cost.
    pub limits: Duration,
    /// How long a provider's key set is not asked for again, though a key is unknown.
    pub keys: Duration,
}

impl Default for Deadlines {
    fn default() -> Self {
        Deadlines {
            headers: Duration::from_secs(75),
            body: Duration::from_secs(30),
            untaken: Duration::from_secs(30),
            answer: Duration::from_secs(120),
            acquire: Duration::from_secs(3),
            drain: Duration::from_secs(7),
            database: Duration::from_secs(30),
            limits: Duration::from_secs(60),
            keys: Duration::from_secs(60),
        }
    }
}

/// An identity provider whose tokens are accepted.
#[derive(Debug, Clone)]
pub struct External {
    pub jwks_url: String,
    pub issuer: String,
    pub audience: String,
}

impl Config {
    pub fn from_environment() -> anyhow::Result<Config> {
        Config::read(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
    }

    pub fn read(get: impl Fn(&str) -> Option<String>) -> anyhow::Result<Config> {
        let required = |name: &str, hint: &str| get(name).with_context(|| format!("{name} is not set. {hint}"));
        let number = |name: &str, default: u64, range: std::ops::RangeInclusive<u64>| -> anyhow::Result<u64> {
            let Some(text) = get(name) else { return Ok(default) };
            let value = text.parse::<u64>().ok().filter(|value| range.contains(value));
            value.with_context(|| format!("{name}={text} is no number from {} to {}.", range.start(), range.end()))
        };
        let flag = |name: &str, default: bool| match get(name).as_deref() {
            None => Ok(default),
            Some("1" | "true" | "yes" | "on") => Ok(true),
            Some("0" | "false" | "no" | "off") => Ok(false),
            Some(other) => bail!("{name}={other} is neither 1 nor 0."),
        };
        let database_url = required(
            "DATABASE_URL",
            "Name the gateway's own login: postgres://thorbis_gateway:password@host:5432/database.",
        )?;
        if !database_url.starts_with("postgres://") && !database_url.starts_with("postgresql://") {
            bail!("DATABASE_URL does not begin with postgres://.");
        }
        let token_secret = required("THORBIS_TOKEN_SECRET", "Make one: head -c 48 /dev/urandom | base64.")?;
        let sealing_key = get("THORBIS_SEALING_KEY");
        if sealing_key.as_ref().is_some_and(|key| key.len() < 32) {
            bail!("THORBIS_SEALING_KEY is shorter than 32 bytes. Make one: head -c 48 /dev/urandom | base64.");
        }
        if token_secret.len() < 32 {
            bail!("THORBIS_TOKEN_SECRET is shorter than 32 bytes. Make one: head -c 48 /dev/urandom | base64.");
        }
        let bind = get("BIND").unwrap_or_else(|| "127.0.0.1".into());
        Ok(Config {
            database_url,
            bind: bind.parse().with_context(|| format!("BIND={bind} is no IP address."))?,
            port: u16::try_from(number("PORT", 8080, 0..=65_535)?)?,
            token_secret,
            sealing_key,
            external: external(&get)?,
            cors_origins: origins(get("THORBIS_CORS_ORIGINS").unwrap_or_default())?,
            pool_size: usize::try_from(number("THORBIS_POOL_SIZE", 16, 1..=1_000)?)?,
            statement_timeout: Duration::from_secs(number("THORBIS_STATEMENT_TIMEOUT_SECONDS", 15, 1..=600)?),
            refresh_every: Duration::from_secs(60 * number("THORBIS_REFRESH_MINUTES", 15, 0..=10_080)?),
            stop_notice: Duration::from_secs(number("THORBIS_STOP_NOTICE_SECONDS", 2, 0..=600)?),
            demo_sign_in: flag("THORBIS_DEMO_SIGN_IN", false)?,
            introspection: flag("THORBIS_INTROSPECTION", true)?,
            trust_forwarded: flag("THORBIS_TRUST_FORWARDED", false)?,
            record_statements: false,
            serves: |_| true,
            deadlines: Deadlines::default(),
        })
    }
}

fn external(get: &impl Fn(&str) -> Option<String>) -> anyhow::Result<Option<External>> {
    let Some(jwks_url) = get("THORBIS_JWKS_URL") else { return Ok(None) };
    if !jwks_url.starts_with("https://") && !is_of_this_machine(&jwks_url) {
        bail!("THORBIS_JWKS_URL must begin with https://: keys fetched in the clear prove nothing.");
    }
    let issuer = get("THORBIS_JWT_ISSUER").context("THORBIS_JWKS_URL needs THORBIS_JWT_ISSUER beside it: the iss of the provider's tokens.")?;
    let audience = get("THORBIS_JWT_AUDIENCE").context("THORBIS_JWKS_URL needs THORBIS_JWT_AUDIENCE beside it: the aud of tokens meant for this gateway.")?;
    Ok(Some(External { jwks_url, issuer, audience }))
}

/// What goes over this machine's own loopback is read by nobody on the way.
fn is_of_this_machine(url: &str) -> bool {
    let host = url
        .parse::<http::Uri>()
        .ok()
        .filter(|uri| uri.scheme_str() == Some("http"))
        .and_then(|uri| uri.host().map(str::to_owned));
    host.is_some_and(|host| ["localhost", "127.0.0.1", "[::1]"].contains(&host.as_str()))
}

fn origins(text: String) -> anyhow::Result<Vec<String>> {
    let origins: Vec<String> = text.split(',').map(str::trim).filter(|origin| !origin.is_empty()).map(str::to_owned).collect();
    for origin in &origins {
        let host = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
        if host.is_none_or(|host| host.is_empty() || host.contains('/') || host.contains('*')) {
            bail!("THORBIS_CORS_ORIGINS holds {origin}, which is no origin such as https://app.example.com.");
        }
    }
    Ok(origins)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(changes: &[(&str, &str)]) -> anyhow::Result<Config> {
        let base = [
            ("DATABASE_URL", "postgres://gateway@localhost/x"),
            ("THORBIS_TOKEN_SECRET", "0123456789012345678901234567890123"),
        ];
        Config::read(|name| {
            let changed = changes.iter().find(|(key, _)| *key == name);
            changed
                .or_else(|| base.iter().find(|(key, _)| *key == name))
                .map(|(_, value)| (*value).to_owned())
                .filter(|value| !value.is_empty())
        })
    }

    #[test]
    fn defaults_are_enough() {
        let config = read(&[]).expect("must be a configuration");
        assert_eq!((config.port, config.bind.to_string().as_str()), (8080, "127.0.0.1"));
    }

    #[test]
    fn what_is_printed_of_it_holds_no_secret() {
        let key = "sealing sealing sealing sealing sealing";
        let config = read(&[("DATABASE_URL", "postgres://gateway:word@localhost/x"), ("THORBIS_SEALING_KEY", key)]);
        let printed = format!("{:?}", config.expect("must be a configuration"));
        assert!(!["word", "0123456789", "sealing"].iter().any(|secret| printed.contains(secret)), "{printed}");
    }

    #[test]
    fn a_refusal_names_the_variable() {
        for (name, value) in [
            ("DATABASE_URL", ""),
            ("DATABASE_URL", "mysql://x"),
            ("THORBIS_TOKEN_SECRET", "short"),
            ("PORT", "70000"),
            ("BIND", "nowhere"),
            ("THORBIS_CORS_ORIGINS", "https://a.example/path"),
            ("THORBIS_JWKS_URL", "http://keys.example"),
            ("THORBIS_JWKS_URL", "http://localhost.keys.example/"),
            ("THORBIS_JWKS_URL", "http://127.0.0.1.keys.example/"),
            ("THORBIS_JWKS_URL", "http://localhost@keys.example/"),
            ("THORBIS_JWKS_URL", "ftp://localhost/"),
            ("THORBIS_DEMO_SIGN_IN", "maybe"),
        ] {
            let refusal = read(&[(name, value)]).expect_err("must be refused").to_string();
            assert!(refusal.contains(name), "{name}={value} gave: {refusal}");
        }
    }
}
