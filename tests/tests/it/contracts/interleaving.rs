//! Many businesses over few connections, with requests that fail, run out of time or are dropped in
//! between: nobody ever gets another's rows, and nothing of a request stays in a connection.

use super::isolation::api_key;
use super::{catalog, home};
use entity::{ColumnType, TableKind, Who};
use graphql::catalog::{Column, Table, naming};
use graphql::{Caller, Gateway, Identity, Request, RequestInfo, Role};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tests::rows::{is_filled, is_given};
use tests::{App, Database, Rows, runtime};
use uuid::Uuid;

const BUSINESSES: usize = 20;
const CONNECTIONS: &str = "4";
const CALLERS: usize = 16;
const TABLES: usize = 4;
/// Longer than any statement here takes, but the one that is made slow.
const PATIENCE: Duration = Duration::from_secs(1);

/// 10,000, or as many as INTERLEAVED_REQUESTS says.
fn requests() -> usize {
    let asked = std::env::var("INTERLEAVED_REQUESTS").ok();
    asked.map_or(10_000, |text| text.parse().expect("INTERLEAVED_REQUESTS is a whole number"))
}

/// Tables that every member reads and staff write, in every industry's schema or in the first one's.
fn tables() -> Vec<&'static Table> {
    let shared = catalog().tables.iter().filter(|table| {
        let def = table.def;
        let open = def.access.read.contains(&Who::Member) && def.access.write.contains(&Who::Staff) && !def.append_only;
        is_filled(def) && !is_given(def) && def.kind == TableKind::Tenant && open && home(def) == "hs" && cleared(table).is_some()
    });
    // Spread over the schemas, since there are far more than are needed.
    let shared: Vec<_> = shared.collect();
    let tables: Vec<_> = (0..TABLES).filter_map(|place| shared.get(place * shared.len() / TABLES).copied()).collect();
    assert_eq!(tables.len(), TABLES, "the registry has too few tables that every member reads");
    tables
}

/// A column that no rule is about, and that may be cleared.
fn cleared(table: &Table) -> Option<&Column> {
    let is_free = |column: &&Column| {
        let ruled = table.def.checks.iter().any(|check| check.columns.contains(&column.def.name));
        column.is_input() && column.is_readable() && column.def.nullable && column.def.ty == ColumnType::Text && column.enumeration.is_none() && !ruled
    };
    table.columns.iter().find(is_free)
}

struct Member {
    identity: Identity,
    role: Role,
    /// The first row of each table in the member's business, and in another.
    own: Vec<Uuid>,
    foreign: Vec<Uuid>,
}

fn members(app: &App, tables: &[&'static Table]) -> Vec<Member> {
    let businesses: Vec<_> = (0..BUSINESSES).map(|_| app.business("hs")).collect();
    let rows: Vec<Vec<Uuid>> = businesses
        .iter()
        .map(|business| {
            let mut rows = Rows::of(business);
            tables.iter().map(|table| rows.base(table.def)).collect()
        })
        .collect();
    let mut members = Vec::new();
    for (index, business) in businesses.iter().enumerate() {
        let partner = app.person(business.id, Role::ApiPartner);
        let mut keyed = partner.identity();
        keyed.api_key_id = Some(api_key(business, partner.id, "*:read"));
        let people = business.people().map(|(person, role)| (person.identity(), role));
        for (identity, role) in people.into_iter().chain([(keyed, Role::ApiPartner)]) {
            members.push(Member {
                identity,
                role,
                own: rows[index].clone(),
                foreign: rows[(index + 1) % BUSINESSES].clone(),
            });
        }
    }
    members
}

/// What is asked, and what may come of it.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    List,
    Foreign,
    Update,
    Missing,
    Slow,
    Dropped,
    Stranger,
}

const KINDS: [Kind; 16] = [
    Kind::List,
    Kind::Dropped,
    Kind::List,
    Kind::Update,
    Kind::List,
    Kind::Foreign,
    Kind::Missing,
    Kind::List,
    Kind::Dropped,
    Kind::List,
    Kind::Stranger,
    Kind::List,
    Kind::Update,
    Kind::Foreign,
    Kind::List,
    Kind::Missing,
];

/// So many requests run out of time, whatever their number: each holds a connection for all of it.
const SLOW: usize = 20;

/// The document, and the id it is asked with.
fn question(kind: Kind, table: &Table, own: Uuid, foreign: Uuid) -> (String, Uuid) {
    let (schema, one, many) = (naming::camel(table.def.schema), &table.one, &table.many);
    let row = "id businessId business { id }";
    let touch = || {
        let field = &cleared(table).expect("the tables are those with such a column").field;
        format!("mutation($id: ID!) {{ {schema} {{ it: {one}Update(id: $id, patch: {{ {field}: null }}) {{ {row} }} }} }}")
    };
    match kind {
        Kind::List | Kind::Dropped | Kind::Stranger => (
            format!("query($id: ID!) {{ {schema} {{ all: {many} {{ totalCount nodes {{ {row} }} }} it: {one}(id: $id) {{ {row} }} }} }}"),
            own,
        ),
        Kind::Foreign => (format!("query($id: ID!) {{ {schema} {{ it: {one}(id: $id) {{ {row} }} }} }}"), foreign),
        Kind::Update | Kind::Slow => (touch(), own),
        Kind::Missing => (touch(), foreign),
    }
}

async fn ask(gateway: &Arc<Gateway>, identity: &Identity, (document, id): (String, Uuid)) -> Value {
    let request = RequestInfo {
        request_id: Uuid::new_v4(),
        ip: None,
        user_agent: None,
    };
    let caller = Caller {
        identity: Some(identity.clone()),
        request,
    };
    let request = Request {
        document,
        variables: serde_json::Map::from_iter([("id".to_owned(), json!(id))]),
        ..Request::default()
    };
    let answer = gateway.execute(caller, request).await;
    serde_json::from_slice(&answer.body).expect("an answer is JSON")
}

/// Every business that an answer names.
fn businesses(answer: &Value, found: &mut Vec<String>) {
    match answer {
        Value::Object(members) => members.iter().for_each(|(name, value)| match value.as_str() {
            Some(id) if name == "businessId" => found.push(id.to_owned()),
            _ => businesses(value, found),
        }),
        Value::Array(items) => items.iter().for_each(|item| businesses(item, found)),
        _ => {}
    }
}

/// None where the answer is one of those that may come.
fn judge(kind: Kind, member: &Member, schema: &str, answer: &Value) -> Option<String> {
    let mine = member.identity.business_id.map(|id| id.to_string()).unwrap_or_default();
    let mut named = Vec::new();
    businesses(answer, &mut named);
    if named.iter().any(|id| *id != mine) {
        return Some(format!("a foreign row in {answer}"));
    }
    let code = answer.pointer("/errors/0/extensions/code").and_then(Value::as_str).unwrap_or_default();
    let may_write = matches!(member.role, Role::Owner | Role::Manager | Role::Staff);
    let holds = match kind {
        Kind::List => answer["data"][schema]["all"]["totalCount"] == json!(1) && named.len() == 2,
        Kind::Foreign => code.is_empty() && answer["data"][schema]["it"].is_null(),
        Kind::Update if may_write => named.len() == 1 || code == "TRY_AGAIN",
        Kind::Missing if may_write => code == "NOT_FOUND",
        Kind::Slow if may_write => matches!(code, "TIMEOUT" | "TRY_AGAIN"),
        Kind::Stranger => code == "FORBIDDEN" && named.is_empty(),
        // A viewer or a key that reads only: nothing is written, whatever it is called.
        _ => matches!(code, "DOCUMENT_INVALID" | "FORBIDDEN" | "NOT_FOUND"),
    };
    (!holds).then(|| format!("as {}: {answer}", member.role.as_str()))
}

struct Shared {
    gateway: Arc<Gateway>,
    members: Vec<Member>,
    tables: Vec<&'static Table>,
    count: usize,
}

/// One of the callers who ask at the same time: every sixteenth request.
async fn caller(shared: Arc<Shared>, first: usize) -> (BTreeMap<String, usize>, Vec<String>) {
    let (mut done, mut wrong) = (BTreeMap::new(), Vec::new());
    for index in (first..shared.count).step_by(CALLERS) {
        // Spread without chance, so that a failure comes again.
        let spread = index.wrapping_mul(2_654_435_761) >> 7;
        let member = &shared.members[spread % shared.members.len()];
        let at = spread / 13 % (TABLES - 1);
        let (kind, at) = if index % ((shared.count / SLOW) | 1) == 0 {
            (Kind::Slow, TABLES - 1)
        } else {
            (KINDS[spread / 101 % KINDS.len()], at)
        };
        let table = shared.tables[at];
        let mut identity = member.identity.clone();
        if kind == Kind::Stranger {
            let other = &shared.members[(spread + shared.members.len() / 2) % shared.members.len()];
            identity.business_id = other.identity.business_id;
            identity.api_key_id = None;
        }
        let request = ask(&shared.gateway, &identity, question(kind, table, member.own[at], member.foreign[at]));
        *done.entry(format!("{kind:?}")).or_insert(0) += 1;
        if kind == Kind::Dropped {
            // Somewhere between the first byte and the last.
            let moment = Duration::from_micros((spread % 4_000) as u64);
            drop(tokio::time::timeout(moment, request).await);
            continue;
        }
        let answer = request.await;
        let schema = naming::camel(table.def.schema);
        wrong.extend(judge(kind, member, &schema, &answer).map(|message| format!("{kind:?} {message}")));
    }
    (done, wrong)
}

/// What the gateway runs outside of any request tells what it sees there.
const TELL: &str = "
    CREATE TABLE public.seen (backend integer, settings text);
    GRANT INSERT ON public.seen TO thorbis_definer;
    CREATE OR REPLACE FUNCTION reporting.refresh_views() RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
    BEGIN
        INSERT INTO public.seen SELECT pg_backend_pid(), concat(current_setting('app.current_business_id', true), current_setting('app.current_user_id', true),
            current_setting('app.current_role', true), current_setting('app.api_key_id', true), current_setting('app.scopes', true));
        PERFORM pg_sleep(0.02);
        RETURN true;
    END $$";

/// Updates of one table take longer than the gateway waits.
fn slow_down(database: &Database, table: &Table) {
    database.run(&format!(
        "CREATE FUNCTION public.take_long() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep({}); RETURN NEW; END $$;
         GRANT EXECUTE ON FUNCTION public.take_long() TO thorbis_gateway;
         CREATE TRIGGER zz_slow BEFORE UPDATE ON {} FOR EACH ROW EXECUTE FUNCTION public.take_long()",
        PATIENCE.as_secs_f64() * 4.0,
        table.sql_name()
    ));
}

#[test]
fn twenty_businesses_share_four_connections() {
    let settings = [("THORBIS_POOL_SIZE", CONNECTIONS)];
    let app = App::configured(Database::new(), &settings, |config| config.statement_timeout = PATIENCE);
    let tables = tables();
    let shared = Arc::new(Shared {
        gateway: app.gateway(),
        members: members(&app, &tables),
        tables,
        count: requests(),
    });
    slow_down(&app.database, shared.tables[TABLES - 1]);
    app.database.run(TELL);

    let callers: Vec<_> = (0..CALLERS).map(|first| runtime().spawn(caller(Arc::clone(&shared), first))).collect();
    let (mut done, mut wrong) = (BTreeMap::<String, usize>::new(), Vec::new());
    for caller in callers {
        let (counts, findings) = runtime().block_on(caller).expect("no caller panics");
        counts.into_iter().for_each(|(kind, count)| *done.entry(kind).or_default() += count);
        wrong.extend(findings);
    }
    println!("interleaved: {done:?}");
    assert!(
        wrong.is_empty(),
        "{} of {} answers are wrong:\n{:#?}",
        wrong.len(),
        shared.count,
        &wrong[..wrong.len().min(10)]
    );

    runtime().block_on(async {
        let refreshes = (0..64).map(|_| {
            let gateway = Arc::clone(&shared.gateway);
            tokio::spawn(async move { gateway.refresh_views().await })
        });
        for refresh in refreshes.collect::<Vec<_>>() {
            refresh.await.expect("no refresh panics").expect("a connection is free");
        }
    });
    let leaked = app.database.rows("SELECT DISTINCT settings FROM public.seen WHERE settings <> ''", &[]);
    assert!(leaked.is_empty(), "a connection keeps a request's context: {:?}", leaked[0].get::<_, String>(0));
    let visited: i64 = app.database.one("SELECT count(DISTINCT backend) FROM public.seen", &[]);
    assert!(visited > 1, "the connections were not all asked");
    let open: i64 = app.database.one(
        "SELECT count(*) FROM pg_stat_activity WHERE usename = 'thorbis_gateway' AND datname = current_database() AND state LIKE 'idle in transaction%'",
        &[],
    );
    assert_eq!(open, 0, "a request that was cut off left its transaction open");
    app.stop();
}
