//! Who may write what: hidden and missing look the same, and the database has the last word.

use super::{customer, hs, mutate};
use serde_json::{Value, json};
use tests::{Person, app};
use uuid::Uuid;

fn membership(person: &Person<'_>) -> String {
    let row: Uuid = app().database.one("SELECT id FROM users.business_users WHERE user_id = $1", &[&person.id]);
    row.to_string()
}

fn change(acting: &Person<'_>, whose: &Person<'_>, patch: &str) -> tests::Reply {
    let id = membership(whose);
    mutate(
        acting,
        "users",
        &format!("businessUserUpdate(id: \"{id}\", patch: {{ {patch} }}) {{ role status }}"),
    )
}

#[test]
fn a_viewer_has_no_mutations() {
    let business = app().business("hs");
    let id = customer(&business.staff, "Ada");
    for call in [
        "customerCreate(input: {}) { id }".to_owned(),
        "customersCreate(inputs: []) { id }".to_owned(),
        format!("customerUpdate(id: \"{id}\", patch: {{ phone: \"1\" }}) {{ id }}"),
        format!("customerDelete(id: \"{id}\") {{ id }}"),
        format!("customerRestore(id: \"{id}\") {{ id }}"),
        "customersUpdate(filter: { phone: { isNull: true } }, patch: { phone: \"1\" }) { id }".to_owned(),
        "customersDelete(filter: { phone: { isNull: true } }) { id }".to_owned(),
        "customerUpsert(input: { customerNumber: \"1\" }, onConflict: CUSTOMER_NUMBER) { id }".to_owned(),
    ] {
        let reply = hs(&business.viewer, &call);
        assert_eq!(reply.code(), "DOCUMENT_INVALID", "{call}: {:#}", reply.json);
        assert!(reply.message().starts_with("Unknown field"), "{}", reply.message());
    }
    assert_eq!(customer_version(&id), 1);
}

fn customer_version(id: &str) -> i32 {
    app()
        .database
        .one("SELECT version FROM hs.customers WHERE id = $1", &[&Uuid::parse_str(id).expect("an id")])
}

#[test]
fn staff_do_not_see_what_is_for_managers() {
    let business = app().business("hs");
    for (schema, call) in [
        ("businesses", "businessSettingCreate(input: { category: \"a\", key: \"b\" }) { id }"),
        (
            "integrations",
            "integrationConfigCreate(input: { serviceName: \"x\", serviceType: \"y\" }) { id }",
        ),
        ("businesses", "businessSettingsDelete(filter: { key: { eq: \"b\" } }) { id }"),
    ] {
        let reply = mutate(&business.staff, schema, call);
        assert_eq!(reply.code(), "DOCUMENT_INVALID", "{call}: {:#}", reply.json);
    }
    // A manager does not change the business itself.
    let call = format!("businessUpdate(id: \"{}\", patch: {{ name: \"x\" }}) {{ name }}", business.id);
    assert_eq!(mutate(&business.manager, "businesses", &call).code(), "DOCUMENT_INVALID");
    assert_eq!(mutate(&business.owner, "businesses", &call).text("/businesses/businessUpdate/name"), "x");
}

#[test]
fn the_database_refuses_what_the_gateway_would_let_through() {
    let business = app().business("hs");
    let client = app().database.connect_as_gateway();
    let begin = format!(
        "BEGIN; SELECT auth.open_request('{}', '{}', NULL, NULL, '{}', NULL, NULL)",
        business.id,
        business.viewer.id,
        Uuid::new_v4()
    );
    for statement in [
        "INSERT INTO hs.customers (last_name) VALUES ('x')",
        "INSERT INTO businesses.business_settings (category, key) VALUES ('a', 'b')",
        "INSERT INTO hs.customers (business_id) VALUES (gen_random_uuid())",
        "UPDATE hs.customers SET total_jobs = 5",
        "UPDATE hs.customers SET version = 5",
        "DELETE FROM hs.customers",
        "DELETE FROM audit.audit_log",
        "UPDATE audit.audit_log SET action = 'x'",
        "INSERT INTO audit.audit_log (action, entity_type, transaction_id, sequence_number) VALUES ('x', 'x', 1, 1)",
        "SELECT * FROM audit.change_log",
        "DELETE FROM audit.change_log",
        "SELECT credentials_encrypted FROM integrations.integration_configs",
        "SELECT encrypted_password FROM auth.users",
        "UPDATE platform.document_counters SET last_value = 0",
        "TRUNCATE hs.customers",
        "CREATE TABLE public.x (a int)",
    ] {
        let result = tests::runtime().block_on(async {
            client.batch_execute(&begin).await.expect("the request opens");
            let result = client.batch_execute(statement).await;
            client.batch_execute("ROLLBACK").await.expect("the connection lives");
            result
        });
        let error = result.expect_err(statement);
        let code = error.code().map(|code| code.code().to_owned()).unwrap_or_default();
        assert_eq!(code, "42501", "{statement}: {error:?}");
    }
}

#[test]
fn nobody_raises_themselves() {
    let business = app().business("hs");
    for (acting, whose, patch) in [
        (&business.manager, &business.manager, "role: OWNER"),
        (&business.manager, &business.staff, "role: OWNER"),
        (&business.manager, &business.staff, "role: MANAGER"),
        (&business.manager, &business.owner, "role: STAFF"),
        (&business.manager, &business.owner, "status: INACTIVE"),
    ] {
        let reply = change(acting, whose, patch);
        assert_eq!((reply.code(), reply.field()), ("INPUT_INVALID", "patch.role"), "{patch}: {:#}", reply.json);
    }
    assert_eq!(change(&business.staff, &business.staff, "role: OWNER").code(), "DOCUMENT_INVALID");
    assert_eq!(
        change(&business.manager, &business.staff, "role: VIEWER").text("/users/businessUserUpdate/role"),
        "VIEWER"
    );
    assert_eq!(
        change(&business.owner, &business.manager, "role: OWNER").text("/users/businessUserUpdate/role"),
        "OWNER"
    );
}

#[test]
fn the_last_owner_stays() {
    let business = app().business("hs");
    for patch in ["role: STAFF", "status: INACTIVE", "status: SUSPENDED"] {
        let reply = change(&business.owner, &business.owner, patch);
        assert_eq!((reply.code(), reply.field()), ("INPUT_INVALID", "patch.role"), "{patch}: {:#}", reply.json);
    }
    change(&business.owner, &business.manager, "role: OWNER").data();
    change(&business.owner, &business.owner, "role: STAFF").data();
    assert_eq!(change(&business.manager, &business.manager, "role: STAFF").code(), "INPUT_INVALID");
}

#[test]
fn two_owners_do_not_leave_at_the_same_moment() {
    for _ in 0..5 {
        let business = app().business("hs");
        change(&business.owner, &business.manager, "role: OWNER").data();
        std::thread::scope(|scope| {
            for person in [&business.owner, &business.manager] {
                scope.spawn(|| change(person, person, "role: STAFF"));
            }
        });
        let owners: i64 = app().database.one(
            "SELECT count(*) FROM users.business_users WHERE business_id = $1 AND role = 'owner' AND status = 'active'",
            &[&business.id],
        );
        assert_eq!(owners, 1);
    }
}

#[test]
fn a_membership_stays_with_its_person_and_business() {
    let (ours, theirs) = (app().business("hs"), app().business("hs"));
    for patch in [format!("userId: \"{}\"", theirs.staff.id), format!("businessId: \"{}\"", theirs.id)] {
        let reply = change(&ours.owner, &ours.staff, &patch);
        assert!(
            ["INPUT_INVALID", "FORBIDDEN", "DOCUMENT_INVALID"].contains(&reply.code()),
            "{patch}: {:#}",
            reply.json
        );
    }
    // Another business's membership is not there.
    assert_eq!(change(&ours.owner, &theirs.staff, "role: VIEWER").code(), "NOT_FOUND");
}

#[test]
fn exceptions_of_a_member_reach_no_further_than_the_role() {
    let business = app().business("hs");
    business.seed(&format!(
        "UPDATE users.business_users SET permissions = jsonb_build_object('allow', (SELECT jsonb_agg(p.key) FROM permissions.permissions p))
         WHERE business_id = $business AND user_id IN ('{}', '{}')",
        business.viewer.id, business.staff.id
    ));
    assert_eq!(hs(&business.viewer, "customerCreate(input: {}) { id }").code(), "DOCUMENT_INVALID");
    for (schema, call) in [
        ("businesses", "businessSettingCreate(input: { category: \"a\", key: \"b\" }) { id }".to_owned()),
        (
            "users",
            format!("businessUserUpdate(id: \"{}\", patch: {{ role: OWNER }}) {{ id }}", membership(&business.staff)),
        ),
    ] {
        assert_eq!(mutate(&business.staff, schema, &call).code(), "DOCUMENT_INVALID", "{call}");
    }
    // And by the database itself.
    let client = app().database.connect_as_gateway();
    let batch = format!(
        "BEGIN; SELECT auth.open_request('{}', '{}', NULL, NULL, NULL, NULL, NULL); INSERT INTO hs.customers (last_name) VALUES ('x')",
        business.id, business.viewer.id
    );
    let refused = tests::runtime().block_on(client.batch_execute(&batch)).expect_err("a viewer writes nothing");
    assert_eq!(refused.code().map(|code| code.code()), Some("42501"), "{refused:?}");
}

/// The action that accepts comes with the mails that invite. What holds until then and after: nobody inside
/// the business accepts for the invited person, and what is answered once is never open again.
#[test]
fn an_owners_invitation_is_not_sent_to_somebody_else_by_a_manager() {
    let business = app().business("hs");
    let invite = |role: &str| {
        let id = Uuid::new_v4();
        business.seed(&format!(
            "INSERT INTO users.invitations (id, business_id, email, role, token_hash, expires_at)
             VALUES ('{id}', $business, '{id}@people.test', '{role}', decode('{}', 'hex'), now() + interval '1 day')",
            id.simple()
        ));
        id
    };
    let redirect = |person: &Person<'_>, id: Uuid| {
        person.ask(&format!(
            "mutation {{ users {{ invitationUpdate(id: \"{id}\", patch: {{ email: \"m-{id}@people.test\" }}) {{ id }} }} }}"
        ))
    };
    for role in ["owner", "manager"] {
        let id = invite(role);
        let refused = redirect(&business.manager, id);
        assert!(refused.is_rule() && refused.field() == "patch.email", "{role}: {:#}", refused.json);
        redirect(&business.owner, id).data();
    }
    redirect(&business.manager, invite("staff")).data();
}

#[test]
fn an_invitation_is_answered_once() {
    let business = app().business("hs");
    for (first, second) in [
        ("accepted", "PENDING"),
        ("accepted", "REVOKED"),
        ("revoked", "ACCEPTED"),
        ("revoked", "PENDING"),
        ("expired", "PENDING"),
    ] {
        let id = Uuid::new_v4();
        business.seed(&format!(
            "INSERT INTO users.invitations (id, business_id, email, role, token_hash, expires_at)
             VALUES ('{id}', $business, '{id}@people.test', 'staff', '\\x{}', now() + interval '1 day')",
            id.simple()
        ));
        let to = |status: &str| {
            let call = format!("invitationUpdate(id: \"{id}\", patch: {{ status: {status} }}) {{ status }}");
            mutate(&business.owner, "users", &call)
        };
        assert_eq!(to("ACCEPTED").code(), "FORBIDDEN", "only the invited person accepts");
        business.seed(&format!("UPDATE users.invitations SET status = '{first}' WHERE id = '{id}'"));
        let again = to(second);
        assert!(["STATE_CONFLICT", "FORBIDDEN"].contains(&again.code()), "{first} to {second}: {:#}", again.json);
        let twice = format!("UPDATE users.invitations SET status = 'pending' WHERE id = '{id}'");
        assert!(app().database.attempt(&twice).is_err(), "not even the system opens it again");
    }
    let twice = format!(
        "INSERT INTO users.business_users (user_id, business_id, role, status) VALUES ('{}', '{}', 'manager', 'active')",
        business.staff.id, business.id
    );
    assert!(app().database.attempt(&twice).is_err(), "one person is a member once");
}

#[test]
fn people_and_businesses_come_and_go_by_actions_only() {
    let business = app().business("hs");
    let id = business.id;
    for (schema, call) in [
        ("users", format!("businessUserCreate(input: {{ userId: \"{id}\" }}) {{ id }}")),
        ("users", format!("businessUserDelete(id: \"{id}\") {{ id }}")),
        ("users", format!("userCreate(input: {{ id: \"{id}\" }}) {{ id }}")),
        ("users", format!("usersDelete(filter: {{ id: {{ eq: \"{id}\" }} }}) {{ id }}")),
        ("businesses", "businessCreate(input: { name: \"x\", email: \"y\" }) { id }".to_owned()),
        ("businesses", format!("businessDelete(id: \"{id}\") {{ id }}")),
        (
            "hs",
            "workOrderCreate(input: { title: \"x\", assignedTechnician: { firstName: \"x\" } }) { id }".to_owned(),
        ),
    ] {
        let reply = mutate(&business.owner, schema, &call);
        assert_eq!(reply.code(), "DOCUMENT_INVALID", "{call}: {:#}", reply.json);
    }
}

#[test]
fn people_change_their_own_profile_only() {
    let business = app().business("hs");
    let rename = |acting: &Person<'_>, id: Uuid| {
        mutate(
            acting,
            "users",
            &format!("userUpdate(id: \"{id}\", patch: {{ firstName: \"New\" }}) {{ firstName }}"),
        )
    };
    assert_eq!(rename(&business.viewer, business.viewer.id).text("/users/userUpdate/firstName"), "New");
    assert_eq!(rename(&business.owner, business.staff.id).code(), "NOT_FOUND");
    let email = mutate(
        &business.staff,
        "users",
        &format!("userUpdate(id: \"{}\", patch: {{ email: \"x@y.test\" }}) {{ id }}", business.staff.id),
    );
    assert_eq!(email.code(), "DOCUMENT_INVALID");
}

#[test]
fn secrets_are_written_and_never_read() {
    let business = app().business("hs");
    let create = "integrationConfigCreate(input: { serviceName: \"pay\", serviceType: \"payments\", credentialsEncrypted: \"c2VjcmV0\" }) { id serviceName }";
    let id = mutate(&business.owner, "integrations", create)
        .text("/integrations/integrationConfigCreate/id")
        .to_owned();
    let stored: Vec<u8> = app().database.one(
        "SELECT credentials_encrypted FROM integrations.integration_configs WHERE id = $1",
        &[&Uuid::parse_str(&id).expect("an id")],
    );
    assert!(!stored.windows(8).any(|part| part == b"c2VjcmV0"), "the secret is stored as it was typed");
    let seal = server::seal::Seal::new(tests::SECRET);
    assert_eq!(seal.open(business.id, &stored).expect("it can be opened"), "c2VjcmV0");
    assert!(seal.open(app().business("hs").id, &stored).is_err(), "another business's key opens it");
    let select = business.owner.ask("{ integrations { integrationConfigs { nodes { credentialsEncrypted } } } }");
    assert_eq!(select.code(), "DOCUMENT_INVALID");
    let returned = mutate(
        &business.owner,
        "integrations",
        &format!("integrationConfigUpdate(id: \"{id}\", patch: {{ credentialsEncrypted: \"bmV3\" }}) {{ credentialsEncrypted }}"),
    );
    assert_eq!(returned.code(), "DOCUMENT_INVALID");
    let conflict = mutate(
        &business.owner,
        "integrations",
        &format!("integrationConfigUpdate(id: \"{id}\", patch: {{ credentialsEncrypted: \"bmV3\" }}, expectedVersion: 9) {{ id }}"),
    );
    assert_eq!(conflict.code(), "VERSION_CONFLICT");
    assert_eq!(conflict.error()["extensions"]["current"].get("credentialsEncrypted"), None);
    let kept: Value = json!(conflict.json.to_string().contains("c2VjcmV0"));
    assert_eq!(kept, json!(false));
}
