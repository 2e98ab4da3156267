//! What the database keeps by itself (totals, levels, balances, columns that follow from others) equals
//! what is counted from scratch, after several writers changed the rows at random and at once.

use super::{Findings, Home, homes};
use entity::{ColumnDef, ColumnType, TableDef, registry};
use futures_util::future::join_all;
use std::collections::{BTreeMap, BTreeSet};
use tests::rows::{insert_sql, is_filled, is_given};
use tests::{Rows, app, quoted, runtime};
use tokio_postgres::Client;
use uuid::Uuid;

const ADVICE: &str =
    "platform.kept_columns has the expression that counts from scratch; compare it with the triggers that keep the column, and lock before counting.";
const WRITERS: usize = 4;
const PARENTS: usize = 3;
const ROWS_OF_A_SOURCE: usize = 6;
const CHANGES_OF_A_WRITER: usize = 12;

/// The columns of one table that triggers keep.
#[derive(Default)]
struct Kept {
    /// Each with its type and the expression over a row `p` that counts it from scratch.
    columns: Vec<(String, String)>,
    sources: BTreeSet<String>,
}

fn kept() -> BTreeMap<String, Kept> {
    let mut all: BTreeMap<String, Kept> = BTreeMap::new();
    for row in app()
        .database
        .rows("SELECT table_name, column_name, sources, recount FROM platform.kept_columns ORDER BY 1, 2", &[])
    {
        let entry = all.entry(row.get(0)).or_default();
        entry.columns.push((row.get(1), row.get(3)));
        entry.sources.extend(row.get::<_, Vec<String>>(2));
    }
    all
}

/// Numbers that look random and come again.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit.max(1)
    }

    fn of<'t, T>(&mut self, items: &'t [T]) -> Option<&'t T> {
        items.get(self.below(items.len()))
    }
}

/// A row that writers change.
struct Target {
    def: &'static TableDef,
    id: Uuid,
    /// The column that leads to the kept row, where it does.
    reference: Option<&'static str>,
}

fn table(name: &str) -> Option<&'static TableDef> {
    registry().iter().copied().find(|def| def.qualified() == name).filter(|def| is_filled(def))
}

/// What a client may type: numbers and states.
fn is_typed(def: &TableDef, column: &ColumnDef) -> bool {
    let written = !column.generated && !column.derived && !column.secret && column.name != "version";
    let is_number = matches!(column.ty, ColumnType::Decimal { .. } | ColumnType::Integer | ColumnType::BigInt);
    written && (is_number || column.ty == ColumnType::Boolean || !column.values.is_empty()) && !def.references.iter().any(|r| r.column == column.name)
}

fn change(target: &Target, parents: &[Uuid], chance: &mut Chance) -> String {
    let (name, id) = (target.def.qualified(), target.id);
    if chance.below(8) == 0 && target.reference.is_some() {
        return if target.def.soft_delete {
            format!("UPDATE {name} SET deleted_at = CASE WHEN deleted_at IS NULL THEN now() END WHERE id = '{id}'")
        } else {
            format!("DELETE FROM {name} WHERE id = '{id}'")
        };
    }
    if let (Some(reference), 0, Some(parent)) = (target.reference, chance.below(5), chance.of(parents)) {
        return format!("UPDATE {name} SET {reference} = '{parent}' WHERE id = '{id}'");
    }
    let typed: Vec<_> = target.def.columns.iter().filter(|column| is_typed(target.def, column)).collect();
    let Some(column) = chance.of(&typed) else {
        return format!("UPDATE {name} SET id = id WHERE id = '{id}'");
    };
    let value = match column.ty {
        ColumnType::Decimal { scale, .. } if scale > 2 && chance.below(2) == 0 => "0.125".to_owned(),
        ColumnType::Boolean => ["true", "false"][chance.below(2)].to_owned(),
        _ if !column.values.is_empty() => quoted(column.values[chance.below(column.values.len())]),
        ColumnType::Decimal { .. } => ["0", "1", "2.5", "7.25", "19.99"][chance.below(5)].to_owned(),
        _ => ["0", "1", "2", "5"][chance.below(4)].to_owned(),
    };
    format!("UPDATE {name} SET \"{}\" = {value} WHERE id = '{id}'", column.name)
}

/// A refusal that a rule may give. Anything else is a fault of the database's own functions.
fn is_refusal(code: &str) -> bool {
    code.starts_with("23") || code.starts_with("TB") || matches!(code, "40P01" | "40001" | "55P03" | "22003")
}

/// Runs the statements one by one; counts those that worked, and tells of faults.
async fn write(client: &Client, statements: Vec<String>) -> (usize, Vec<String>) {
    let (mut worked, mut faults) = (0, Vec::new());
    for statement in statements {
        match client.batch_execute(&statement).await {
            Ok(()) => worked += 1,
            Err(error) => {
                let code = error.code().map(|code| code.code().to_owned()).unwrap_or_default();
                if !is_refusal(&code) {
                    faults.push(format!("{statement} gave {error:?}"));
                }
            }
        }
    }
    (worked, faults)
}

/// Parents, their children's inserts, and the changes of each writer.
struct Story {
    inserts: Vec<String>,
    targets: Vec<Target>,
    parents: Vec<Uuid>,
}

fn story(rows: &mut Rows<'_>, def: &'static TableDef, sources: &BTreeSet<String>) -> Story {
    let parents: Vec<Uuid> = (0..PARENTS).filter_map(|n| rows.another(def, 300 + n, n == 0, &[])).map(|row| row.id).collect();
    let parents = if parents.is_empty() { rows.any(def).into_iter().collect() } else { parents };
    let mut story = Story {
        inserts: Vec::new(),
        targets: parents.iter().map(|id| Target { def, id: *id, reference: None }).collect(),
        parents,
    };
    for source in sources
        .iter()
        .filter_map(|name| table(name))
        .filter(|source| source.qualified() != def.qualified() && !is_given(source))
    {
        let leads = |r: &&entity::ReferenceDef| !r.list && (r.target_schema, r.target_table) == (def.schema, def.name);
        let reference = source.references.iter().find(leads).map(|r| r.column);
        for n in 0..ROWS_OF_A_SOURCE {
            let parent = story.parents.get(n % story.parents.len().max(1));
            let pins: Vec<_> = reference
                .zip(parent)
                .map(|(column, id)| (column, quoted(&id.to_string())))
                .into_iter()
                .collect();
            let Some(row) = rows.try_draft(source, 300 + n, n % 2 == 0, &pins) else {
                break;
            };
            story.inserts.push(insert_sql(source, rows.business, &row));
            story.targets.push(Target {
                def: source,
                id: row.id,
                reference,
            });
        }
    }
    story
}

/// Each writer gets every so-manyth insert, and then changes rows at random, also those of others.
fn shares(story: &Story, seed: u64) -> Vec<Vec<String>> {
    let mut shares: Vec<Vec<String>> = (0..WRITERS)
        .map(|writer| story.inserts.iter().skip(writer).step_by(WRITERS).cloned().collect())
        .collect();
    for (writer, share) in shares.iter_mut().enumerate() {
        let mut chance = Chance(seed * 31 + writer as u64);
        let changeable: Vec<_> = story.targets.iter().filter(|target| !target.def.append_only).collect();
        for _ in 0..CHANGES_OF_A_WRITER {
            if let Some(target) = chance.of(&changeable) {
                share.push(change(target, &story.parents, &mut chance));
            }
        }
    }
    shares
}

fn compare(findings: &mut Findings, def: &TableDef, kept: &Kept, business: Uuid) {
    let alive = if def.soft_delete { " AND p.deleted_at IS NULL" } else { "" };
    let own = if def.column("business_id").is_some() {
        "p.business_id = $1::uuid"
    } else {
        "$1::uuid IS NOT NULL"
    };
    for (column, recount) in &kept.columns {
        let sql = format!(
            "SELECT p.id, p.\"{column}\"::text, ({recount})::text FROM {} p WHERE {own}{alive} AND p.\"{column}\" IS DISTINCT FROM ({recount})",
            def.qualified()
        );
        let wrong = app().database.rows(&sql, &[&business]);
        let told: Vec<_> = wrong
            .iter()
            .take(3)
            .map(|row| {
                let (id, kept, counted): (Uuid, Option<String>, Option<String>) = (row.get(0), row.get(1), row.get(2));
                format!("{id} keeps {kept:?}, counted {counted:?}")
            })
            .collect();
        findings.expect(wrong.is_empty(), &def.qualified(), format!("{column}: {}", told.join("; ")));
    }
}

#[test]
fn what_is_kept_is_what_is_counted() {
    let mut findings = Findings::new("kept columns", ADVICE);
    let kept = kept();
    let clients: Vec<Client> = (0..WRITERS).map(|_| app().database.connect_as_owner()).collect();
    let (mut worked, mut seed) = (0, 0);
    for Home { business, tables, .. } in homes() {
        let mut rows = Rows::of(&business);
        for def in tables.into_iter().filter(|def| is_filled(def)) {
            let Some(kept) = kept.get(&def.qualified()) else {
                continue;
            };
            seed += 1;
            let story = story(&mut rows, def, &kept.sources);
            let writers = clients.iter().zip(shares(&story, seed)).map(|(client, share)| write(client, share));
            for (done, faults) in runtime().block_on(join_all(writers)) {
                worked += done;
                faults.into_iter().for_each(|fault| findings.add(&def.qualified(), fault));
            }
            compare(&mut findings, def, kept, business.id);
        }
    }
    println!("{worked} writes over {seed} tables");
    assert!(
        worked > seed as usize * 10,
        "only {worked} writes worked over {seed} tables: the rows are too poor"
    );
    findings.done();
}
