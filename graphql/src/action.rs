//! The seam for hand-written fields: an action is one constant in a file of its own, and one line in
//! its industry's list. Its result's selection is answered by the same plans as generated fields.

use crate::caller::{BusinessPlan, Caller, Role};
use crate::error::Result;
use crate::session::Tx;
use futures_util::future::BoxFuture;
use serde_json::Value;
use std::sync::Arc;
use uuid::Uuid;

/// Which root the field hangs under.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Root {
    Query,
    Mutation,
}

/// Who sees and may call the field; the database has the last word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Allowed {
    /// No sign-in needed; runs without a tenant when there is none.
    Anyone,
    /// Signed in, a business is not needed.
    SignedIn,
    /// A member of the current business in one of these roles.
    Roles(&'static [Role]),
}

/// One member of an input or object type, in GraphQL's own notation: `("id", "ID!", "…")`.
#[derive(Debug)]
pub struct Member {
    pub name: &'static str,
    pub ty: &'static str,
    pub description: &'static str,
}

/// An object type of actions. Members may have a table's type (`UsersUser`): their value is the row's id.
#[derive(Debug)]
pub struct ObjectDef {
    pub name: &'static str,
    pub description: &'static str,
    pub members: &'static [Member],
}

/// What the machinery around an action has to know of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Its answer holds a secret that is shown once: no copy of it is kept for a repeat with its idempotency key.
    ShowsSecret,
    /// It does something that a rollback does not take back: the gateway never runs it a second time by itself.
    ActsOutside,
}

pub type Run = fn(ActionContext, Value) -> BoxFuture<'static, Result<Value>>;

pub struct Action {
    pub root: Root,
    /// The namespace (`hs`, `auth`), None for a field of the root itself (`viewer`).
    pub namespace: Option<&'static str>,
    pub name: &'static str,
    pub description: &'static str,
    pub allowed: Allowed,
    /// Members of the one `input` argument; empty for none.
    pub input: &'static [Member],
    /// `HsWorkOrder!`, `AuthTokens!`, `[AuthSession!]!`, `Boolean!`. For a table's type the action
    /// returns the row's id as a JSON string (or null, or a list of ids).
    pub returns: &'static str,
    /// Empty for most.
    pub marks: &'static [Mark],
    pub run: Run,
}

/// What an action works with: the operation's transaction and who runs it.
#[derive(Clone)]
pub struct ActionContext {
    pub tx: Arc<Tx>,
    pub caller: Arc<Caller>,
    pub standing: Option<Standing>,
    pub services: Arc<Services>,
}

/// The verified membership behind the transaction.
#[derive(Debug, Clone)]
pub struct Standing {
    pub user_id: Uuid,
    pub business_id: Uuid,
    pub role: Role,
    pub industry: String,
    /// IANA name of the business's time zone.
    pub timezone: String,
    /// What the business has booked; decides what an operation may cost.
    pub plan: BusinessPlan,
}

/// What the server lends to actions.
pub struct Services {
    pub tokens: Box<dyn TokenIssuer>,
    /// None where the gateway has no key: then nothing is sealed, and such fields cannot be written.
    pub sealer: Option<Box<dyn Sealer>>,
}

/// Seals secrets of a business for storage; implemented where the keys are (the server).
pub trait Sealer: Send + Sync {
    /// What is stored: only the same business's key opens it.
    fn seal(&self, business_id: Uuid, plain: &str) -> Result<Vec<u8>>;
}

/// Signs access tokens; implemented where the keys are (the server).
pub trait TokenIssuer: Send + Sync {
    /// A signed access token and the moment it expires, UTC.
    fn access_token(&self, claims: AccessClaims) -> Result<(String, chrono::DateTime<chrono::Utc>)>;
}

#[derive(Debug, Clone)]
pub struct AccessClaims {
    pub user_id: Uuid,
    pub session_id: Uuid,
    pub business_id: Option<Uuid>,
    pub role: Option<Role>,
}
