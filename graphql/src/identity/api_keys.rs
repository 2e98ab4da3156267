use super::{first, id, member, text, tokens};
use crate::action::{Action, ActionContext, Allowed, Mark, Root};
use crate::caller::Role;
use crate::error::{Error, Result};
use crate::session::Bind;
use futures_util::FutureExt;
use serde_json::{Value, json};
use uuid::Uuid;

pub const API_KEY_CREATE: Action = Action {
    root: Root::Mutation,
    namespace: Some("auth"),
    name: "apiKeyCreate",
    description: "Makes a key for a program that works in this business. The key itself is shown this once.",
    allowed: Allowed::Roles(&[Role::Owner, Role::Manager]),
    input: &[
        member("name", "String!", "What it is for."),
        member(
            "scopes",
            "[String!]!",
            "What it reaches: \"hs.customers:read\", \"hs:write\", \"*:read\". Writing does not include reading.",
        ),
        member("expiresAt", "DateTime", ""),
        member("allowedNetworks", "[IPAddress!]", "Where it may be used from; anywhere unless told."),
    ],
    returns: "AuthNewApiKey!",
    marks: &[Mark::ShowsSecret],
    run: |context, input| create(context, input).boxed(),
};

async fn create(context: ActionContext, input: Value) -> Result<Value> {
    let texts = |name: &str| -> Vec<String> {
        let items = input.get(name).and_then(Value::as_array);
        items.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let scopes = texts("scopes");
    if scopes.is_empty() {
        return Err(Error::input("input.scopes", "names at least one scope."));
    }
    let secret = tokens::secret()?;
    let prefix: String = secret.chars().take(8).collect();
    let key = format!("thk_{secret}");
    let binds = [
        Bind::opt(text(&input, "name")),
        Bind::array(scopes),
        Bind::text(format!("thk_{prefix}")),
        tokens::hash(&key),
        Bind::opt(text(&input, "expiresAt")),
        Bind::array(texts("allowedNetworks")),
    ];
    let sql = "SELECT auth.create_api_key($1::text, $2::text[], $3::text, $4::bytea, $5::timestamptz, $6::text[])";
    let rows = context.tx.query(sql, &binds).await?;
    Ok(json!({ "id": first(&rows)?.get::<_, Uuid>(0), "key": key }))
}

pub const API_KEY_REVOKE: Action = Action {
    root: Root::Mutation,
    namespace: Some("auth"),
    name: "apiKeyRevoke",
    description: "Ends a key: it is refused from now on.",
    allowed: Allowed::Roles(&[Role::Owner, Role::Manager]),
    input: &[member("id", "ID!", ""), member("reason", "String", "")],
    returns: "Boolean!",
    marks: &[],
    run: |context, input| revoke(context, input).boxed(),
};

async fn revoke(context: ActionContext, input: Value) -> Result<Value> {
    let binds = [Bind::opt(id(&input, "id")?), Bind::opt(text(&input, "reason"))];
    let rows = context.tx.query("SELECT auth.revoke_api_key($1::uuid, $2::text)", &binds).await?;
    if first(&rows)?.get::<_, bool>(0) {
        Ok(Value::Bool(true))
    } else {
        Err(Error::not_found())
    }
}
