//! A child and its parent agree on what both refer to, whichever of them is changed. The database lists them in
//! `platform.pairs`.

use super::{Findings, home, homes};
use entity::{TableDef, registry};
use tests::rows::would_refuse;
use tests::{Rows, app, quoted};
use uuid::Uuid;

const ADVICE: &str = "platform.pairs lists what has to agree; see migration/sql/platform/390_pairs.sql";
/// Pairs for which the tests can make a child; the others' children come about by actions of their schema.
const LEAST: usize = 30;

fn table(name: &str) -> Option<&'static TableDef> {
    registry().iter().copied().find(|def| def.qualified() == name)
}

/// A column of one row, as text.
fn column_of(table: &str, column: &str, id: Uuid) -> Option<String> {
    app().database.one(&format!("SELECT \"{column}\"::text FROM {table} WHERE id = $1"), &[&id])
}

#[test]
fn what_refers_to_a_record_keeps_it_where_it_is() {
    let mut findings = Findings::new("pairs", ADVICE);
    let homes = homes();
    let pairs = app().database.rows(
        "SELECT child, reference, child_column, parent, parent_column FROM platform.pairs ORDER BY 1, 2, 3",
        &[],
    );
    let mut tried = 0;
    for pair in &pairs {
        let [child, reference, column, parent, parent_column] = [0, 1, 2, 3, 4].map(|place| pair.get::<_, String>(place));
        let (Some(child), Some(parent)) = (table(&child), table(&parent)) else {
            findings.add(&child, "or its parent is no table any more");
            continue;
        };
        let Some(place) = homes.iter().find(|candidate| candidate.industry == home(parent)) else {
            continue;
        };
        let mut rows = Rows::of(&place.business);
        let Some(moved) = rows.another(parent, 700, true, &[]) else { continue };
        let Some(common) = column_of(&parent.qualified(), &parent_column, moved.id) else {
            continue;
        };
        let move_away = format!(
            "UPDATE {} SET \"{parent_column}\" = gen_random_uuid() WHERE id = '{}'",
            parent.qualified(),
            moved.id
        );
        let pins = [(reference.as_str(), quoted(&moved.id.to_string())), (column.as_str(), quoted(&common))];
        let Some(kept) = rows.another(child, 700, true, &pins) else { continue };
        let name = format!("{}.{reference}", child.qualified());
        let refusal = would_refuse(&app().database, &move_away);
        let told = refusal.as_ref().and_then(|error| error.as_db_error());
        let is_refused = told.is_some_and(|error| error.code().code() == "TB422");
        findings.expect(is_refused, &name, format!("{move_away} is not refused by a rule: {refusal:?}"));
        // A row that is a child itself may be refused by that rule first.
        tried += usize::from(told.is_some_and(|error| error.hint() == Some(parent_column.as_str())));
        let leave = format!("UPDATE {} SET \"{column}\" = gen_random_uuid() WHERE id = '{}'", child.qualified(), kept.id);
        findings.expect(would_refuse(&app().database, &leave).is_some(), &name, format!("{leave} is accepted"));
    }
    assert!(
        tried >= LEAST,
        "only {tried} of {} parents were refused for their children; see tests/src/rows.rs",
        pairs.len()
    );
    findings.done();
}
