//! Who asks, and what they ask: the engine's view of a request, free of HTTP.

use std::net::IpAddr;
use uuid::Uuid;

/// A person's standing in a business, from least to most where they compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    Owner,
    Manager,
    Staff,
    Viewer,
    ApiPartner,
}

impl Role {
    pub const ALL: [Role; 5] = [Role::Owner, Role::Manager, Role::Staff, Role::Viewer, Role::ApiPartner];

    pub fn as_str(self) -> &'static str {
        match self {
            Role::Owner => "owner",
            Role::Manager => "manager",
            Role::Staff => "staff",
            Role::Viewer => "viewer",
            Role::ApiPartner => "api_partner",
        }
    }

    pub fn parse(text: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.as_str() == text)
    }

    pub fn is_owner_or_manager(self) -> bool {
        matches!(self, Role::Owner | Role::Manager)
    }
}

/// What a business has booked, from least to most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BusinessPlan {
    Starter,
    Professional,
    Enterprise,
    Fortune500,
}

impl BusinessPlan {
    pub const ALL: [BusinessPlan; 4] = [
        BusinessPlan::Starter,
        BusinessPlan::Professional,
        BusinessPlan::Enterprise,
        BusinessPlan::Fortune500,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            BusinessPlan::Starter => "starter",
            BusinessPlan::Professional => "professional",
            BusinessPlan::Enterprise => "enterprise",
            BusinessPlan::Fortune500 => "fortune_500",
        }
    }

    pub fn parse(text: &str) -> Option<BusinessPlan> {
        BusinessPlan::ALL.into_iter().find(|plan| plan.as_str() == text)
    }
}

/// A verified token or key. The database verifies membership again in every transaction.
#[derive(Debug, Clone)]
pub struct Identity {
    pub user_id: Uuid,
    /// None for a user who has not chosen a business.
    pub business_id: Option<Uuid>,
    /// The sign-in session (`auth.sessions.id`) behind an access token of our own.
    pub session_id: Option<Uuid>,
    pub api_key_id: Option<Uuid>,
}

/// Where a request comes from; recorded in the audit log.
#[derive(Debug, Clone)]
pub struct RequestInfo {
    pub request_id: Uuid,
    pub ip: Option<IpAddr>,
    pub user_agent: Option<String>,
}

#[derive(Debug, Clone)]
pub struct Caller {
    pub identity: Option<Identity>,
    pub request: RequestInfo,
}

/// One GraphQL request.
#[derive(Debug, Clone, Default)]
pub struct Request {
    pub document: String,
    pub operation_name: Option<String>,
    pub variables: serde_json::Map<String, serde_json::Value>,
    /// Refuse mutations (HTTP GET).
    pub queries_only: bool,
    /// A mutation that comes again with the same key is not done again; queries ignore it.
    pub idempotency_key: Option<String>,
}

/// How a request ended, for the transport to choose a status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Data, perhaps with errors.
    Executed,
    /// Refused before execution: syntax, validation, limits, variables.
    Invalid,
    /// A mutation in a queries-only request.
    MethodNotAllowed,
    Unauthenticated,
    /// No connection within the deadline: 503 with Retry-After.
    Overloaded,
}

/// The response, written out.
#[derive(Debug)]
pub struct Answer {
    /// `{"data":…,"errors":…,"extensions":…}` as JSON.
    pub body: Vec<u8>,
    pub outcome: Outcome,
    /// Codes of the errors in the body, for logs and metrics.
    pub codes: Vec<&'static str>,
    /// Data statements sent to PostgreSQL, without the transaction's frame.
    pub statements: usize,
    /// The same with their binds, in order, where the settings ask for it.
    pub sql: Vec<String>,
    pub operation_kind: &'static str,
    /// How often the operation was repeated because PostgreSQL undid it.
    pub repeats: usize,
    /// The data is that of an earlier answer to the same idempotency key.
    pub replayed: bool,
}
