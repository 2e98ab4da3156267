//! Who the caller is: signing in and out, sessions, businesses, API keys. The rules are the database's
//! (`auth.*` functions); this room checks passwords, makes tokens and speaks to the client.

mod api_keys;
mod password;
mod sessions;
mod sign_in;
mod sign_up;
mod tokens;
mod viewer;

pub use password::hash_password;

use crate::action::{Action, ActionContext, Member, ObjectDef};
use crate::caller::Identity;
use crate::error::{Error, Result};
use crate::session::{Bind, Tx};
use serde_json::Value;
use std::net::IpAddr;
use tokio_postgres::Row;
use unicode_normalization::UnicodeNormalization as _;
use uuid::Uuid;

/// One line an action.
pub static ACTIONS: &[Action] = &[
    sign_in::SIGN_IN,
    sign_up::SIGN_UP,
    sessions::REFRESH,
    sessions::SIGN_OUT,
    sessions::SWITCH_BUSINESS,
    sessions::SESSION_REVOKE,
    api_keys::API_KEY_CREATE,
    api_keys::API_KEY_REVOKE,
    viewer::VIEWER,
];

pub static OBJECTS: &[ObjectDef] = &[
    ObjectDef {
        name: "AuthTokens",
        description: "Proof of a sign-in: send the access token as Authorization: Bearer.",
        members: &[
            member("accessToken", "String!", "Good for some minutes."),
            member("refreshToken", "String!", "Good once, for the next pair; keep it secret."),
            member("expiresAt", "DateTime!", "When the access token ends."),
            member("businessId", "ID", "The business it works in; null until one is chosen."),
            member("role", "String", "The standing there: owner, manager, staff, viewer or api_partner."),
        ],
    },
    ObjectDef {
        name: "AuthNewApiKey",
        description: "A key that was just made.",
        members: &[member("id", "ID!", ""), member("key", "String!", "Shown this once; send it as X-Api-Key.")],
    },
    ObjectDef {
        name: "Viewer",
        description: "Who you are and where you belong.",
        members: &[
            member("user", "ViewerUser!", ""),
            member("business", "ViewerBusiness", "The current business."),
            member(
                "role",
                "String",
                "Your role in the current business: owner, manager, staff, viewer or api_partner.",
            ),
            member("businesses", "[ViewerBusiness!]!", "Where you can switch to."),
        ],
    },
    ObjectDef {
        name: "ViewerUser",
        description: "",
        members: &[
            member("id", "ID!", ""),
            member("email", "String!", ""),
            member("firstName", "String", ""),
            member("lastName", "String", ""),
            member("displayName", "String", ""),
        ],
    },
    ObjectDef {
        name: "ViewerBusiness",
        description: "",
        members: &[
            member("id", "ID!", ""),
            member("name", "String!", ""),
            member("industry", "String!", "The trade: hs, rest, auto, ret, courses, payroll or investigations."),
            member("role", "String!", "Your role there."),
        ],
    },
];

const fn member(name: &'static str, ty: &'static str, description: &'static str) -> Member {
    Member { name, ty, description }
}

/// The identity behind an API key, or None where there is no such key; and whether its use is to be noted.
pub async fn find_api_key(tx: &Tx, key: &str, ip: Option<IpAddr>) -> Result<Option<(Identity, bool)>> {
    let binds = [tokens::hash(key), Bind::opt(ip)];
    let rows = tx
        .query(
            "SELECT id, business_id, user_id, is_use_unnoted FROM auth.look_up_api_key($1::bytea, $2::inet)",
            &binds,
        )
        .await?;
    Ok(rows.first().map(|row| {
        let identity = Identity {
            user_id: row.get(2),
            business_id: Some(row.get(1)),
            session_id: None,
            api_key_id: Some(row.get(0)),
        };
        (identity, row.get(3))
    }))
}

pub async fn note_api_key_use(tx: &Tx, key: &str, ip: Option<IpAddr>) -> Result<()> {
    let binds = [tokens::hash(key), Bind::opt(ip)];
    tx.query("SELECT auth.note_api_key_use($1::bytea, $2::inet)", &binds).await.map(|_| ())
}

/// The user whom an identity provider calls by this subject.
pub async fn find_identity(tx: &Tx, issuer: &str, subject: &str) -> Result<Option<Uuid>> {
    let binds = [Bind::text(issuer), Bind::text(subject.replace('\0', ""))];
    let rows = tx.query("SELECT auth.find_identity($1::text, $2::text)", &binds).await?;
    Ok(first(&rows)?.get(0))
}

/// A text member of an input that was checked against its type.
fn text<'i>(input: &'i Value, name: &str) -> Option<&'i str> {
    input.get(name).and_then(Value::as_str)
}

fn id(input: &Value, name: &str) -> Result<Option<Uuid>> {
    let parse = |text| Uuid::parse_str(text).map_err(|_| Error::input(format!("input.{name}"), "is no id (a UUID)."));
    text(input, name).map(parse).transpose()
}

/// An address as accounts are found by: without the case and the spaces of whoever typed it, and with
/// accents in the one form of Unicode (NFC), which look the same in the others.
fn email(input: &Value) -> String {
    text(input, "email").unwrap_or_default().trim().to_lowercase().nfc().collect()
}

fn ip(context: &ActionContext) -> Bind {
    Bind::opt(context.caller.request.ip)
}

fn user_agent(context: &ActionContext) -> Bind {
    Bind::opt(
        context
            .caller
            .request
            .user_agent
            .as_ref()
            .map(|agent| agent.chars().filter(|c| *c != '\0').take(512).collect::<String>()),
    )
}

fn first(rows: &[Row]) -> Result<&Row> {
    rows.first().ok_or_else(Error::internal)
}
