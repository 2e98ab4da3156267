//! One operation of one caller: planned, run in its transaction, run again where that is what it takes.

use super::outcome::{Done, Failure, Ran, invalid};
use super::{Gateway, HAND_WRITTEN};
use crate::action::{ActionContext, Mark, Standing};
use crate::caches::Introspected;
use crate::caller::Caller;
use crate::catalog::slice::{Slice, Visibility};
use crate::error::{Code, Error, Result};
use crate::idempotency::{self, Claimed};
use crate::plan::Plan;
use crate::plan::cost::{Cost, Spent};
use crate::plan::selection::Planner;
use crate::plan::sql::Statement;
use crate::run::{DATA, Reads, Runner};
use crate::session::{First, Mode, Opened, Results, Session};
use async_graphql::parser::types::{ExecutableDocument, OperationDefinition, OperationType};
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;
use tokio::time::Instant;
use tokio_postgres::Row;
use uuid::Uuid;

/// How often an operation that PostgreSQL undid is repeated before its caller is told.
const REPEATS: usize = 3;
/// An operation may take so many times as long as one of its statements.
const STATEMENTS_TIME: u32 = 2;
/// The longest pause before the first repeat; those after it may be longer.
const PAUSE: Duration = Duration::from_millis(20);

/// One operation of one caller.
pub(super) struct Work<'w> {
    pub gateway: &'w Gateway,
    pub caller: Arc<Caller>,
    pub document: &'w ExecutableDocument,
    pub operation: &'w OperationDefinition,
    pub variables: HashMap<&'w str, async_graphql::Value>,
    pub text: &'w str,
    /// When it has taken too long, from its first statement on.
    pub deadline: OnceLock<Instant>,
    pub operation_name: Option<&'w str>,
    /// What is answered about the schema, and of which slice: known before the transaction.
    pub introspected: Mutex<Option<(Option<Slice>, Introspected)>>,
    /// Claims the idempotency key, where the operation has one.
    pub claim: Option<Statement>,
    /// Whether the last run learned what became of the key before.
    pub claim_answered: AtomicBool,
    /// Known once the operation is planned for the verified caller.
    pub cost: Mutex<Option<Cost>>,
}

impl Work<'_> {
    /// Runs the operation, and again where that is what its failure asks for.
    pub async fn run_until_told(&self, repeats: &mut usize) -> Result<Done, Failure> {
        self.introspect_ahead().await?;
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
        let by_guess = match (self.operation.ty, self.guess()) {
            (OperationType::Query, Some(guess)) => self.query_by_guess(&guess).await?,
            (OperationType::Mutation, Some(guess)) if self.claim.is_none() => self.write_by_guess(&guess).await?,
            _ => None,
        };
        if let Some(done) = by_guess {
            return Ok(done);
        }
        let mode = if self.operation.ty == OperationType::Query { Mode::Read } else { Mode::Write };
        let claim = self.claim.as_ref().map(Statement::ready);
        let first = First {
            statements: claim.as_slice(),
            all: false,
        };
        let opened = self.in_time(Session::open(&self.gateway.pool, &self.caller, mode, first)).await?;
        self.remember(opened.standing.as_ref());
        let result = self.in_time(self.in_transaction(&opened)).await;
        self.finish(&opened, result).await
    }

    fn key(&self) -> Option<(Uuid, Uuid)> {
        let identity = self.caller.identity.as_ref()?;
        Some((identity.user_id, identity.business_id?))
    }

    pub(super) fn guess(&self) -> Option<Standing> {
        self.gateway.standings.get(&self.key()?)
    }

    /// Asks the database who is asking, and no more.
    pub(super) async fn ask_standing(&self) -> Result<Option<Standing>, Failure> {
        let opened = Session::open(&self.gateway.pool, &self.caller, Mode::Read, First::default()).await?;
        self.remember(opened.standing.as_ref());
        opened.tx.rollback().await;
        Ok(opened.standing)
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
        let Some(mut opened) = self.open_by_guess(guess, Mode::Read, first).await? else {
            return Ok(None);
        };
        self.note_cost(plan.cost);
        let first = std::mem::take(&mut opened.first);
        let result = self.in_time(self.read(&opened, &plan, reads, Some(first))).await.map(Ran::read);
        self.finish(&opened, result).await.map(Some)
    }

    /// The same for the first write of a mutation. None where it was refused, too: nothing is left of it, and
    /// the way that waits for the opening tells why. What only took too long is not tried again.
    async fn write_by_guess(&self, guess: &Standing) -> Result<Option<Done>, Failure> {
        let Ok(plan) = self.plan(Some(guess)) else { return Ok(None) };
        let Some(write) = plan.opening_write() else { return Ok(None) };
        let first = First {
            statements: &[write.steps[0].statement.ready()],
            all: false,
        };
        let mut opened = match self.open_by_guess(guess, Mode::Write, first).await {
            Ok(Some(opened)) => opened,
            Err(failure) if failure.is_about_time() => return Err(failure.placed(|error| plan.place(error))),
            Ok(None) | Err(_) => return Ok(None),
        };
        self.note_cost(plan.cost);
        let written = std::mem::take(&mut opened.first).pop();
        let result = self.in_time(self.write(&opened, &plan, written)).await;
        self.finish(&opened, result).await.map(Some)
    }

    /// A transaction of the caller the guess is about; None where the database knows another standing.
    async fn open_by_guess(&self, guess: &Standing, mode: Mode, first: First<'_>) -> Result<Option<Opened>, Failure> {
        let opened = self.in_time(Session::open(&self.gateway.pool, &self.caller, mode, first)).await?;
        let found = opened.standing.as_ref();
        if found.is_some_and(|found| found.role == guess.role && found.industry == guess.industry && found.plan == guess.plan) {
            return Ok(Some(opened));
        }
        opened.tx.undo().await;
        if let Some(key) = self.key() {
            self.gateway.standings.remove(&key);
        }
        Ok(None)
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
            // Dropped with its transaction, which stops what it is doing.
            Err(failure) if failure.cut_off => Err(failure),
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

    /// As long as all statements of an operation may take together: each for itself could be just in time. The commit
    /// is not among them, as nobody would know what became of it.
    async fn in_time<T, E: Into<Failure>>(&self, work: impl Future<Output = Result<T, E>>) -> Result<T, Failure> {
        let longest = STATEMENTS_TIME * self.gateway.settings.statement_timeout;
        let deadline = self.deadline.get_or_init(|| Instant::now() + longest);
        match tokio::time::timeout_at(*deadline, work).await {
            Ok(ended) => ended.map_err(E::into),
            Err(_) => Err(Failure {
                cut_off: true,
                ..Failure::from(Error::timeout())
            }),
        }
    }

    async fn in_transaction(&self, opened: &Opened) -> Result<Ran, Failure> {
        let plan = self.plan_verified(opened.standing.as_ref())?;
        if self.operation.ty == OperationType::Mutation {
            return self.write(opened, &plan, None).await;
        }
        let reads = Reads::of(&plan);
        self.read(opened, &plan, reads, None).await.map(Ran::read)
    }

    /// `written`: what the first write returned, where it has run.
    async fn write(&self, opened: &Opened, plan: &Plan, written: Option<Vec<Row>>) -> Result<Ran, Failure> {
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
            written: Mutex::new(written),
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
            self.introspected(opened.standing.as_ref()).await?
        } else {
            Arc::default()
        };
        let context = self.context(opened);
        let runner = Runner {
            catalog: &self.gateway.catalog,
            context: &context,
            introspection: &introspection,
            written: Mutex::default(),
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

    pub(super) fn planner<'p>(&'p self, visibility: &'p Visibility, standing: Option<&Standing>) -> Planner<'p> {
        Planner {
            catalog: &self.gateway.catalog,
            visibility,
            hand_written: HAND_WRITTEN,
            document: self.document,
            variables: &self.variables,
            business_id: standing.map(|standing| standing.business_id),
            limit: self.gateway.limits().of_caller(standing),
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
}

pub(super) fn slice(standing: Option<&Standing>) -> Option<Slice> {
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
