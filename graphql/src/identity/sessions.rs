use super::{first, id, ip, member, text, tokens};
use crate::action::{Action, ActionContext, Allowed, Mark, Root};
use crate::error::{Code, Error, Result};
use crate::session::Bind;
use futures_util::FutureExt;
use serde_json::Value;
use uuid::Uuid;

const END: &str = "SELECT auth.end_session($1::uuid)";

pub const REFRESH: Action = Action {
    root: Root::Mutation,
    namespace: Some("auth"),
    name: "refresh",
    description: "Exchanges a refresh token for a new pair. A token used twice ends its session.",
    allowed: Allowed::Anyone,
    input: &[
        member("refreshToken", "String!", ""),
        member("businessId", "ID", "Another business to work in from now on."),
    ],
    returns: "AuthTokens!",
    marks: &[Mark::ShowsSecret],
    run: |context, input| refresh(context, input).boxed(),
};

async fn refresh(context: ActionContext, input: Value) -> Result<Value> {
    let next = tokens::secret()?;
    let binds = [
        tokens::hash(text(&input, "refreshToken").unwrap_or_default()),
        tokens::hash(&next),
        Bind::opt(id(&input, "businessId")?),
        ip(&context),
    ];
    let sql = "SELECT outcome, user_id, session_id, business_id, role FROM auth.rotate_token($1::bytea, $2::bytea, $3::uuid, $4::inet)";
    let rows = context.tx.query(sql, &binds).await?;
    let row = first(&rows)?;
    let outcome: String = row.get(0);
    let session: Option<Uuid> = row.get(2);
    match (outcome.as_str(), session) {
        ("rotated", Some(session_id)) => {
            let role: Option<String> = row.get(4);
            tokens::answer(&context, row.get(1), session_id, row.get(3), role.as_deref(), next)
        }
        ("reused", Some(session_id)) => {
            tracing::warn!(%session_id, "a refresh token was used twice; its session is ended");
            context.tx.after_rollback(END, vec![Bind::uuid(session_id)]);
            Err(refused())
        }
        _ => Err(refused()),
    }
}

fn refused() -> Error {
    Error::new(Code::Unauthenticated, "The refresh token is no longer good. Sign in again.")
}

pub const SIGN_OUT: Action = Action {
    root: Root::Mutation,
    namespace: Some("auth"),
    name: "signOut",
    description: "Ends the current session; its tokens are refused from now on.",
    allowed: Allowed::SignedIn,
    input: &[],
    returns: "Boolean!",
    marks: &[],
    run: |context, _| sign_out(context).boxed(),
};

async fn sign_out(context: ActionContext) -> Result<Value> {
    let session = current_session(&context)?;
    context.tx.query(END, &[Bind::uuid(session)]).await?;
    Ok(Value::Bool(true))
}

pub const SWITCH_BUSINESS: Action = Action {
    root: Root::Mutation,
    namespace: Some("auth"),
    name: "switchBusiness",
    description: "Goes on in another business of yours, with new tokens.",
    allowed: Allowed::SignedIn,
    input: &[member("businessId", "ID!", "")],
    returns: "AuthTokens!",
    marks: &[Mark::ShowsSecret],
    run: |context, input| switch(context, input).boxed(),
};

async fn switch(context: ActionContext, input: Value) -> Result<Value> {
    let session = current_session(&context)?;
    let user_id = context.caller.identity.as_ref().map(|identity| identity.user_id).ok_or_else(Error::internal)?;
    let next = tokens::secret()?;
    let binds = [Bind::uuid(session), Bind::opt(id(&input, "businessId")?), tokens::hash(&next)];
    let rows = context
        .tx
        .query("SELECT business_id, role FROM auth.switch_business($1::uuid, $2::uuid, $3::bytea)", &binds)
        .await?;
    let row = first(&rows)?;
    let role: Option<String> = row.get(1);
    tokens::answer(&context, user_id, session, row.get(0), role.as_deref(), next)
}

pub const SESSION_REVOKE: Action = Action {
    root: Root::Mutation,
    namespace: Some("auth"),
    name: "sessionRevoke",
    description: "Ends one of your own sessions, such as that of a lost phone.",
    allowed: Allowed::SignedIn,
    input: &[member("id", "ID!", "")],
    returns: "Boolean!",
    marks: &[],
    run: |context, input| revoke(context, input).boxed(),
};

async fn revoke(context: ActionContext, input: Value) -> Result<Value> {
    let rows = context.tx.query(END, &[Bind::opt(id(&input, "id")?)]).await?;
    if first(&rows)?.get::<_, bool>(0) {
        Ok(Value::Bool(true))
    } else {
        Err(Error::not_found())
    }
}

/// The session behind the access token; external tokens and keys have none.
fn current_session(context: &ActionContext) -> Result<Uuid> {
    let session = context.caller.identity.as_ref().and_then(|identity| identity.session_id);
    session.ok_or_else(|| Error::new(Code::Forbidden, "This token has no session here: it comes from elsewhere."))
}
