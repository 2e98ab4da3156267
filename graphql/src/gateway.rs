//! One request from its text to its answer: document, plan, transaction, JSON.

use crate::action::{ActionContext, Mark, Services, Standing};
use crate::caches::{self, Documents, Introspected, Introspections};
use crate::caller::{Answer, Caller, Identity, Outcome, Request};
use crate::catalog::Catalog;
use crate::catalog::slice::{Slice, Visibility};
use crate::document;
use crate::error::{Code, Error, Result};
use crate::idempotency::{self, Claimed};
use crate::plan::cost::{self, Cost, Spent};
use crate::plan::selection::{self, Planner};
use crate::plan::sql::Statement;
use crate::plan::{Plan, introspection_fields};
use crate::run::{DATA, Reads, Runner};
use crate::session::{First, Mode, Opened, Pool, PoolSettings, Results, Session, StartError};
use crate::types::{self, HandWritten};
use crate::{domain, identity};
use async_graphql::dynamic::Schema;
use async_graphql::parser::types::{ExecutableDocument, OperationDefinition, OperationType};
use quick_cache::sync::Cache;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::Semaphore;
use uuid::Uuid;

const STANDINGS: usize = 20_000;
/// More than there are industries times roles.
const SLICES: usize = 100;
/// How often an operation that PostgreSQL undid is repeated before its caller is told.
const REPEATS: usize = 3;
/// The longest pause before the first repeat; those after it may be longer.
const PAUSE: Duration = Duration::from_millis(20);
/// Schemas of slices in the making: each takes much memory and a processor for a while.
const BUILDS: usize = 2;
/// Of a request that has not come far enough to tell anything.
const UNTOLD: Told = Told {
    kind: "unknown",
    cost: None,
    repeats: 0,
};

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
}

pub struct Gateway {
    settings: Settings,
    catalog: Arc<Catalog>,
    schema: Schema,
    pool: Pool,
    services: Arc<Services>,
    documents: Documents,
    introspections: Introspections,
    builds: Semaphore,
    /// The last known standing of a member: a guess to plan by, verified by every transaction.
    standings: Cache<(Uuid, Uuid), Standing>,
    /// What each slice shows, worked out once.
    visibilities: Cache<Slice, Arc<Visibility>>,
}

/// What is told of an operation beside its data and errors.
struct Told {
    kind: &'static str,
    /// None before anything was planned.
    cost: Option<Cost>,
    /// How often PostgreSQL undid it and it was run again.
    repeats: usize,
}

impl Told {
    /// The answer's `extensions`.
    fn write_extensions(&self, out: &mut Vec<u8>, request_id: Uuid, replayed: bool) {
        out.push(b'{');
        if let Some(Cost { requested, limit }) = self.cost {
            out.extend_from_slice(format!("\"cost\":{{\"requested\":{requested},\"limit\":{limit}}},").as_bytes());
        }
        if replayed {
            out.extend_from_slice(b"\"replayed\":true,");
        }
        out.extend_from_slice(format!("\"requestId\":\"{request_id}\"}}").as_bytes());
    }

    /// The same as a value.
    fn extensions(&self, request_id: Uuid) -> Value {
        let mut text = Vec::new();
        self.write_extensions(&mut text, request_id, false);
        serde_json::from_slice(&text).unwrap_or(Value::Null)
    }
}

/// What failed, and whether it failed before anything ran.
struct Failure {
    errors: Vec<Error>,
    outcome: Outcome,
    /// Nothing came of it, or its idempotency key tells: the operation can be run again.
    repeatable: bool,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let outcome = match error.code {
            Code::Unauthenticated => Outcome::Unauthenticated,
            Code::Overloaded => Outcome::Overloaded,
            _ => Outcome::Executed,
        };
        Failure {
            repeatable: error.undone,
            errors: vec![error],
            outcome,
        }
    }
}

impl Failure {
    fn is_unknown(&self) -> bool {
        self.errors.iter().any(|error| error.code == Code::OutcomeUnknown)
    }
}

/// A refusal before execution: the request was wrong, not the data.
fn invalid(error: Error) -> Failure {
    let outcome = match error.code {
        Code::Unauthenticated => Outcome::Unauthenticated,
        Code::Internal | Code::Overloaded => return Failure::from(error),
        _ => Outcome::Invalid,
    };
    refused(vec![error], outcome)
}

/// A refusal that stays one.
fn refused(errors: Vec<Error>, outcome: Outcome) -> Failure {
    Failure {
        errors,
        outcome,
        repeatable: false,
    }
}

struct Done {
    /// `{"data":…`: the answer but for its extensions.
    body: Vec<u8>,
    replayed: bool,
    statements: usize,
    sql: Vec<String>,
}

/// What a transaction gave that is not committed yet.
struct Ran {
    /// `{"data":…`: the answer but for its extensions.
    body: Vec<u8>,
    /// Travels with the commit.
    last: Option<Statement>,
    replayed: bool,
    /// Nobody may run it again, whatever becomes of the commit.
    final_run: bool,
}

impl Ran {
    fn read(body: Vec<u8>) -> Ran {
        Ran {
            body,
            last: None,
            replayed: false,
            final_run: false,
        }
    }
}

impl Gateway {
    /// Builds the schema and the pool; the database itself is asked by the first request.
    pub async fn start(settings: Settings, services: Services) -> Result<Arc<Gateway>, StartError> {
        let catalog = Arc::new(Catalog::new(entity::registry()));
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
            builds: Semaphore::new(BUILDS),
            standings: Cache::new(STANDINGS),
            visibilities: Cache::new(SLICES),
        }))
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

    /// The identity behind an API key, or None.
    pub async fn find_api_key(&self, key: &str, ip: Option<std::net::IpAddr>) -> Result<Option<Identity>> {
        let request = crate::caller::RequestInfo {
            request_id: Uuid::new_v4(),
            ip,
            user_agent: None,
        };
        let caller = Caller { identity: None, request };
        let opened = Session::open(&self.pool, &caller, Mode::Write, First::default()).await?;
        let found = identity::find_api_key(&opened.tx, key, ip).await;
        match &found {
            Ok(_) => opened.tx.commit().await?,
            Err(_) => opened.tx.rollback().await,
        }
        found
    }

    /// The user whom an identity provider calls by this subject, or None.
    pub async fn find_identity(&self, issuer: &str, subject: &str) -> Result<Option<Uuid>> {
        let request = crate::caller::RequestInfo {
            request_id: Uuid::new_v4(),
            ip: None,
            user_agent: None,
        };
        let caller = Caller { identity: None, request };
        let opened = Session::open(&self.pool, &caller, Mode::Read, First::default()).await?;
        let found = identity::find_identity(&opened.tx, issuer, subject).await;
        opened.tx.rollback().await;
        found
    }

    /// Answers one request. The work runs in a task of its own: a panic becomes a coded error, and a
    /// caller who goes away takes the transaction along.
    pub async fn execute(self: &Arc<Self>, caller: Caller, request: Request) -> Answer {
        let gateway = Arc::clone(self);
        let request_id = caller.request.request_id;
        let mut task = AbortOnDrop(tokio::spawn(async move { gateway.run(caller, request).await }));
        match (&mut task.0).await {
            Ok(answer) => answer,
            Err(error) => {
                tracing::error!(%error, %request_id, "an operation panicked");
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

/// One operation of one caller.
struct Work<'w> {
    gateway: &'w Gateway,
    caller: Arc<Caller>,
    document: &'w ExecutableDocument,
    operation: &'w OperationDefinition,
    variables: HashMap<&'w str, async_graphql::Value>,
    text: &'w str,
    /// Claims the idempotency key, where the operation has one.
    claim: Option<Statement>,
    /// Whether the last run learned what became of the key before.
    claim_answered: AtomicBool,
    /// Known once the operation is planned for the verified caller.
    cost: Mutex<Option<Cost>>,
}

impl Work<'_> {
    /// Runs the operation, and again where that is what its failure asks for.
    async fn run_until_told(&self, repeats: &mut usize) -> Result<Done, Failure> {
        let mut lost_commit = None;
        loop {
            self.claim_answered.store(false, Ordering::Relaxed);
            let ended = self.run().await;
            if self.claim_answered.load(Ordering::Relaxed) {
                lost_commit = None;
            }
            match ended {
                Err(failure) if failure.repeatable && *repeats < REPEATS => {
                    lost_commit = if failure.is_unknown() { Some(failure) } else { lost_commit };
                    *repeats += 1;
                    pause(*repeats).await;
                }
                // Nobody could say what became of the commit, so this failure says too much.
                Err(failure) => return Err(lost_commit.unwrap_or(failure)),
                done => return done,
            }
        }
    }

    async fn run(&self) -> Result<Done, Failure> {
        if self.operation.ty == OperationType::Query
            && let Some(standing) = self.guess()
            && let Some(done) = self.query_by_guess(&standing).await?
        {
            return Ok(done);
        }
        let mode = if self.operation.ty == OperationType::Query { Mode::Read } else { Mode::Write };
        let first = First {
            statements: self.claim.as_slice(),
            all: false,
        };
        let opened = Session::open(&self.gateway.pool, &self.caller, mode, first).await?;
        self.remember(opened.standing.as_ref());
        let result = self.in_transaction(&opened).await;
        self.finish(&opened, result).await
    }

    fn key(&self) -> Option<(Uuid, Uuid)> {
        let identity = self.caller.identity.as_ref()?;
        Some((identity.user_id, identity.business_id?))
    }

    fn guess(&self) -> Option<Standing> {
        self.gateway.standings.get(&self.key()?)
    }

    fn remember(&self, standing: Option<&Standing>) {
        if let (Some(key), Some(standing)) = (self.key(), standing) {
            self.gateway.standings.insert(key, standing.clone());
        }
    }

    /// Plans by the last known standing, so that the first statements travel with the transaction's
    /// opening. None where the guess was wrong, and nothing of it is answered.
    async fn query_by_guess(&self, guess: &Standing) -> Result<Option<Done>, Failure> {
        // A plan that fails by a guess fails properly below, by the verified standing.
        let Ok(plan) = self.plan(Some(guess)) else { return Ok(None) };
        let reads = Reads::of(&plan);
        let first = First {
            statements: &reads.statements(),
            all: reads.is_all(),
        };
        let mut opened = Session::open(&self.gateway.pool, &self.caller, Mode::Read, first).await?;
        let same = opened
            .standing
            .as_ref()
            .is_some_and(|found| found.role == guess.role && found.industry == guess.industry && found.plan == guess.plan);
        if !same {
            opened.tx.rollback().await;
            if let Some(key) = self.key() {
                self.gateway.standings.remove(&key);
            }
            return Ok(None);
        }
        self.note_cost(plan.cost);
        let first = std::mem::take(&mut opened.first);
        let result = self.read(&opened, &plan, reads, Some(first)).await.map(Ran::read);
        self.finish(&opened, result).await.map(Some)
    }

    async fn finish(&self, opened: &Opened, result: Result<Ran, Failure>) -> Result<Done, Failure> {
        match result {
            Ok(ran) => {
                let committed = match &ran.last {
                    Some(last) => opened.tx.commit_after(last).await,
                    None => opened.tx.commit().await,
                };
                committed.map_err(|error| self.uncommitted(error, &ran))?;
                Ok(Done {
                    body: ran.body,
                    replayed: ran.replayed,
                    statements: opened.tx.statements(),
                    sql: opened.tx.recorded(),
                })
            }
            Err(failure) if failure.repeatable => {
                opened.tx.undo().await;
                Err(failure)
            }
            Err(failure) => {
                opened.tx.rollback().await;
                Err(failure)
            }
        }
    }

    /// A commit that failed. Whether one whose answer is lost happened is known to its idempotency key: the
    /// operation is repeated, and gives the first answer or is done now.
    fn uncommitted(&self, error: Error, ran: &Ran) -> Failure {
        let told_by_key = error.code == Code::OutcomeUnknown && self.claim.is_some();
        let mut failure = Failure::from(error);
        failure.repeatable = !ran.final_run && (failure.repeatable || told_by_key);
        failure
    }

    async fn in_transaction(&self, opened: &Opened) -> Result<Ran, Failure> {
        let plan = self.plan_verified(opened.standing.as_ref())?;
        if self.operation.ty == OperationType::Mutation {
            return self.write(opened, &plan).await;
        }
        let reads = Reads::of(&plan);
        self.read(opened, &plan, reads, None).await.map(Ran::read)
    }

    async fn write(&self, opened: &Opened, plan: &Plan) -> Result<Ran, Failure> {
        let row = opened.first.first().and_then(|rows| rows.first());
        self.claim_answered.store(row.is_some(), Ordering::Relaxed);
        let claimed = row.map(idempotency::claimed);
        let claim_id = match claimed.transpose().map_err(claim_refused)? {
            Some(Claimed::Before(data)) => {
                return Ok(Ran {
                    replayed: true,
                    ..Ran::read([DATA, data.as_bytes()].concat())
                });
            }
            Some(Claimed::First(id)) => Some(id),
            None => None,
        };
        let context = self.context(opened);
        let runner = Runner {
            catalog: &self.gateway.catalog,
            context: &context,
            introspection: &HashMap::new(),
        };
        let final_run = plan.has(Mark::ActsOutside);
        let body = runner.mutation(&opened.tx, plan).await.map_err(|error| {
            let failure = Failure::from(error);
            Failure {
                repeatable: failure.repeatable && !final_run,
                ..failure
            }
        })?;
        let last = claim_id.map(|id| idempotency::keep(id, &body[DATA.len()..], plan.has(Mark::ShowsSecret)));
        Ok(Ran {
            last: last.transpose()?,
            body,
            replayed: false,
            final_run,
        })
    }

    /// `first`: what the root statements brought, where they have run.
    async fn read<'p>(&self, opened: &Opened, plan: &'p Plan, reads: Reads<'p>, first: Option<Results>) -> Result<Vec<u8>, Failure> {
        let introspection = if plan.introspects() {
            self.introspection(opened.standing.as_ref()).await?
        } else {
            Arc::default()
        };
        let context = self.context(opened);
        let runner = Runner {
            catalog: &self.gateway.catalog,
            context: &context,
            introspection: &introspection,
        };
        Ok(runner.query(&opened.tx, plan, reads, first).await?)
    }

    fn context(&self, opened: &Opened) -> ActionContext {
        ActionContext {
            tx: Arc::clone(&opened.tx),
            caller: Arc::clone(&self.caller),
            standing: opened.standing.clone(),
            services: Arc::clone(&self.gateway.services),
        }
    }

    fn visibility(&self, standing: Option<&Standing>) -> Arc<Visibility> {
        let catalog = &self.gateway.catalog;
        match slice(standing) {
            Some(slice) => match self.gateway.visibilities.get(&slice) {
                Some(known) => known,
                None => {
                    let visibility = Arc::new(Visibility::of(catalog, &slice));
                    self.gateway.visibilities.insert(slice, Arc::clone(&visibility));
                    visibility
                }
            },
            None if self.caller.identity.is_some() => Arc::new(Visibility::own(catalog)),
            None => Arc::new(Visibility::none(catalog)),
        }
    }

    fn note_cost(&self, cost: Option<Cost>) {
        if let Ok(mut noted) = self.cost.lock() {
            *noted = cost;
        }
    }

    /// Plans for who the database says is asking. What costs too much is told how much.
    fn plan_verified(&self, standing: Option<&Standing>) -> Result<Plan, Failure> {
        let visibility = self.visibility(standing);
        let planner = self.planner(&visibility, standing);
        let plan = planner.plan(self.operation);
        self.note_cost(match &plan {
            Ok(plan) => plan.cost,
            Err(error) => (error.code == Code::CostExceeded).then(|| planner.cost()),
        });
        plan.map_err(|error| invalid(self.sign_in_first(error)))
    }

    fn plan(&self, standing: Option<&Standing>) -> Result<Plan> {
        let visibility = self.visibility(standing);
        self.planner(&visibility, standing).plan(self.operation)
    }

    fn planner<'p>(&'p self, visibility: &'p Visibility, standing: Option<&Standing>) -> Planner<'p> {
        Planner {
            catalog: &self.gateway.catalog,
            visibility,
            hand_written: HAND_WRITTEN,
            document: self.document,
            variables: &self.variables,
            business_id: standing.map(|standing| standing.business_id),
            limit: cost::limit(standing),
            spent: Spent::default(),
        }
    }

    /// What exists but needs a member is better told than denied.
    fn sign_in_first(&self, error: Error) -> Error {
        let unknown = error.code == Code::DocumentInvalid && (error.message.starts_with("Unknown field") || error.message.starts_with("Unknown type"));
        match &self.caller.identity {
            None if unknown => Error::new(Code::Unauthenticated, "Sign in first: this is for members of a business."),
            Some(identity) if unknown && identity.business_id.is_none() => {
                Error::new(Code::Forbidden, "Choose a business first: sign in with its id, or switch to it.")
            }
            _ => error,
        }
    }

    /// Answers `__schema` and `__type` from the caller's own slice, once per slice and document.
    async fn introspection(&self, standing: Option<&Standing>) -> Result<Introspected, Failure> {
        let visibility = Visibility::none(&self.gateway.catalog);
        let fields = introspection_fields(&self.planner(&visibility, None), self.operation)?;
        if !self.gateway.settings.introspection {
            return Err(invalid(Error::new(Code::Forbidden, "Introspection is switched off here.")));
        }
        let key = (slice(standing), format!("{}\n{:?}", self.text, self.variables));
        if let Some(known) = self.gateway.introspections.get(&key) {
            return Ok(known);
        }
        let document = document::introspection(self.document, self.operation, fields).map_err(invalid)?;
        let _turn = self.gateway.builds.acquire().await.map_err(|_| Error::internal())?;
        // Whoever waited may find what another request asked for as well.
        if let Some(known) = self.gateway.introspections.get(&key) {
            return Ok(known);
        }
        let catalog = Arc::clone(&self.gateway.catalog);
        let wanted = key.0.clone();
        // Building a schema takes long enough to be in the way of other requests.
        let schema = tokio::task::spawn_blocking(move || types::slice_schema(&catalog, HAND_WRITTEN, wanted.as_ref()))
            .await
            .map_err(|_| Error::internal())?
            .map_err(|error| {
                tracing::error!(%error, "a slice has no schema");
                Error::internal()
            })?;
        let answer = document::introspect(&schema, document, &self.variables).await.map_err(invalid)?;
        let answer = Arc::new(answer);
        self.gateway.introspections.insert(key, Arc::clone(&answer));
        Ok(answer)
    }
}

fn slice(standing: Option<&Standing>) -> Option<Slice> {
    standing.map(|standing| Slice {
        industry: standing.industry.clone(),
        role: standing.role,
    })
}

/// A key that came with another request is the request's fault; the rest was done when the key came first.
fn claim_refused(error: Error) -> Failure {
    if error.code == Code::IdempotencyKeyReused {
        invalid(error)
    } else {
        Failure::from(error)
    }
}

/// A short time at random: those who were in each other's way come back one after the other.
async fn pause(repeats: usize) {
    let longest = PAUSE.as_micros() as u64 * repeats as u64;
    tokio::time::sleep(Duration::from_micros(rand::random_range(0..=longest))).await;
}

fn answer_failure(failure: Failure, request_id: Uuid, told: &Told) -> Answer {
    let id = request_id.to_string();
    let errors: Vec<Value> = failure.errors.iter().map(|error| error.to_json(&id)).collect();
    let mut body = serde_json::Map::new();
    // A request that was refused before it ran has no data, not even null.
    if failure.outcome == Outcome::Executed {
        body.insert("data".into(), Value::Null);
    }
    body.insert("errors".into(), Value::Array(errors));
    body.insert("extensions".into(), told.extensions(request_id));
    Answer {
        body: Value::Object(body).to_string().into_bytes(),
        outcome: failure.outcome,
        codes: failure.errors.iter().map(|error| error.code.as_str()).collect(),
        statements: 0,
        sql: Vec::new(),
        operation_kind: told.kind,
        repeats: told.repeats,
        replayed: false,
    }
}

/// A request that nobody waits for any more is stopped.
struct AbortOnDrop(tokio::task::JoinHandle<Answer>);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}
