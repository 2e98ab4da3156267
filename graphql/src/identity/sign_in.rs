use super::{email, first, id, ip, member, password, text, tokens, user_agent};
use crate::action::{Action, ActionContext, Allowed, Mark, Root};
use crate::error::{Code, Error, Result};
use crate::session::Bind;
use futures_util::FutureExt;
use serde_json::Value;
use uuid::Uuid;

pub const NOTE: &str = "SELECT auth.note_attempt($1::text, $2::uuid, $3::text, $4::inet, $5::text, $6::uuid)";

pub const SIGN_IN: Action = Action {
    root: Root::Mutation,
    namespace: Some("auth"),
    name: "signIn",
    description: "Signs in with email and password. Who belongs to several businesses names one, or switches later.",
    allowed: Allowed::Anyone,
    input: &[
        member("email", "String!", ""),
        member("password", "String!", ""),
        member("businessId", "ID", "The business to work in; not needed by who belongs to one."),
    ],
    returns: "AuthTokens!",
    marks: &[Mark::ShowsSecret],
    run: |context, input| run(context, input).boxed(),
};

async fn run(context: ActionContext, input: Value) -> Result<Value> {
    let email = email(&input);
    let business = id(&input, "businessId")?;
    let given = text(&input, "password").unwrap_or_default().to_owned();
    let rows = context
        .tx
        .query(
            "SELECT user_id, password_hash FROM auth.find_sign_in($1::text, $2::inet)",
            &[Bind::text(&email), ip(&context)],
        )
        .await?;
    let account = rows.first().map(|row| (row.get::<_, Uuid>(0), row.get::<_, Option<String>>(1)));
    let (user_id, hash) = account.map_or((None, None), |(id, hash)| (Some(id), hash));
    let matches = password::verify(given, hash).await?;
    let note = |outcome: &str| {
        let request_id = Bind::uuid(context.caller.request.request_id);
        [
            Bind::text(&email),
            Bind::opt(user_id),
            Bind::text(outcome),
            ip(&context),
            user_agent(&context),
            request_id,
        ]
    };
    let (true, Some(user_id)) = (matches, user_id) else {
        // The operation fails and is undone; the failure itself must count.
        context.tx.after_rollback(NOTE, note("wrong_credentials").to_vec());
        return Err(Error::new(Code::Domain("WRONG_CREDENTIALS"), "Email or password is wrong."));
    };
    context.tx.query(NOTE, &note("succeeded")).await?;
    let refresh = tokens::secret()?;
    let binds = [
        Bind::uuid(user_id),
        Bind::opt(business),
        tokens::hash(&refresh),
        ip(&context),
        user_agent(&context),
    ];
    let rows = context
        .tx
        .query(
            "SELECT session_id, business_id, role FROM auth.start_session($1::uuid, $2::uuid, $3::bytea, $4::inet, $5::text)",
            &binds,
        )
        .await?;
    let row = first(&rows)?;
    let role: Option<String> = row.get(2);
    tokens::answer(&context, user_id, row.get(0), row.get(1), role.as_deref(), refresh)
}
