//! The audit log and the change log: one entry a change, by whom, of what; none where nothing changed.

use super::{customer, hs, mutate, work_order};
use serde_json::{Value, json};
use tests::{Reply, app};
use uuid::Uuid;

struct Entry {
    action: String,
    user: Option<Uuid>,
    request: Option<Uuid>,
    actor: String,
    fields: Vec<String>,
    old: Option<Value>,
    new: Option<Value>,
    transaction: i64,
}

fn audit(id: &str) -> Vec<Entry> {
    let sql = "SELECT action, user_id, request_id, actor, changed_fields, old_values::text, new_values::text, transaction_id
        FROM audit.audit_log WHERE entity_id = $1 ORDER BY sequence_number";
    let id = Uuid::parse_str(id).expect("an id");
    let document = |text: Option<String>| text.map(|text| serde_json::from_str(&text).expect("a document"));
    let rows = app().database.rows(sql, &[&id]);
    rows.iter()
        .map(|row| Entry {
            action: row.get(0),
            user: row.get(1),
            request: row.get(2),
            actor: row.get(3),
            fields: row.get::<_, Option<Vec<String>>>(4).unwrap_or_default(),
            old: document(row.get(5)),
            new: document(row.get(6)),
            transaction: row.get(7),
        })
        .collect()
}

fn changes(id: &str) -> Vec<(String, Option<i32>, Vec<String>)> {
    let sql = "SELECT operation, entity_version, changed_fields FROM audit.change_log WHERE entity_id = $1 ORDER BY sequence_number";
    let rows = app().database.rows(sql, &[&Uuid::parse_str(id).expect("an id")]);
    rows.iter().map(|row| (row.get(0), row.get(1), row.get(2))).collect()
}

fn request_id(reply: &Reply) -> Option<Uuid> {
    reply.json["extensions"]["requestId"].as_str().and_then(|id| Uuid::parse_str(id).ok())
}

#[test]
fn one_entry_a_change() {
    let business = app().business("hs");
    let id = customer(&business.staff, "Ada");
    let update = hs(
        &business.manager,
        &format!("customerUpdate(id: \"{id}\", patch: {{ lastName: \"Byron\", firstName: null, tags: [\"a\"], phone: \"1\" }}) {{ id }}"),
    );
    hs(&business.owner, &format!("customerDelete(id: \"{id}\") {{ id }}")).data();
    hs(&business.owner, &format!("customerRestore(id: \"{id}\") {{ id }}")).data();
    let entries = audit(&id);
    let actions: Vec<_> = entries.iter().map(|entry| entry.action.as_str()).collect();
    assert_eq!(actions, ["create", "update", "delete", "restore"]);
    assert_eq!(entries[0].user, Some(business.staff.id));
    assert_eq!(entries[0].new.as_ref().map(|new| &new["last_name"]), Some(&json!("Ada")));
    assert_eq!(entries[1].user, Some(business.manager.id));
    assert_eq!(entries[1].request, request_id(&update));
    assert_eq!(entries[1].actor, "user");
    assert_eq!(entries[1].fields, ["last_name", "phone", "tags"]);
    assert_eq!(entries[1].old, Some(json!({ "last_name": "Ada", "phone": null, "tags": [] })));
    assert_eq!(entries[1].new, Some(json!({ "last_name": "Byron", "phone": "1", "tags": ["a"] })));
    let fields = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    assert_eq!(
        changes(&id),
        [
            ("insert".to_owned(), Some(1), fields(&[])),
            ("update".to_owned(), Some(2), fields(&["last_name", "phone", "tags"])),
            ("delete".to_owned(), Some(3), fields(&["deleted_at"])),
            ("insert".to_owned(), Some(4), fields(&["deleted_at"])),
        ]
    );
}

#[test]
fn nothing_changed_is_no_entry() {
    let business = app().business("hs");
    let id = customer(&business.staff, "Ada");
    let reply = hs(
        &business.staff,
        &format!("customerUpdate(id: \"{id}\", patch: {{ lastName: \"Ada\", tags: [], phone: null }}) {{ id }}"),
    );
    reply.data();
    assert_eq!((audit(&id).len(), changes(&id).len()), (1, 1));
    // Nor is what was taken back.
    hs(
        &business.staff,
        &format!("customerUpdate(id: \"{id}\", patch: {{ phone: \"1\" }}) {{ id }} customerUpsert(input: {{}}, onConflict: ID) {{ id }}"),
    );
    assert_eq!((audit(&id).len(), changes(&id).len()), (1, 1));
}

#[test]
fn many_records_are_as_many_entries_of_one_transaction() {
    let business = app().business("hs");
    let ids: Vec<String> = (0..5).map(|n| customer(&business.staff, &format!("C{n}"))).collect();
    hs(
        &business.staff,
        "customersUpdate(filter: { lastName: { startsWith: \"C\" } }, patch: { phone: \"1\" }) { id }",
    )
    .data();
    let transactions: Vec<i64> = ids.iter().map(|id| audit(id)[1].transaction).collect();
    assert!(transactions.iter().all(|transaction| *transaction == transactions[0]), "{transactions:?}");
}

#[test]
fn what_the_database_changes_is_logged_as_well() {
    let business = app().business("hs");
    let parent = customer(&business.staff, "Ada");
    work_order(&business.staff, &format!("customerId: \"{parent}\", status: COMPLETED, totalCost: 5"));
    let entries = audit(&parent);
    assert_eq!(entries[1].fields, ["total_jobs", "total_revenue", "average_job_value", "last_service_date"]);
    assert_eq!(entries[1].user, Some(business.staff.id));

    let rest = app().business("rest");
    let created = mutate(
        &rest.staff,
        "rest",
        "menuCategoryCreate(input: { name: \"Soups\", menuItems: { create: [{ name: \"Ramen\", basePrice: 1 }] } }) { id menuItems { nodes { id } } }",
    );
    let (category, item) = (
        created.text("/rest/menuCategoryCreate/id"),
        created.text("/rest/menuCategoryCreate/menuItems/nodes/0/id"),
    );
    mutate(&rest.staff, "rest", &format!("menuCategoryDelete(id: \"{category}\") {{ id }}")).data();
    assert_eq!(audit(category).last().map(|entry| entry.action.clone()), Some("delete".to_owned()));
    assert_eq!(audit(item).last().map(|entry| entry.fields.clone()), Some(vec!["category_id".to_owned()]));
    assert_eq!(changes(category).last().map(|change| change.0.clone()), Some("delete".to_owned()));
}

#[test]
fn a_secret_that_changes_is_named_and_not_told() {
    let business = app().business("hs");
    let create = "integrationConfigCreate(input: { serviceName: \"pay\", serviceType: \"payments\", credentialsEncrypted: \"c2VjcmV0\" }) { id }";
    let created = mutate(&business.owner, "integrations", create);
    let id = created.text("/integrations/integrationConfigCreate/id");
    mutate(
        &business.owner,
        "integrations",
        &format!("integrationConfigUpdate(id: \"{id}\", patch: {{ credentialsEncrypted: \"bmV3\" }}) {{ id }}"),
    )
    .data();
    let entries = audit(id);
    assert_eq!(entries.len(), 2, "a changed secret leaves an entry");
    assert_eq!(entries[1].fields, ["credentials_encrypted"]);
    for entry in &entries {
        for values in [&entry.old, &entry.new].into_iter().flatten() {
            assert_eq!(values.get("credentials_encrypted"), None, "{values}");
        }
    }
}

#[test]
fn the_log_outlives_everybody() {
    let business = app().business("hs");
    let id = customer(&business.staff, "Ada");
    for statement in [
        format!("UPDATE audit.audit_log SET action = 'x' WHERE entity_id = '{id}'"),
        format!("DELETE FROM audit.audit_log WHERE entity_id = '{id}'"),
        "TRUNCATE audit.audit_log".to_owned(),
        format!("DELETE FROM businesses.businesses WHERE id = '{}'", business.id),
    ] {
        // The owner of the database, past every policy.
        let refused = tests::runtime().block_on(async {
            let (client, connection) = tokio_postgres::connect(&app().database.owner_url(), tokio_postgres::NoTls)
                .await
                .expect("the server answers");
            tokio::spawn(connection);
            client.batch_execute(&statement).await
        });
        assert!(refused.is_err(), "{statement}");
    }
    assert_eq!(audit(&id).len(), 1);
}

#[test]
fn the_log_is_read_by_owners_and_managers() {
    let business = app().business("hs");
    let id = customer(&business.staff, "Ada");
    let query = format!("{{ audit {{ auditLogs(filter: {{ entityId: {{ eq: \"{id}\" }} }}) {{ nodes {{ action entityType userId }} }} }} }}");
    let read = business.manager.ask(&query);
    assert_eq!(
        read.at("/audit/auditLogs/nodes"),
        &json!([{ "action": "create", "entityType": "hs.customers", "userId": business.staff.id }])
    );
    assert_eq!(business.staff.ask(&query).code(), "DOCUMENT_INVALID");
    assert_eq!(app().business("hs").owner.ask(&query).list("/audit/auditLogs/nodes").len(), 0);
}
