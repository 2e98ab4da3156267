//! The isolation matrix: every table, every kind of caller, every verb, own and foreign rows, asked
//! through the gateway's own role as any client of the database could ask.

use super::slices::narrowed;
use super::{Findings, admits};
use entity::{TableDef, TableKind, Who, registry};
use graphql::Role;
use std::collections::HashMap;
use tests::rows::{insert_sql, is_filled, is_given};
use tests::{Business, Database, Rows, app, quoted, runtime};
use tokio_postgres::{Client, SimpleQueryMessage};
use uuid::Uuid;

/// Takes a statement back that worked; its message is the number of rows.
const WORKED: &str = "TB200";
/// PostgreSQL's insufficient privilege: a missing grant, or a row that a policy refuses.
const DENIED: &str = "42501";

/// Somebody who asks. Nobody has no role.
struct Actor {
    name: &'static str,
    role: Option<Role>,
    user: Option<Uuid>,
    key: Option<Uuid>,
    /// Scopes that are made for each table anew: `TABLE` stands for it, `SCHEMA` for its schema, `OTHER` for
    /// a table beside it.
    scopes: &'static str,
    reads: bool,
    writes: bool,
}

fn actors(own: &Business<'_>) -> Vec<Actor> {
    let member = |name, role, user| Actor {
        name,
        role: Some(role),
        user: Some(user),
        key: None,
        scopes: "",
        reads: true,
        writes: true,
    };
    let partner = own.app.person(own.id, Role::ApiPartner).id;
    let keyed = |name, scopes, reads, writes| Actor {
        key: Some(api_key(own, partner, "nothing:read")),
        scopes,
        reads,
        writes,
        ..member(name, Role::ApiPartner, partner)
    };
    let nobody = Actor {
        name: "nobody",
        role: None,
        user: None,
        key: None,
        scopes: "",
        reads: false,
        writes: false,
    };
    vec![
        member("owner", Role::Owner, own.owner.id),
        member("manager", Role::Manager, own.manager.id),
        member("staff", Role::Staff, own.staff.id),
        member("viewer", Role::Viewer, own.viewer.id),
        keyed("api_partner of another table", "OTHER:read,OTHER:write", false, false),
        keyed("api_partner that reads this table", "TABLE:read", true, false),
        keyed("api_partner that reads and writes this schema", "SCHEMA:read,SCHEMA:write", true, true),
        nobody,
    ]
}

pub fn api_key(business: &Business<'_>, user: Uuid, scopes: &str) -> Uuid {
    let id = Uuid::new_v4();
    business.seed(&format!(
        "INSERT INTO auth.api_keys (id, business_id, service_user_id, name, key_prefix, key_hash, scopes)
         VALUES ('{id}', $business, '{user}', 'tests', '{id}', '\\x{}', '{{{scopes}}}')",
        id.simple()
    ));
    id
}

fn rescope(database: &Database, actor: &Actor, subject: &Subject) {
    let def = subject.def;
    let Some(key) = actor.key else { return };
    let other = registry().iter().find(|other| other.schema == def.schema && other.name != def.name);
    let other = other.map_or_else(|| "no.such".to_owned(), |other| other.qualified());
    let table = def.qualified();
    let scopes = actor
        .scopes
        // The rules of a narrowed table look at others, which a key for it alone may not see.
        .replace("TABLE", if subject.narrowed { "*" } else { &table })
        .replace("SCHEMA", def.schema)
        .replace("OTHER", &other);
    database.run(&format!("UPDATE auth.api_keys SET scopes = '{{{scopes}}}' WHERE id = '{key}'"));
}

/// The rows of one table that are asked for.
struct Subject {
    def: &'static TableDef,
    own: Uuid,
    /// Whose the own row is, where the table lets people reach theirs.
    person: Option<Uuid>,
    foreign: Uuid,
    /// A row of each person, where the table lets people reach their own.
    mine: HashMap<Uuid, Uuid>,
    /// Inserts of one's own row, and of one that says it is the other business's.
    inserts: Option<(String, String)>,
    inserter: Option<Uuid>,
    /// A column that changes nothing when it is set to itself.
    touched: Option<String>,
    /// Rules of the table's own decide as well, such as that of the record it hangs on.
    narrowed: bool,
}

fn is_personal(def: &TableDef) -> bool {
    def.access.read.contains(&Who::SelfUser) || def.access.write.contains(&Who::SelfUser)
}

fn person_column(def: &TableDef) -> &'static str {
    if def.column("user_id").is_some() { "user_id" } else { "id" }
}

fn subjects(database: &Database, own: &mut Rows<'_>, other: &mut Rows<'_>, people: &[Uuid]) -> Vec<Subject> {
    let mut touched: HashMap<String, String> = HashMap::new();
    let updatable = "SELECT n.nspname || '.' || c.relname, min(quote_ident(a.attname)) FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace WHERE a.attnum > 0 AND a.attname NOT IN ('deleted_at') AND c.relkind IN ('r', 'p')
        AND has_column_privilege('thorbis_gateway', c.oid, a.attnum, 'UPDATE') AND has_column_privilege('thorbis_gateway', c.oid, a.attnum, 'SELECT') GROUP BY 1";
    for row in database.rows(updatable, &[]) {
        touched.insert(row.get(0), row.get(1));
    }
    let filled = registry().iter().copied().filter(|def| is_filled(def));
    let narrowed = narrowed();
    filled
        .map(|def| {
            let first = own.base(def);
            Subject {
                def,
                own: first,
                person: is_personal(def)
                    .then(|| database.one(&format!("SELECT {} FROM {} WHERE id = $1", person_column(def), def.qualified()), &[&first]))
                    .flatten(),
                foreign: other.base(def),
                mine: mine(database, def, own, people),
                inserts: inserts(def, own, other.business),
                inserter: inserter(def, own),
                touched: touched.get(&def.qualified()).cloned(),
                narrowed: narrowed.contains(&def.qualified()),
            }
        })
        .collect()
}

/// None where the table has all the rows that its rules accept.
fn inserts(def: &'static TableDef, own: &mut Rows<'_>, other: Uuid) -> Option<(String, String)> {
    if is_given(def) {
        let name = def.qualified();
        let foreign = if def.column("business_id").is_some() { "business_id" } else { "id" };
        return Some((
            format!("INSERT INTO {name} DEFAULT VALUES"),
            format!("INSERT INTO {name} ({foreign}) VALUES ('{other}')"),
        ));
    }
    // Its own person is the first one, where rows have a person.
    let pins: Vec<_> = inserter(def, own).map(|person| ("user_id", quoted(&person.to_string()))).into_iter().collect();
    let draft = own.try_draft(def, 7, false, &pins)?;
    let foreign = insert_sql(def, other, &draft);
    let insert = insert_sql(def, own.business, &draft);
    // The business comes from the transaction, never from the statement.
    let bare = insert.replacen(", business_id", "", 1).replacen(&format!(", '{}'", own.business), "", 1);
    Some((if def.kind == TableKind::Tenant { bare } else { insert }, foreign))
}

/// Whose the inserted row is.
fn inserter(def: &TableDef, own: &Rows<'_>) -> Option<Uuid> {
    (is_personal(def) && def.column("user_id").is_some()).then(|| own.people[0])
}

fn mine(database: &Database, def: &'static TableDef, own: &mut Rows<'_>, people: &[Uuid]) -> HashMap<Uuid, Uuid> {
    if !is_personal(def) {
        return HashMap::new();
    }
    let existing = |person: &Uuid| -> Option<Uuid> {
        let rows = database.rows(&format!("SELECT id FROM {} WHERE {} = $1", def.qualified(), person_column(def)), &[person]);
        rows.first()?.get(0)
    };
    let row = |person: &Uuid| {
        let made = if is_given(def) || def.column("user_id").is_none() {
            None
        } else {
            own.another(def, 20, false, &[("user_id", quoted(&person.to_string()))]).map(|row| row.id)
        };
        Some((*person, made.or_else(|| existing(person))?))
    };
    people.iter().filter_map(row).collect()
}

/// One statement and what its caller may expect of it.
struct Attempt {
    what: &'static str,
    sql: String,
    allowed: Expectation,
}

#[derive(Clone, Copy, PartialEq)]
enum Expectation {
    Allowed,
    /// No row, or a refusal that says nothing about the row.
    Refused,
    /// A grant of this one table decides, within what the access allows.
    Perhaps,
}

fn expect(allowed: bool) -> Expectation {
    if allowed { Expectation::Allowed } else { Expectation::Refused }
}

fn attempts(subject: &Subject, actor: &Actor) -> Vec<Attempt> {
    let def = subject.def;
    let name = def.qualified();
    let reaches = |access: &[Who], scoped: bool, own: bool| actor.role.is_some_and(|role| admits(access, role, scoped, own));
    let public = def.access.read.contains(&Who::Public);
    let open = public || (def.access.read.contains(&Who::Anyone) && actor.role.is_some());
    let set = match &subject.touched {
        Some(column) => format!("{column} = {column}"),
        None => "id = id".into(),
    };
    let mut list = Vec::new();
    let mut rows = vec![(subject.own, subject.person.is_some() && subject.person == actor.user)];
    if let Some(id) = actor.user.and_then(|user| subject.mine.get(&user)) {
        rows.push((*id, true));
    }
    for (id, mine) in rows {
        let reads = public || reaches(def.access.read, actor.reads, mine);
        let writes = reads && reaches(def.access.write, actor.writes, mine);
        let changes = writes && !def.append_only && subject.touched.is_some();
        let deletes = writes && !def.append_only && !def.soft_delete && (def.kind == TableKind::Tenant || def.insertable);
        list.push(attempt("reading an own row", format!("PERFORM FROM {name} WHERE id = '{id}'"), expect(reads)));
        list.push(attempt(
            "changing an own row",
            format!("UPDATE {name} SET {set} WHERE id = '{id}'"),
            expect(changes),
        ));
        list.push(attempt("deleting an own row", format!("DELETE FROM {name} WHERE id = '{id}'"), expect(deletes)));
    }
    let foreign = subject.foreign;
    list.push(attempt(
        "reading a foreign row",
        format!("PERFORM FROM {name} WHERE id = '{foreign}'"),
        expect(open),
    ));
    list.push(attempt(
        "changing a foreign row",
        format!("UPDATE {name} SET {set} WHERE id = '{foreign}'"),
        Expectation::Refused,
    ));
    list.push(attempt(
        "deleting a foreign row",
        format!("DELETE FROM {name} WHERE id = '{foreign}'"),
        Expectation::Refused,
    ));
    let own = subject.inserter.is_some() && subject.inserter == actor.user;
    let writes = reaches(def.access.write, actor.writes, own);
    let inserts = match def.kind {
        TableKind::Tenant => expect(writes && def.insertable),
        _ if writes => Expectation::Perhaps,
        _ => Expectation::Refused,
    };
    if let Some((insert, strange)) = &subject.inserts {
        list.push(attempt("inserting an own row", insert.clone(), inserts));
        if def.column("business_id").is_some() {
            list.push(attempt("inserting a foreign row", strange.clone(), Expectation::Refused));
        }
    }
    list
}

fn attempt(what: &'static str, sql: String, allowed: Expectation) -> Attempt {
    Attempt { what, sql, allowed }
}

/// Runs all attempts in one transaction of the actor, each taken back: rows or an error's code.
fn outcomes(client: &Client, business: Uuid, actor: &Actor, attempts: &[Attempt]) -> Vec<String> {
    let mut body = String::new();
    for attempt in attempts {
        body.push_str(&format!(
            "BEGIN {}; GET DIAGNOSTICS touched = ROW_COUNT; RAISE EXCEPTION USING ERRCODE = '{WORKED}', MESSAGE = 'rows=' || touched;
             EXCEPTION WHEN OTHERS THEN seen := seen || CASE SQLSTATE WHEN '{WORKED}' THEN SQLERRM ELSE SQLSTATE END || ' '; END;\n",
            attempt.sql
        ));
    }
    let literal = |id: Option<Uuid>| id.map_or("NULL".to_owned(), |id| quoted(&id.to_string()));
    let open = match actor.role {
        None => String::new(),
        Some(_) => format!(
            "SELECT auth.open_request('{business}', {}, NULL, {}, NULL, '127.0.0.1', NULL);",
            literal(actor.user),
            literal(actor.key)
        ),
    };
    let batch = format!(
        "BEGIN; {open} DO $tries$ DECLARE seen text := ''; touched bigint; BEGIN {body} PERFORM set_config('tests.seen', seen, true); END $tries$;
         SELECT current_setting('tests.seen') AS seen; ROLLBACK"
    );
    let messages = runtime()
        .block_on(client.simple_query(&batch))
        .unwrap_or_else(|error| panic!("{error:?}\n{batch}"));
    let seen = messages.iter().rev().find_map(|message| match message {
        SimpleQueryMessage::Row(row) => row.get("seen").map(str::to_owned),
        _ => None,
    });
    seen.expect("the batch tells what it saw").split_whitespace().map(str::to_owned).collect()
}

/// None where the outcome is as expected.
fn judge(attempt: &Attempt, actor: &Actor, outcome: &str) -> Option<String> {
    let rows = outcome.strip_prefix("rows=").and_then(|rows| rows.parse::<u64>().ok());
    // A constraint is asked after the policies: the row was reached.
    let is_own = attempt.what.ends_with("an own row");
    // A rule of the table's own may keep a row as it is, or refuse it before a policy does.
    let ruled = is_own && outcome.starts_with("TB4");
    let reached = ruled || rows.is_some_and(|rows| rows > 0) || (attempt.what == "deleting an own row" && outcome == "23503");
    let refused = (ruled && attempt.what.starts_with("inserting")) || rows == Some(0) || outcome == DENIED || (actor.role.is_none() && rows.is_none());
    let wrong = match attempt.allowed {
        Expectation::Allowed => !reached,
        Expectation::Refused => !refused,
        Expectation::Perhaps => false,
    };
    let expected = if attempt.allowed == Expectation::Refused {
        "no row or a refusal"
    } else {
        "one row"
    };
    wrong.then(|| format!("{} as {} gave {outcome}, expected {expected}", attempt.what, actor.name))
}

#[test]
fn the_isolation_matrix() {
    let app = app();
    let (own, other) = (app.business("hs"), app.business("hs"));
    let actors = actors(&own);
    let people: Vec<Uuid> = actors.iter().filter_map(|actor| actor.user).collect();
    let subjects = subjects(&app.database, &mut Rows::of(&own), &mut Rows::of(&other), &people);
    let client = app.database.connect_as_gateway();
    let mut findings = Findings::new(
        "isolation",
        "The policies and grants of platform.tenant_table or platform.platform_table decide; compare them with the table's access.",
    );
    let (mut ruled, mut tried) = (0, 0);
    for subject in &subjects {
        for actor in &actors {
            rescope(&app.database, actor, subject);
            let attempts = attempts(subject, actor);
            let outcomes = outcomes(&client, own.id, actor, &attempts);
            assert_eq!(outcomes.len(), attempts.len(), "{}: the batch was cut short", subject.def.qualified());
            for (attempt, outcome) in attempts.iter().zip(outcomes) {
                findings.count(1);
                ruled += usize::from(outcome.starts_with("TB4"));
                tried += 1;
                if let Some(wrong) = judge(attempt, actor, &outcome) {
                    findings.add(&subject.def.qualified(), wrong);
                }
            }
        }
    }
    assert!(
        ruled * 50 <= tried,
        "{ruled} of {tried} attempts met a rule instead of a policy: make better rows in tests/src/rows.rs"
    );
    findings.done();
}

/// Views too, and whatever other tests have put into the database: nothing of another business is in
/// an answer to anybody.
#[test]
fn nothing_of_another_business_is_ever_in_an_answer() {
    let app = app();
    let (own, other) = (app.business("hs"), app.business("hs"));
    let (mut own_rows, mut other_rows) = (Rows::of(&own), Rows::of(&other));
    for def in registry().iter().copied().filter(|def| is_filled(def) && !is_given(def)) {
        own_rows.another(def, 3, true, &[]);
        other_rows.another(def, 3, true, &[]);
    }
    for row in app.database.rows("SELECT format('%I.%I', schemaname, matviewname) FROM pg_matviews", &[]) {
        app.database.run(&format!("REFRESH MATERIALIZED VIEW {}", row.get::<_, String>(0)));
    }
    let tables: Vec<_> = registry()
        .iter()
        .filter(|def| def.column("business_id").is_some() && !def.access.read.iter().all(|who| matches!(who, Who::System | Who::Nobody)))
        .collect();
    let counts: Vec<_> = tables
        .iter()
        .map(|def| format!("(SELECT count(*) FROM {} WHERE business_id <> '{}')", def.qualified(), own.id))
        .collect();
    let client = app.database.connect_as_gateway();
    let mut findings = Findings::new(
        "foreign rows",
        "Every policy and every view has to compare business_id with auth.get_current_business_id().",
    );
    for actor in actors(&own) {
        let open = match actor.user {
            None => String::new(),
            Some(user) => format!("SELECT auth.open_request('{}', '{user}', NULL, NULL, NULL, '127.0.0.1', NULL);", own.id),
        };
        let batch = format!("BEGIN; {open} SELECT array_to_string(ARRAY[{}], ' ') AS seen; ROLLBACK", counts.join(", "));
        let messages = runtime().block_on(client.simple_query(&batch)).expect("counting is allowed to everybody");
        let seen = messages.iter().rev().find_map(|message| match message {
            SimpleQueryMessage::Row(row) => row.get("seen").map(str::to_owned),
            _ => None,
        });
        for (def, count) in tables.iter().zip(seen.expect("there are counts").split(' ')) {
            findings.expect(count == "0", &def.qualified(), format!("{} sees {count} foreign rows", actor.name));
        }
    }
    findings.done();
}
