//! Databases for tests: clones of one that was migrated once a run.

use crate::cluster::Server;
use crate::runtime;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, NoTls, Row};

/// A database of the throw-away server, with all migrations applied and no rows.
pub struct Database {
    name: String,
    /// The owner's connection; another one takes its place when it ended with the server.
    owner: Mutex<Arc<Client>>,
    /// The second server took the first one's place.
    moved: AtomicBool,
}

/// `postgres://owner@host/postgres`, where every other URL comes from.
fn server_url() -> String {
    std::env::var("TEST_OWNER_DATABASE_URL").expect("TEST_OWNER_DATABASE_URL names a throw-away server's owner: run scripts/test.sh, which makes one")
}

fn url(user: &str, database: &str) -> String {
    url_at(&[Server::First], user, database)
}

/// Of several servers, in the order in which they are tried.
fn url_at(servers: &[Server], user: &str, database: &str) -> String {
    let base = server_url();
    let (_, rest) = base.split_once('@').expect("TEST_OWNER_DATABASE_URL has a user");
    let (first, _) = rest.rsplit_once('/').expect("TEST_OWNER_DATABASE_URL has a database");
    let hosts: Vec<_> = servers.iter().map(|server| server.host(first)).collect();
    format!("postgres://{user}@{}/{database}", hosts.join(","))
}

pub(crate) async fn connect(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.expect("the throw-away server answers");
    tokio::spawn(connection);
    client
}

/// The name of the migrated database that the others are copied from.
fn template() -> &'static str {
    static NAME: OnceLock<String> = OnceLock::new();
    NAME.get_or_init(|| {
        let name = format!("template_{}", std::process::id());
        runtime().block_on(async {
            let server = connect(&server_url()).await;
            server.batch_execute(&format!("CREATE DATABASE {name}")).await.expect("a database can be made");
            migration::up(&url("postgres", &name)).await.expect("the migrations run on an empty database");
        });
        name
    })
}

impl Database {
    pub fn new() -> Database {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        // A template cannot be copied twice at the same moment.
        static TURN: Mutex<()> = Mutex::new(());
        let template = template();
        let name = format!("test_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let turn = TURN.lock();
        let owner = runtime().block_on(async {
            let server = connect(&server_url()).await;
            server
                .batch_execute(&format!("CREATE DATABASE {name} TEMPLATE {template}"))
                .await
                .expect("the template can be copied");
            connect(&url("postgres", &name)).await
        });
        drop(turn);
        Database::owned(name, owner)
    }

    /// A database without anything in it.
    pub fn empty() -> Database {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("empty_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let owner = runtime().block_on(async {
            let server = connect(&server_url()).await;
            server.batch_execute(&format!("CREATE DATABASE {name}")).await.expect("a database can be made");
            connect(&url("postgres", &name)).await
        });
        Database::owned(name, owner)
    }

    fn owned(name: String, owner: Client) -> Database {
        let owner = Mutex::new(Arc::new(owner));
        let moved = AtomicBool::new(false);
        Database { name, owner, moved }
    }

    fn owner(&self) -> Arc<Client> {
        let mut owner = self.owner.lock().expect("not poisoned");
        if owner.is_closed() {
            *owner = Arc::new(self.connect_as_owner());
        }
        Arc::clone(&owner)
    }

    /// Its place is the second server's from now on, or the first one's again.
    pub fn moves_to(&self, server: Server) {
        self.moved.store(server == Server::Second, Ordering::Relaxed);
        let mut owner = self.owner.lock().expect("not poisoned");
        *owner = Arc::new(self.connect_as_owner());
    }

    pub fn owner_url(&self) -> String {
        let server = if self.moved.load(Ordering::Relaxed) { Server::Second } else { Server::First };
        url_at(&[server], "postgres", &self.name)
    }

    /// The gateway's URL of these servers, in the order in which they are tried.
    pub fn gateway_url_at(&self, servers: &[Server]) -> String {
        url_at(servers, "thorbis_gateway", &self.name)
    }

    pub fn gateway_url(&self) -> String {
        self.url_of("thorbis_gateway")
    }

    /// As another role.
    pub fn url_of(&self, role: &str) -> String {
        url(role, &self.name)
    }

    /// A setting of every session that begins from now on, such as `synchronous_commit = on`.
    pub fn set(&self, setting: &str) {
        self.run(&format!("ALTER DATABASE {} SET {setting}", self.name));
    }

    /// Runs statements as the owner, past every policy.
    pub fn run(&self, sql: &str) {
        runtime()
            .block_on(self.owner().batch_execute(sql))
            .unwrap_or_else(|error| panic!("{sql}\n{error:?}"));
    }

    /// The same where a refusal is an answer.
    pub fn attempt(&self, sql: &str) -> Result<(), tokio_postgres::Error> {
        runtime().block_on(self.owner().batch_execute(sql))
    }

    pub fn rows(&self, sql: &str, parameters: &[&(dyn ToSql + Sync)]) -> Vec<Row> {
        runtime()
            .block_on(self.owner().query(sql, parameters))
            .unwrap_or_else(|error| panic!("{sql}\n{error:?}"))
    }

    pub fn one<T: for<'a> tokio_postgres::types::FromSql<'a>>(&self, sql: &str, parameters: &[&(dyn ToSql + Sync)]) -> T {
        let rows = self.rows(sql, parameters);
        rows.first().unwrap_or_else(|| panic!("{sql} gave no row")).get(0)
    }

    /// As if the database were down: nobody gets in, and whoever is in is thrown out.
    pub fn refuse_connections(&self) {
        self.run(&format!("REVOKE CONNECT ON DATABASE {} FROM PUBLIC, thorbis_gateway", self.name));
        self.throw_out();
    }

    pub fn accept_connections(&self) {
        self.run(&format!("GRANT CONNECT ON DATABASE {} TO thorbis_gateway", self.name));
    }

    /// Ends the gateway's connections, whatever they are doing.
    pub fn throw_out(&self) {
        self.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND usename = 'thorbis_gateway'");
    }

    /// One more connection of the owner, past every policy.
    pub fn connect_as_owner(&self) -> Client {
        runtime().block_on(connect(&self.owner_url()))
    }

    /// A connection of the gateway's own role, as any client of the database could have it.
    pub fn connect_as_gateway(&self) -> Client {
        runtime().block_on(connect(&self.gateway_url()))
    }
}

impl Default for Database {
    fn default() -> Self {
        Self::new()
    }
}
