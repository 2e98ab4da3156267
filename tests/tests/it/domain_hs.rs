//! Home services: what its actions do, what they refuse, what a repeat does, and who wins a race.

use serde_json::{Value, json};
use tests::{App, Business, Database, Person, Reply, app, runtime};
use uuid::Uuid;

/// Eight bytes say that it is a PNG; nothing reads the rest.
const SIGNATURE: &str = "iVBORw0KGgo=";
const OTHER_SIGNATURE: &str = "iVBORw0KGgoAAAA=";

/// A work order of the business for its staff member, with more columns as `name = value`.
fn work_order(business: &Business<'_>, status: &str, more: &[(&str, &str)]) -> Uuid {
    let id = Uuid::new_v4();
    let technician = format!("'{}'", business.staff.id);
    let mut columns = vec![("assigned_technician", technician.as_str())];
    columns.retain(|(name, _)| more.iter().all(|(other, _)| other != name));
    columns.extend_from_slice(more);
    let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
    let values: Vec<&str> = columns.iter().map(|(_, value)| *value).collect();
    business.seed(&format!(
        "INSERT INTO hs.work_orders (id, business_id, title, status, {}) VALUES ('{id}', $business, 'Furnace', '{status}', {})",
        names.join(", "),
        values.join(", ")
    ));
    id
}

fn estimate(business: &Business<'_>, status: &str, valid_until: &str) -> Uuid {
    let id = Uuid::new_v4();
    business.seed(&format!(
        "INSERT INTO hs.estimates (id, business_id, title, status, valid_until) VALUES ('{id}', $business, 'Furnace', '{status}', {valid_until})"
    ));
    id
}

fn call(person: &Person<'_>, action: &str, fields: &str, mut input: Value, id: Uuid) -> Reply {
    input["id"] = json!(id);
    let ty = format!("Hs{}{}Input", action[..1].to_uppercase(), &action[1..]);
    let document = format!("mutation($input: {ty}!) {{ hs {{ it: {action}(input: $input) {{ id version status {fields} }} }} }}");
    person.ask_with(&document, json!({ "input": input }))
}

fn start(person: &Person<'_>, id: Uuid, input: Value) -> Reply {
    call(person, "workOrderStart", "actualStart holdReason", input, id)
}

fn complete(person: &Person<'_>, id: Uuid, input: Value) -> Reply {
    let fields = "actualEnd actualDuration completionPercentage totalCost customerSignature customerSatisfaction customerFeedback technicianNotes
        customer { totalJobs totalRevenue }";
    call(person, "workOrderComplete", fields, input, id)
}

fn approve(person: &Person<'_>, id: Uuid, input: Value) -> Reply {
    call(person, "estimateApprove", "approvedAt approvedByName", input, id)
}

/// A moment some minutes from now, as PostgreSQL counts.
fn minutes(minutes: i32) -> String {
    let sql = "SELECT to_char((now() + $1 * interval '1 minute') AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')";
    app().database.one(sql, &[&f64::from(minutes)])
}

fn version(business: &Business<'_>, table: &str, id: Uuid) -> i32 {
    business.app.database.one(&format!("SELECT version FROM {table} WHERE id = $1"), &[&id])
}

fn refused(reply: &Reply, code: &str) {
    assert_eq!(reply.code(), code, "{:#}", reply.json);
    assert!(reply.json["data"].is_null(), "{:#}", reply.json);
}

fn input_refused(reply: &Reply, path: &str) {
    refused(reply, "INPUT_INVALID");
    assert_eq!(reply.field(), path, "{:#}", reply.json);
}

fn state_conflict(reply: &Reply, status: &str, accepts: &[&str]) {
    refused(reply, "STATE_CONFLICT");
    let extensions = &reply.error()["extensions"];
    assert_eq!((&extensions["status"], &extensions["accepts"]), (&json!(status), &json!(accepts)));
}

fn version_conflict(reply: &Reply, current: i32) {
    refused(reply, "VERSION_CONFLICT");
    assert_eq!(reply.error()["extensions"]["current"]["version"], json!(current));
}

/// A foreign, a deleted and a missing id are answered with the same words.
fn not_found_alike(table: &str, own: Uuid, business: &Business<'_>, act: &dyn Fn(&Person<'_>, Uuid) -> Reply) {
    let other = app().business("hs");
    let foreign = act(&other.owner, own);
    business.seed(&format!("UPDATE {table} SET deleted_at = now() WHERE id = '{own}'"));
    for reply in [foreign, act(&business.owner, own), act(&business.owner, Uuid::new_v4())] {
        refused(&reply, "NOT_FOUND");
        assert_eq!(reply.message(), "No such record. Check the id; it may have been deleted.");
    }
}

#[test]
fn a_job_starts_once() {
    let business = app().business("hs");
    let at = minutes(-90);
    for status in ["scheduled", "dispatched"] {
        let id = work_order(&business, status, &[]);
        let reply = start(&business.staff, id, json!({ "at": at, "expectedVersion": 1 }));
        assert_eq!((reply.text("/hs/it/status"), reply.text("/hs/it/actualStart")), ("IN_PROGRESS", at.as_str()));
        assert_eq!(reply.int("/hs/it/version"), 2);
        assert_eq!(reply.statements, 4, "lock, clock, write, read: {:#?}", reply.sql);
        let repeat = start(&business.staff, id, json!({}));
        assert_eq!((repeat.int("/hs/it/version"), repeat.text("/hs/it/actualStart")), (2, at.as_str()));
        business.seed(&format!("UPDATE hs.work_orders SET deleted_at = now() WHERE id = '{id}'"));
        refused(&start(&business.staff, id, json!({})), "NOT_FOUND");
    }
}

#[test]
fn a_job_comes_off_hold_with_its_first_start() {
    let business = app().business("hs");
    let held = [("hold_reason", "'parts'"), ("actual_start", "'2025-06-01T08:00Z'")];
    let id = work_order(&business, "on_hold", &held);
    let reply = start(&business.manager, id, json!({}));
    assert_eq!((reply.text("/hs/it/status"), reply.at("/hs/it/holdReason")), ("IN_PROGRESS", &Value::Null));
    assert_eq!(reply.text("/hs/it/actualStart"), "2025-06-01T08:00:00Z");
}

#[test]
fn a_start_is_refused() {
    let business = app().business("hs");
    let id = work_order(&business, "scheduled", &[]);
    version_conflict(&start(&business.staff, id, json!({ "expectedVersion": 7 })), 1);
    for at in [minutes(-73 * 60), minutes(6)] {
        input_refused(&start(&business.staff, id, json!({ "at": at })), "input.at");
    }
    refused(&start(&business.viewer, id, json!({})), "DOCUMENT_INVALID");
    for status in ["draft", "completed", "cancelled"] {
        let id = work_order(&business, status, &[]);
        let accepts = ["SCHEDULED", "DISPATCHED", "ON_HOLD"];
        state_conflict(&start(&business.owner, id, json!({})), &status.to_uppercase(), &accepts);
    }
    let begun = work_order(
        &business,
        "on_hold",
        &[("hold_reason", "'parts'"), ("actual_start", "now() - interval '1 hour'")],
    );
    input_refused(&start(&business.owner, begun, json!({ "at": minutes(-61) })), "input.at");
    assert_eq!(version(&business, "hs.work_orders", id), 1, "nothing of a refusal is left");
    not_found_alike("hs.work_orders", id, &business, &|person, id| start(person, id, json!({})));
}

#[test]
fn staff_work_on_the_jobs_they_are_assigned_to() {
    let business = app().business("hs");
    let nobody = work_order(&business, "scheduled", &[("assigned_technician", "NULL")]);
    let on_team = format!("ARRAY['{}']::uuid[]", business.staff.id);
    let team = work_order(&business, "scheduled", &[("assigned_technician", "NULL"), ("assigned_team", &on_team)]);
    refused(&start(&business.staff, nobody, json!({})), "NOT_ASSIGNED");
    assert_eq!(start(&business.staff, team, json!({})).text("/hs/it/status"), "IN_PROGRESS");
    assert_eq!(start(&business.manager, nobody, json!({})).text("/hs/it/status"), "IN_PROGRESS");
    refused(&complete(&business.staff, nobody, json!({ "signature": SIGNATURE })), "NOT_ASSIGNED");
}

#[test]
fn a_key_reaches_what_its_scopes_hold() {
    let business = app().business("hs");
    let id = work_order(&business, "scheduled", &[("assigned_technician", "NULL")]);
    let start_with = |scopes: Value| {
        let make = "mutation($scopes: [String!]!) { auth { apiKeyCreate(input: { name: \"k\", scopes: $scopes }) { key } } }";
        let made = business.owner.ask_with(make, json!({ "scopes": scopes }));
        let document = format!("mutation {{ hs {{ workOrderStart(input: {{ id: \"{id}\" }}) {{ status }} }} }}");
        let headers = [("content-type", "application/json"), ("x-api-key", made.text("/auth/apiKeyCreate/key"))];
        app().post(&headers, &json!({ "query": document }).to_string())
    };
    assert_eq!(start_with(json!(["hs.work_orders:read"])).code(), "FORBIDDEN");
    let started = start_with(json!(["hs:read", "hs.work_orders:write"])).json();
    assert_eq!(started["data"]["hs"]["workOrderStart"]["status"], "IN_PROGRESS", "{started:#}");
}

#[test]
fn of_two_starts_one_writes() {
    let app = App::over(Database::new());
    let business = app.business("hs");
    for (expected, codes) in [(None, ["", ""]), (Some(1), ["", "VERSION_CONFLICT"])] {
        let id = work_order(&business, "scheduled", &[]);
        let replies = together(&app, id, 2, || {
            let reply = start(&business.staff, id, json!({ "expectedVersion": expected }));
            reply
                .json
                .pointer("/errors/0/extensions/code")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned()
        });
        assert_eq!(replies, codes);
        assert_eq!(version(&business, "hs.work_orders", id), 2);
    }
    app.stop();
}

/// Runs it several times at once: all wait for the row before the first goes on. Gives the sorted results.
fn together<T: Send + Ord>(app: &App, id: Uuid, count: usize, run: impl Fn() -> T + Sync) -> Vec<T> {
    let holder = runtime().block_on(async {
        let (holder, connection) = tokio_postgres::connect(&app.database.owner_url(), tokio_postgres::NoTls)
            .await
            .expect("the server answers");
        tokio::spawn(connection);
        let lock = format!("BEGIN; SELECT FROM hs.work_orders WHERE id = '{id}' FOR UPDATE");
        holder.batch_execute(&lock).await.expect("the row can be locked");
        holder
    });
    let mut results: Vec<T> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..count).map(|_| scope.spawn(&run)).collect();
        let waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
        while app.database.one::<i64>(waiting, &[]) < i64::try_from(count).expect("a few") {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        runtime().block_on(holder.batch_execute("COMMIT")).expect("the lock can be let go");
        threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
    });
    results.sort();
    results
}

#[test]
fn a_job_is_completed_with_a_signature() {
    let business = app().business("hs");
    let customer = Uuid::new_v4();
    business.seed(&format!(
        "INSERT INTO hs.customers (id, business_id, last_name) VALUES ('{customer}', $business, 'Lovelace')"
    ));
    let customer = format!("'{customer}'");
    let (begin, end) = (minutes(-150), minutes(-15));
    let begun = format!("'{begin}'");
    let costs = [
        ("customer_id", customer.as_str()),
        ("actual_start", &begun),
        ("labor_hours", "1.50"),
        ("labor_rate", "0.15"),
        ("material_cost", "10.00"),
    ];
    let id = work_order(&business, "in_progress", &costs);
    let input = json!({ "at": end, "signature": SIGNATURE, "satisfaction": 5, "feedback": "Quick!", "technicianNotes": "New filter", "expectedVersion": 1 });
    let reply = complete(&business.staff, id, input.clone());
    let done = reply.at("/hs/it");
    // 1.5 hours at 0.15 are 0.225: half a cent goes up.
    assert_eq!(
        *done,
        json!({
            "id": id, "version": 2, "status": "COMPLETED", "actualEnd": end, "actualDuration": "PT2H15M", "completionPercentage": 100,
            "totalCost": "10.23", "customerSignature": SIGNATURE, "customerSatisfaction": 5, "customerFeedback": "Quick!",
            "technicianNotes": "New filter", "customer": { "totalJobs": 1, "totalRevenue": "10.23" }
        })
    );

    let mut repeat = input;
    repeat["expectedVersion"] = json!(2);
    assert_eq!(complete(&business.staff, id, repeat).at("/hs/it"), done);
    assert_eq!(complete(&business.staff, id, json!({})).at("/hs/it"), done);
    for other in [json!({ "signature": OTHER_SIGNATURE }), json!({ "satisfaction": 4 }), json!({ "at": begin })] {
        state_conflict(&complete(&business.staff, id, other), "COMPLETED", &["IN_PROGRESS"]);
    }
    assert_eq!(version(&business, "hs.work_orders", id), 2);
}

#[test]
fn an_agreed_cost_stands_and_an_unknown_start_leaves_no_duration() {
    let business = app().business("hs");
    let id = work_order(&business, "in_progress", &[("total_cost", "99.00"), ("labor_hours", "2"), ("labor_rate", "80")]);
    let reply = complete(&business.staff, id, json!({ "signature": SIGNATURE }));
    assert_eq!((reply.text("/hs/it/totalCost"), reply.at("/hs/it/actualDuration")), ("99.00", &Value::Null));
}

#[test]
fn a_setting_makes_the_signature_optional() {
    let business = app().business("hs");
    let id = work_order(&business, "in_progress", &[]);
    let set = |value: &str| {
        business.seed(&format!(
            "INSERT INTO businesses.business_settings (business_id, category, key, value) VALUES ($business, 'hs', 'signature_optional', '{value}')
             ON CONFLICT ON CONSTRAINT business_settings_category_key DO UPDATE SET value = excluded.value"
        ));
    };
    let other = app().business("hs");
    other.seed("INSERT INTO businesses.business_settings (business_id, category, key, value) VALUES ($business, 'hs', 'signature_optional', 'true')");
    refused(&complete(&business.staff, id, json!({})), "SIGNATURE_REQUIRED");
    refused(&complete(&business.staff, id, json!({ "signature": " " })), "SIGNATURE_REQUIRED");
    set("false");
    refused(&complete(&business.staff, id, json!({})), "SIGNATURE_REQUIRED");
    set("true");
    assert_eq!(complete(&business.staff, id, json!({})).text("/hs/it/status"), "COMPLETED");
}

#[test]
fn a_completion_is_refused() {
    let business = app().business("hs");
    let id = work_order(&business, "in_progress", &[("actual_start", "now() - interval '1 hour'")]);
    let with = |more: Value| {
        let mut input = json!({ "signature": SIGNATURE });
        if let (Some(input), Value::Object(more)) = (input.as_object_mut(), more) {
            input.extend(more);
        }
        complete(&business.staff, id, input)
    };
    version_conflict(&with(json!({ "expectedVersion": 2 })), 1);
    for at in [minutes(-61), minutes(-73 * 60), minutes(6)] {
        input_refused(&with(json!({ "at": at })), "input.at");
    }
    for stars in [0, 6, -1] {
        input_refused(&with(json!({ "satisfaction": stars })), "input.satisfaction");
    }
    for signature in ["no base64", "R0lGODlh", "data:image/png;base64,iVBORw0KGgo="] {
        input_refused(&with(json!({ "signature": signature })), "input.signature");
    }
    refused(&complete(&business.viewer, id, json!({})), "DOCUMENT_INVALID");
    for status in ["draft", "scheduled", "dispatched", "cancelled"] {
        let id = work_order(&business, status, &[]);
        let reply = complete(&business.owner, id, json!({ "signature": SIGNATURE }));
        state_conflict(&reply, &status.to_uppercase(), &["IN_PROGRESS"]);
    }
    assert_eq!(version(&business, "hs.work_orders", id), 1, "nothing of a refusal is left");
    not_found_alike("hs.work_orders", id, &business, &|person, id| {
        complete(person, id, json!({ "signature": SIGNATURE }))
    });
}

#[test]
fn an_estimate_is_approved_until_its_last_day_ends() {
    let business = app().business("hs");
    let today = "(now() AT TIME ZONE 'America/Chicago')::date";
    for (status, valid_until) in [("draft", "NULL"), ("sent", today), ("viewed", today)] {
        let id = estimate(&business, status, valid_until);
        let reply = approve(&business.staff, id, json!({ "approvedByName": " Ada Lovelace ", "expectedVersion": 1 }));
        assert_eq!((reply.text("/hs/it/status"), reply.text("/hs/it/approvedByName")), ("APPROVED", "Ada Lovelace"));
        assert!(reply.at("/hs/it/approvedAt").is_string());
        let repeat = approve(&business.manager, id, json!({ "approvedByName": "Ada Lovelace" }));
        assert_eq!(repeat.at("/hs/it"), reply.at("/hs/it"));
        let other = approve(&business.manager, id, json!({ "approvedByName": "Charles Babbage" }));
        state_conflict(&other, "APPROVED", &["DRAFT", "SENT", "VIEWED"]);
    }
    let late = estimate(&business, "sent", &format!("{today} - 1"));
    let reply = approve(&business.staff, late, json!({ "approvedByName": "Ada" }));
    refused(&reply, "EXPIRED");
    let last_day: String = app().database.one("SELECT valid_until::text FROM hs.estimates WHERE id = $1", &[&late]);
    assert_eq!(reply.error()["extensions"]["validUntil"], json!(last_day));
}

#[test]
fn an_approval_is_refused() {
    let business = app().business("hs");
    let id = estimate(&business, "sent", "NULL");
    let ada = json!({ "approvedByName": "Ada" });
    input_refused(&approve(&business.staff, id, json!({ "approvedByName": "  " })), "input.approvedByName");
    version_conflict(&approve(&business.staff, id, json!({ "approvedByName": "Ada", "expectedVersion": 0 })), 1);
    refused(&approve(&business.viewer, id, ada.clone()), "DOCUMENT_INVALID");
    for status in ["rejected", "expired"] {
        let reply = approve(&business.owner, estimate(&business, status, "NULL"), ada.clone());
        state_conflict(&reply, &status.to_uppercase(), &["DRAFT", "SENT", "VIEWED"]);
    }
    not_found_alike("hs.estimates", id, &business, &|person, id| approve(person, id, ada.clone()));
}

/// Settings stay the owners': the function that reads them for actions tells of the own business only.
#[test]
fn settings_are_read_for_the_current_business() {
    let sql: bool = app().database.one(
        "SELECT prosecdef AND proowner = 'thorbis_definer'::regrole AND proconfig = ARRAY['search_path=\"\"']
            AND NOT has_function_privilege('public', oid, 'EXECUTE')
         FROM pg_proc WHERE oid = 'businesses.read_setting(text, text)'::regprocedure",
        &[],
    );
    assert!(sql);
    let unset: bool = app().database.one("SELECT businesses.read_setting('hs', 'signature_optional') IS NULL", &[]);
    assert!(unset, "nobody's business has no settings");
}
