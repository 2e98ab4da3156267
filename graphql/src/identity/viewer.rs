use super::first;
use crate::action::{Action, ActionContext, Allowed, Root};
use crate::error::Result;
use futures_util::FutureExt;
use serde_json::{Value, json};
use uuid::Uuid;

pub const VIEWER: Action = Action {
    root: Root::Query,
    namespace: None,
    name: "viewer",
    description: "Who you are and where you belong.",
    allowed: Allowed::SignedIn,
    input: &[],
    returns: "Viewer!",
    marks: &[],
    run: |context, _| run(context).boxed(),
};

async fn run(context: ActionContext) -> Result<Value> {
    let me = context
        .tx
        .query("SELECT id, email, first_name, last_name, display_name FROM auth.me()", &[])
        .await?;
    let me = first(&me)?;
    let rows = context.tx.query("SELECT id, name, industry, role FROM auth.my_businesses()", &[]).await?;
    let current = context.standing.as_ref().map(|standing| standing.business_id);
    let businesses: Vec<Value> = rows
        .iter()
        .map(|row| {
            let (name, industry, role): (String, String, String) = (row.get(1), row.get(2), row.get(3));
            json!({ "id": row.get::<_, Uuid>(0), "name": name, "industry": industry, "role": role })
        })
        .collect();
    let is_current = |business: &&Value| current.is_some_and(|id| business["id"] == json!(id));
    let text = |slot: usize| me.get::<_, Option<String>>(slot);
    Ok(json!({
        "user": {
            "id": me.get::<_, Uuid>(0),
            "email": text(1),
            "firstName": text(2),
            "lastName": text(3),
            "displayName": text(4),
        },
        "business": businesses.iter().find(is_current),
        "role": context.standing.as_ref().map(|standing| standing.role.as_str()),
        "businesses": businesses,
    }))
}
