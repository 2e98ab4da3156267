use super::sign_in::NOTE;
use super::{email, first, ip, member, password, text, tokens, user_agent};
use crate::action::{Action, ActionContext, Allowed, Mark, Root};
use crate::catalog::slice::INDUSTRIES;
use crate::error::{Error, Result};
use crate::session::Bind;
use futures_util::FutureExt;
use serde_json::Value;
use uuid::Uuid;

const SHORTEST_PASSWORD: usize = 10;

pub const SIGN_UP: Action = Action {
    root: Root::Mutation,
    namespace: Some("auth"),
    name: "signUp",
    description: "Makes an account, and a business with you as its owner where one is named.",
    allowed: Allowed::Anyone,
    input: &[
        member("email", "String!", ""),
        member("password", "String!", "At least ten characters."),
        member("firstName", "String", ""),
        member("lastName", "String", ""),
        member("businessName", "String", ""),
        member(
            "industry",
            "String",
            "The new business's trade: hs, rest, auto, ret, courses, payroll or investigations.",
        ),
        member("timezone", "String", "IANA name, such as America/Chicago."),
    ],
    returns: "AuthTokens!",
    marks: &[Mark::ShowsSecret],
    run: |context, input| run(context, input).boxed(),
};

async fn run(context: ActionContext, input: Value) -> Result<Value> {
    let email = check_email(email(&input))?;
    let given = text(&input, "password").unwrap_or_default();
    if given.chars().count() < SHORTEST_PASSWORD || given.len() > password::LONGEST_BYTES {
        let rule = format!("has at least {SHORTEST_PASSWORD} characters, and at most {} bytes.", password::LONGEST_BYTES);
        return Err(Error::input("input.password", rule));
    }
    let business = text(&input, "businessName").map(str::trim).filter(|name| !name.is_empty());
    let industry = text(&input, "industry");
    if business.is_some() && !industry.is_some_and(|name| INDUSTRIES.contains(&name)) {
        return Err(Error::input("input.industry", format!("is one of {}.", INDUSTRIES.join(", "))));
    }
    let attempt = [Bind::text(&email), ip(&context)];
    context.tx.query("SELECT auth.count_attempt($1::text, $2::inet)", &attempt).await?;
    let hash = password::hash(given.to_owned()).await?;
    let optional = |name: &str| Bind::opt(text(&input, name));
    let binds = [
        Bind::text(&email),
        Bind::text(hash),
        optional("firstName"),
        optional("lastName"),
        Bind::opt(business),
        Bind::opt(industry),
        optional("timezone"),
    ];
    let sql = "SELECT user_id, business_id FROM auth.sign_up($1::text, $2::text, $3::text, $4::text, $5::text, $6::text, $7::text)";
    let rows = context.tx.query(sql, &binds).await.inspect_err(|_| remember_failure(&context, &email))?;
    let user_id: Uuid = first(&rows)?.get(0);
    let business_id: Option<Uuid> = first(&rows)?.get(1);
    let refresh = tokens::secret()?;
    let binds = [
        Bind::uuid(user_id),
        Bind::opt(business_id),
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

/// Whoever asks for addresses one by one learns which are taken; like wrong passwords, that counts.
fn remember_failure(context: &ActionContext, email: &str) {
    let binds = vec![
        Bind::text(email),
        Bind::null(),
        Bind::text("wrong_credentials"),
        ip(context),
        user_agent(context),
        Bind::uuid(context.caller.request.request_id),
    ];
    context.tx.after_rollback(NOTE, binds);
}

/// Something before an @ and a dot after it; the rest is for a confirmation mail to find out.
fn check_email(email: String) -> Result<String> {
    let plausible = email.len() <= 320
        && email
            .split_once('@')
            .is_some_and(|(name, host)| !name.is_empty() && host.contains('.') && !host.contains('@'))
        && !email.contains(|c: char| c.is_whitespace() || c.is_control() || is_unseen(c));
    if plausible {
        Ok(email)
    } else {
        Err(Error::input("input.email", "is no email address."))
    }
}

/// Characters that nobody sees, and that would make two addresses out of one: joiners, marks of direction,
/// tags, variants of forms.
fn is_unseen(character: char) -> bool {
    matches!(character,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}
