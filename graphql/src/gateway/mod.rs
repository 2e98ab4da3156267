//! One request from its text to its answer: document, plan, transaction, JSON.

mod introspect;
mod outcome;
mod work;

use crate::action::{Services, Standing};
use crate::caches::{self, Documents, Introspections};
use crate::caller::{Answer, Caller, Identity, Outcome, Request, RequestInfo};
use crate::catalog::Catalog;
use crate::catalog::slice::{Slice, Visibility};
use crate::error::{Code, Error, Result};
use crate::plan::cost::Limits;
use crate::plan::selection;
use crate::session::{First, Mode, Opened, Pool, PoolSettings, Session, StartError};
use crate::types::{self, HandWritten};
use crate::{document, domain, idempotency, identity};
use async_graphql::dynamic::Schema;
use async_graphql::parser::types::{ExecutableDocument, OperationType};
use entity::TableDef;
use futures_util::FutureExt;
use introspect::Builder;
use outcome::{Done, Failure, Told, UNTOLD, answer_failure, invalid, refused};
use quick_cache::sync::Cache;
use std::panic::AssertUnwindSafe;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, OnceLock, RwLock};
use std::time::{Duration, Instant};
use uuid::Uuid;
use work::Work;

const STANDINGS: usize = 20_000;
/// Uses of keys that could not be noted are tried again after so long.
const NOTE_AGAIN: Duration = Duration::from_secs(60);
/// More than there are industries times roles.
const SLICES: usize = 100;

/// The hand-written part: one line an industry.
pub const HAND_WRITTEN: HandWritten = HandWritten {
    actions: &[identity::ACTIONS, domain::hs::ACTIONS],
    objects: &[identity::OBJECTS],
};

#[derive(Debug, Clone)]
pub struct Settings {
    pub database_url: String,
    pub pool_size: usize,
    pub acquire_timeout: Duration,
    pub statement_timeout: Duration,
    /// Whether `__schema` and `__type` are answered.
    pub introspection: bool,
    /// Keep every statement's text for the answer: for tests.
    pub record_statements: bool,
    /// The tables that are served: all of them, but for measuring what their number costs.
    pub serves: fn(&TableDef) -> bool,
}

pub struct Gateway {
    settings: Settings,
    catalog: Arc<Catalog>,
    schema: Schema,
    pool: Pool,
    services: Arc<Services>,
    documents: Documents,
    introspections: Introspections,
    builder: Builder,
    /// The last known standing of a member: a guess to plan by, verified by every transaction.
    standings: Cache<(Uuid, Uuid), Standing>,
    /// What each slice shows, worked out once.
    visibilities: Cache<Slice, Arc<Visibility>>,
    limits: RwLock<Limits>,
    /// When the use of a key could not be noted.
    note_refused: Mutex<Option<Instant>>,
}

impl Gateway {
    /// Builds the schema and the pool; the database itself is asked by the first request.
    pub async fn start(settings: Settings, services: Services) -> Result<Arc<Gateway>, StartError> {
        let served: Vec<&'static TableDef> = entity::registry().iter().copied().filter(|def| (settings.serves)(def)).collect();
        let catalog = Arc::new(Catalog::new(&served));
        let schema = types::union_schema(&catalog, HAND_WRITTEN).map_err(|error| StartError(format!("The schema cannot be built: {error}.")))?;
        let pool = Pool::new(&PoolSettings {
            database_url: settings.database_url.clone(),
            size: settings.pool_size,
            acquire_timeout: settings.acquire_timeout,
            statement_timeout: settings.statement_timeout,
            record_statements: settings.record_statements,
        })?;
        Ok(Arc::new(Gateway {
            settings,
            catalog,
            schema,
            pool,
            services: Arc::new(services),
            documents: caches::documents(),
            introspections: caches::introspections(),
            builder: Builder::default(),
            standings: Cache::new(STANDINGS),
            visibilities: Cache::new(SLICES),
            limits: RwLock::default(),
            note_refused: Mutex::default(),
        }))
    }

    /// Asks the database what operations may cost. Until it was asked once, only small ones are answered.
    pub async fn read_limits(&self) -> Result<()> {
        let rows = self.pool.rows("SELECT plan, maximum_query_cost FROM platform.query_costs()").await?;
        let limits = Limits::of(rows.iter().map(|row| (row.get(0), u64::try_from(row.get::<_, i32>(1)).unwrap_or(0))));
        if let Ok(mut known) = self.limits.write() {
            *known = limits;
        }
        Ok(())
    }

    fn limits(&self) -> Limits {
        self.limits.read().map(|limits| *limits).unwrap_or_default()
    }

    /// The schema in GraphQL's own language, whole or of one slice. Needs no database.
    pub fn sdl(slice: Option<Slice>) -> Result<String, StartError> {
        let catalog = Catalog::new(entity::registry());
        let schema = match &slice {
            Some(slice) => types::slice_schema(&catalog, HAND_WRITTEN, Some(slice)),
            None => types::union_schema(&catalog, HAND_WRITTEN),
        };
        let options = async_graphql::SDLExportOptions::new().sorted_fields().sorted_enum_items().sorted_arguments();
        let printed = schema
            .map_err(|error| StartError(format!("The schema cannot be built: {error}.")))?
            .sdl_with_options(options);
        Ok(types::layout(&printed))
    }

    pub async fn ping(&self) -> bool {
        self.pool.ping().await
    }

    /// Refreshes the reports' materialized views.
    pub async fn refresh_views(&self) -> Result<()> {
        // One batch is one transaction: the longer limit ends with it.
        self.pool.run("SET LOCAL statement_timeout = '10min'; SELECT reporting.refresh_views()").await
    }

    /// Removes idempotency keys that expired.
    pub async fn remove_expired_keys(&self) -> Result<()> {
        self.pool
            .run("SET LOCAL statement_timeout = '10min'; SELECT platform.remove_expired_keys()")
            .await
    }

    /// The identity behind an API key, or None. A database that takes no changes now knows keys all the same.
    pub async fn find_api_key(&self, key: &str, ip: Option<std::net::IpAddr>) -> Result<Option<Identity>> {
        let opened = self.open_without_caller(Mode::Read, ip).await?;
        let found = identity::find_api_key(&opened.tx, key, ip).await;
        opened.tx.rollback().await;
        // Its connection is the next one's: who held it and waited for another might wait for himself.
        drop(opened);
        let Some((identity, is_use_unnoted)) = found? else { return Ok(None) };
        if is_use_unnoted
            && self.may_note()
            && let Err(error) = self.note_api_key_use(key, ip).await
        {
            tracing::debug!(code = error.code.as_str(), "the use of a key could not be noted");
            if let Ok(mut refused) = self.note_refused.lock() {
                *refused = Some(Instant::now());
            }
        }
        Ok(Some(identity))
    }

    /// Not again at once where the database took no note: a standby takes none for as long as it is one.
    fn may_note(&self) -> bool {
        let refused = self.note_refused.lock().ok().and_then(|refused| *refused);
        refused.is_none_or(|moment| moment.elapsed() > NOTE_AGAIN)
    }

    async fn note_api_key_use(&self, key: &str, ip: Option<std::net::IpAddr>) -> Result<()> {
        let opened = self.open_without_caller(Mode::Write, ip).await?;
        match identity::note_api_key_use(&opened.tx, key, ip).await {
            Ok(()) => opened.tx.commit().await,
            Err(error) => {
                opened.tx.rollback().await;
                Err(error)
            }
        }
    }

    /// The user whom an identity provider calls by this subject, or None.
    pub async fn find_identity(&self, issuer: &str, subject: &str) -> Result<Option<Uuid>> {
        let opened = self.open_without_caller(Mode::Read, None).await?;
        let found = identity::find_identity(&opened.tx, issuer, subject).await;
        opened.tx.rollback().await;
        found
    }

    /// A transaction of nobody, to find out who somebody is.
    async fn open_without_caller(&self, mode: Mode, ip: Option<std::net::IpAddr>) -> Result<Opened> {
        let request = RequestInfo {
            request_id: Uuid::new_v4(),
            ip,
            user_agent: None,
        };
        let caller = Caller { identity: None, request };
        Session::open(&self.pool, &caller, mode, First::default()).await
    }

    /// Answers one request. A panic becomes a coded error, and a caller who goes away takes the transaction
    /// along: it is dropped with this future, and stops what its connection is doing.
    pub async fn execute(&self, caller: Caller, request: Request) -> Answer {
        let request_id = caller.request.request_id;
        let ran = AssertUnwindSafe(self.run(caller, request)).catch_unwind().await;
        match ran {
            Ok(answer) => answer,
            Err(_) => {
                tracing::error!(%request_id, "an operation panicked");
                answer_failure(Failure::from(Error::internal()), request_id, &UNTOLD)
            }
        }
    }

    async fn run(&self, caller: Caller, request: Request) -> Answer {
        let request_id = caller.request.request_id;
        let mut told = UNTOLD;
        match self.attempt(caller, &request, &mut told).await {
            Ok(done) => {
                let mut body = done.body;
                body.extend_from_slice(b",\"extensions\":");
                told.write_extensions(&mut body, request_id, done.replayed);
                body.push(b'}');
                Answer {
                    body,
                    outcome: Outcome::Executed,
                    codes: Vec::new(),
                    statements: done.statements,
                    sql: done.sql,
                    operation_kind: told.kind,
                    repeats: told.repeats,
                    replayed: done.replayed,
                }
            }
            Err(failure) => answer_failure(failure, request_id, &told),
        }
    }

    async fn attempt(&self, caller: Caller, request: &Request, told: &mut Told) -> Result<Done, Failure> {
        let document = self.document(request).await?;
        let operation = document::operation(&document, request.operation_name.as_deref()).map_err(invalid)?;
        told.kind = match operation.ty {
            OperationType::Query => "query",
            OperationType::Mutation => "mutation",
            OperationType::Subscription => "subscription",
        };
        if request.queries_only && operation.ty != OperationType::Query {
            let error = Error::new(Code::DocumentInvalid, "Only queries may be sent with GET. Use POST.");
            return Err(refused(vec![error], Outcome::MethodNotAllowed));
        }
        let variables = selection::variables(operation, &request.variables).map_err(invalid)?;
        let claim = match operation.ty {
            OperationType::Mutation => idempotency::claim(&caller, request).map_err(invalid)?,
            _ => None,
        };
        let work = Work {
            gateway: self,
            caller: Arc::new(caller),
            document: &document,
            operation,
            variables,
            text: &request.document,
            operation_name: request.operation_name.as_deref(),
            deadline: OnceLock::new(),
            introspected: Mutex::default(),
            claim,
            claim_answered: AtomicBool::new(false),
            cost: Mutex::default(),
        };
        let ended = work.run_until_told(&mut told.repeats).await;
        told.cost = work.cost.lock().ok().and_then(|cost| *cost);
        ended
    }

    /// The document, validated once.
    async fn document(&self, request: &Request) -> Result<Arc<ExecutableDocument>, Failure> {
        if let Some(document) = self.documents.get(&request.document) {
            return Ok(document);
        }
        let document = document::parse(&request.document).map_err(invalid)?;
        if let Err(errors) = document::validate(&self.schema, &document, request.operation_name.as_deref()).await {
            return Err(refused(errors, Outcome::Invalid));
        }
        let document = Arc::new(document);
        self.documents.insert(request.document.clone(), Arc::clone(&document));
        Ok(document)
    }
}
