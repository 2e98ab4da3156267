//! A person works in two businesses: what is theirs in one of them is out of reach in the other, whatever the table.

use super::{Findings, home, homes};
use entity::{TableDef, Who, registry};
use graphql::catalog::slice::INDUSTRIES;
use tests::rows::is_filled;
use tests::{Database, Rows, app, quoted, runtime};
use tokio_postgres::{Client, SimpleQueryMessage};
use uuid::Uuid;

const ADVICE: &str =
    "See migration/sql/platform/360_self_in_business.sql; platform.table_rules.self_anywhere names the tables that are for choosing a business.";
const LEAST: usize = 8;

/// Tables whose rows are a person's own and a business's.
fn is_own_in_business(def: &&'static TableDef) -> bool {
    let personal = def.access.read.contains(&Who::SelfUser) || def.access.write.contains(&Who::SelfUser);
    personal && is_filled(def) && def.column("business_id").is_some() && def.column("user_id").is_some()
}

fn anywhere(database: &Database) -> Vec<String> {
    let rows = database.rows("SELECT schema_name || '.' || table_name FROM platform.table_rules WHERE self_anywhere", &[]);
    rows.iter().map(|row| row.get(0)).collect()
}

/// The rows that a statement touches for this person in this business; nothing of it stays.
fn touched(client: &Client, business: Uuid, person: Uuid, statement: &str) -> Result<u64, tokio_postgres::Error> {
    let opening = format!("BEGIN; SELECT role FROM auth.open_request('{business}', '{person}', NULL, NULL, NULL, NULL, NULL)");
    runtime().block_on(async {
        client.batch_execute(&opening).await?;
        let told = client.simple_query(statement).await;
        client.batch_execute("ROLLBACK").await?;
        let counts = told?.into_iter().filter_map(|message| match message {
            SimpleQueryMessage::CommandComplete(count) => Some(count),
            _ => None,
        });
        Ok(counts.sum())
    })
}

#[test]
fn what_is_mine_elsewhere_is_out_of_reach_here() {
    let mut findings = Findings::new("own rows", ADVICE);
    let database = &app().database;
    let client = database.connect_as_gateway();
    let anywhere = anywhere(database);
    let here = app().business(INDUSTRIES[0]);
    let mut tried = 0;
    for there in homes() {
        let person = there.business.owner.id;
        database.run(&format!(
            "INSERT INTO users.business_users (user_id, business_id, role, status, joined_at) VALUES ('{person}', '{}', 'owner', 'active', now())",
            here.id
        ));
        let mut rows = Rows::of(&there.business);
        for def in registry().iter().copied().filter(|def| home(def) == there.industry).filter(is_own_in_business) {
            let name = def.qualified();
            if anywhere.contains(&name) {
                continue;
            }
            let Some(row) = rows.another(def, 800, false, &[("user_id", quoted(&person.to_string()))]) else {
                continue;
            };
            let reading = format!("SELECT FROM {name} WHERE id = '{}'", row.id);
            let counted = |business: Uuid, statement: &str| touched(&client, business, person, statement);
            let in_business = counted(there.business.id, &reading).expect("an own row can be asked for");
            tried += usize::from(in_business == 1);
            findings.expect(
                counted(here.id, &reading).expect("a row can be asked for") == 0,
                &name,
                "is read from another business",
            );
            for change in [
                format!("UPDATE {name} SET user_id = user_id"),
                format!("DELETE FROM {name}"),
                format!("DELETE FROM {name} WHERE id = '{}'", row.id),
            ] {
                // Where this role has no grant at all there is nothing to find.
                let reached = counted(here.id, &change).unwrap_or(0);
                findings.expect(reached == 0, &name, format!("{change} reaches {reached} rows of another business"));
            }
        }
    }
    assert!(tried >= LEAST, "only {tried} tables have a row of a person to try with");
    findings.done();
}
