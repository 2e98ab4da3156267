//! Rows for any table, made from its `TableDef` alone. What a table's rules refuse is tried again with
//! other values for the columns the broken rule names, until it holds.

use crate::values::{Cell, Seed, candidates, null, quoted};
use crate::{Business, Database};
use entity::{ColumnDef, ReferenceDef, TableDef, TableKind, registry};
use graphql::catalog::naming::enum_value;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use uuid::Uuid;

/// Rows of these come with every business of the tests.
const GIVEN: [(&str, &str); 3] = [("businesses", "businesses"), ("users", "users"), ("users", "business_users")];
const ATTEMPTS: usize = 2_000;
/// A row's own parent's own parent and so on: so far at most.
const DEPTH: usize = 6;
/// Takes back an insert that was only tried.
const ACCEPTED: &str = "TB200";

/// What the system fills in.
const STAMPED: [&str; 8] = [
    "business_id",
    "created_at",
    "updated_at",
    "created_by",
    "updated_by",
    "deleted_at",
    "deleted_by",
    "version",
];

/// A row and what was put into it.
#[derive(Debug, Clone)]
pub struct Row {
    pub id: Uuid,
    pub cells: Vec<Cell>,
}

impl Row {
    pub fn cell(&self, column: &str) -> Option<&Cell> {
        self.cells.iter().find(|cell| cell.column.name == column)
    }
}

/// Which columns are given, and the place of each among its candidates.
type Choice = BTreeMap<&'static str, usize>;

/// A column and the SQL of the value it must have.
pub type Pin<'a> = (&'a str, String);

/// How the database refuses a statement, which is taken back where it is accepted. One statement,
/// since others share the connection.
pub fn would_refuse(database: &Database, statement: &str) -> Option<tokio_postgres::Error> {
    let sql = format!("DO $try$ BEGIN {statement}; SET CONSTRAINTS ALL IMMEDIATE; RAISE EXCEPTION 'accepted' USING ERRCODE = '{ACCEPTED}'; END $try$");
    let refusal = database.attempt(&sql).err();
    refusal.filter(|error| error.code().is_none_or(|code| code.code() != ACCEPTED))
}

/// Makes rows of one business.
pub struct Rows<'a> {
    database: &'a Database,
    pub business: Uuid,
    pub people: Vec<Uuid>,
    base: HashMap<(&'static str, &'static str), Option<Uuid>>,
    fresh: usize,
    depth: usize,
    /// Why the last table got no row.
    reason: String,
}

/// The table has rows of its own that a test can make.
pub fn is_filled(def: &TableDef) -> bool {
    matches!(def.kind, TableKind::Tenant | TableKind::Platform | TableKind::Global) && def.column("id").is_some()
}

/// Rows come with the business, and are not made here.
pub fn is_given(def: &TableDef) -> bool {
    GIVEN.contains(&(def.schema, def.name))
}

impl<'a> Rows<'a> {
    pub fn of(business: &Business<'a>) -> Rows<'a> {
        Rows {
            database: &business.app.database,
            business: business.id,
            people: business.people().iter().map(|(person, _)| person.id).collect(),
            base: HashMap::new(),
            fresh: 0,
            depth: 0,
            reason: String::new(),
        }
    }

    /// The table's first row in this business, with no more than it demands.
    pub fn base(&mut self, def: &'static TableDef) -> Uuid {
        self.any(def)
            .unwrap_or_else(|| panic!("{}: no row, or its required references go round in a circle: {}", def.qualified(), self.reason))
    }

    /// The same, or None where its rules accept no row.
    pub fn any(&mut self, def: &'static TableDef) -> Option<Uuid> {
        let key = (def.schema, def.name);
        if let Some(known) = self.base.get(&key) {
            return *known;
        }
        if is_given(def) {
            let id = self.given(def);
            self.base.insert(key, Some(id));
            return Some(id);
        }
        // None while it is in the making, so that a circle is noticed.
        self.base.insert(key, None);
        let id = match self.search(def, 0, false, &[], true) {
            Ok(row) => Some(row.id),
            // Some tables have one row a business, and it is there already.
            Err(reason) => {
                self.reason = reason;
                self.standing(def)
            }
        };
        self.base.insert(key, id);
        id
    }

    /// Rows of the business, or all where they belong to none.
    pub fn count(&self, def: &TableDef) -> usize {
        let own = if def.column("business_id").is_some() {
            "business_id = $1"
        } else {
            "$1::uuid IS NOT NULL"
        };
        let count: i64 = self
            .database
            .one(&format!("SELECT count(*) FROM {} WHERE {own}", def.qualified()), &[&self.business]);
        usize::try_from(count).unwrap_or_default()
    }

    pub fn holds(&self, def: &TableDef, id: Uuid) -> bool {
        self.database
            .one(&format!("SELECT EXISTS (SELECT FROM {} WHERE id = $1)", def.qualified()), &[&id])
    }

    /// A row of this business that is there already.
    fn standing(&self, def: &TableDef) -> Option<Uuid> {
        def.column("business_id")?;
        let sql = format!("SELECT id FROM {} WHERE business_id = $1 ORDER BY created_at, id LIMIT 1", def.qualified());
        self.database.rows(&sql, &[&self.business]).first().map(|row| row.get(0))
    }

    fn given(&self, def: &TableDef) -> Uuid {
        match def.name {
            "businesses" => self.business,
            "users" => self.people[0],
            _ => self.database.one(
                &format!(
                    "SELECT id FROM {}.{} WHERE business_id = $1 ORDER BY created_at DESC, id LIMIT 1",
                    def.schema, def.name
                ),
                &[&self.business],
            ),
        }
    }

    /// A row that could be inserted, and is not; for a table whose rows are given, values that its first row
    /// could have. None where the table's rules accept no row with these pins.
    pub fn try_draft(&mut self, def: &'static TableDef, n: usize, full: bool, pins: &[Pin<'_>]) -> Option<Row> {
        self.search(def, n, full, pins, false).ok()
    }

    /// One more row, or None where the table has as many as its rules accept.
    pub fn another(&mut self, def: &'static TableDef, n: usize, full: bool, pins: &[Pin<'_>]) -> Option<Row> {
        self.search(def, n, full, pins, true).ok()
    }

    fn search(&mut self, def: &'static TableDef, n: usize, full: bool, pins: &[Pin<'_>], keep: bool) -> Result<Row, String> {
        let mut choice = remembered(def, full).unwrap_or_else(|| self.first_choice(def, full));
        let mut refusals = Vec::new();
        let mut tried: HashMap<String, usize> = HashMap::new();
        // Small rows have few columns to vary, and parents of parents are made in passing.
        let attempts = match (self.depth, full) {
            (0, true) => ATTEMPTS,
            (0, false) => ATTEMPTS / 5,
            _ => ATTEMPTS / 40,
        };
        for _ in 0..attempts {
            let row = self.row(def, n, &choice, pins);
            let insert = if is_given(def) {
                self.update_sql(def, &row)
            } else {
                insert_sql(def, self.business, &row)
            };
            let refusal = if keep {
                self.database.attempt(&insert).err()
            } else {
                would_refuse(self.database, &insert)
            };
            let Some(error) = refusal else {
                remember(def, full, choice);
                return Ok(row);
            };
            let Some(columns) = blamed(def, &error, pins) else {
                return Err(format!("{}: no row can be made: {error:?}\n{insert}", def.qualified()));
            };
            refusals.push(columns.join(", "));
            let constraint = error.as_db_error().and_then(|error| error.constraint()).unwrap_or_default().to_owned();
            if is_exclusive(self.database, def, &constraint) {
                let turn = tried.entry(constraint).or_default();
                *turn += 1;
                if *turn <= columns.len() + 1 {
                    only(&mut choice, &columns, *turn - 1);
                    continue;
                }
            }
            self.advance(def, n, &mut choice, &columns);
        }
        refusals.dedup();
        refusals.truncate(12);
        Err(format!(
            "{}: no row was found that its rules accept; the last refusals were about: {}. Add a candidate to tests/src/values.rs",
            def.qualified(),
            refusals.join(" | ")
        ))
    }

    /// Rows that are given are changed instead.
    fn update_sql(&self, def: &TableDef, row: &Row) -> String {
        let sets: Vec<_> = row.cells.iter().map(|cell| format!("\"{}\" = {}", cell.column.name, cell.sql)).collect();
        format!("UPDATE {} SET {} WHERE id = '{}'", def.qualified(), sets.join(", "), self.given(def))
    }

    fn first_choice(&self, def: &'static TableDef, full: bool) -> Choice {
        let given = |column: &&ColumnDef| {
            let demanded = !column.nullable && !column.has_default;
            let is_written = !column.generated && !STAMPED.contains(&column.name) && column.name != "id";
            is_written && (demanded || (full && !column.derived))
        };
        def.columns.iter().filter(given).map(|column| (column.name, 0)).collect()
    }

    fn row(&mut self, def: &'static TableDef, n: usize, choice: &Choice, pins: &[Pin<'_>]) -> Row {
        let mut id = Uuid::new_v4();
        let mut cells = Vec::new();
        for (place, column) in def.columns.iter().enumerate() {
            if let Some((_, sql)) = pins.iter().find(|(name, _)| *name == column.name) {
                if column.name == "id" {
                    id = sql.trim_matches('\'').parse().expect("a pinned id is a UUID");
                } else {
                    cells.push(pinned(column, sql));
                }
            } else if let Some(&at) = choice.get(column.name) {
                let mut all = self.candidates(def, column, place, n, at);
                let last = all.len() - 1;
                cells.push(all.swap_remove(at.min(last)));
            }
        }
        Row { id, cells }
    }

    /// `at` is the candidate that is wanted: only a wanted parent is made.
    fn candidates(&mut self, def: &'static TableDef, column: &'static ColumnDef, place: usize, n: usize, at: usize) -> Vec<Cell> {
        match def.references.iter().find(|reference| reference.column == column.name) {
            Some(reference) => self.targets(def, column, reference, n, at),
            None => {
                let keys: Vec<_> = def
                    .unique_keys
                    .iter()
                    .filter(|key| key.columns.contains(&column.name) || key.expression.contains(&column.name))
                    .collect();
                let everywhere = keys.iter().any(|key| !key.tenant);
                let seed = Seed {
                    n: if everywhere { never_before() } else { n },
                    place,
                    unique: !keys.is_empty(),
                    constants: constants(self.database, def, column.name),
                };
                candidates(column, &seed)
            }
        }
    }

    /// The target's first row, a row of its own, nothing.
    fn targets(&mut self, def: &'static TableDef, column: &'static ColumnDef, reference: &ReferenceDef, n: usize, at: usize) -> Vec<Cell> {
        let target = registry()
            .iter()
            .find(|other| other.schema == reference.target_schema && other.name == reference.target_table);
        let cell = |id: Uuid| Cell {
            column,
            sql: if reference.list { format!("'{{{id}}}'") } else { format!("'{id}'") },
            json: if reference.list { serde_json::json!([id]) } else { serde_json::json!(id) },
        };
        let mut cells = Vec::new();
        match target {
            Some(target) if is_given(target) && target.name == "users" => {
                cells.extend((0..self.people.len()).map(|person| cell(self.people[(n + person) % self.people.len()])));
            }
            Some(target) if is_filled(target) => {
                cells.extend(self.any(target).map(cell));
                // A required reference to its own table would never end.
                let endless = target.qualified() == def.qualified() && !column.nullable;
                let own = !is_given(target) && !endless && !cells.is_empty();
                if own && at == cells.len() {
                    self.fresh += 1;
                    // Optional references may go round in a circle.
                    self.depth += 1;
                    let another = if self.depth < DEPTH {
                        self.another(target, 1_000 + self.fresh, false, &[])
                    } else {
                        None
                    };
                    self.depth -= 1;
                    cells.push(another.map_or_else(|| null(column), |row| cell(row.id)));
                } else if own {
                    cells.push(null(column));
                }
            }
            _ => {}
        }
        if column.nullable || cells.is_empty() {
            cells.push(null(column));
        }
        cells
    }

    /// The next combination of the columns a broken rule names, the last one turning fastest.
    fn advance(&mut self, def: &'static TableDef, n: usize, choice: &mut Choice, columns: &[&'static str]) {
        // Columns that were left out join first.
        let mut joined = false;
        for name in columns {
            if !choice.contains_key(name) {
                choice.insert(name, 0);
                joined = true;
            }
        }
        if joined {
            return;
        }
        for name in columns.iter().rev() {
            let Some(place) = def.columns.iter().position(|column| column.name == *name) else {
                continue;
            };
            let count = self.candidates(def, &def.columns[place], place, n, usize::MAX).len();
            let at = choice.entry(name).or_default();
            *at = at.saturating_add(1);
            if *at < count {
                return;
            }
            *at = 0;
        }
    }
}

/// Of columns that exclude each other, the one whose turn it is; after the last one, none.
fn only(choice: &mut Choice, columns: &[&'static str], turn: usize) {
    for (place, name) in columns.iter().enumerate() {
        // Null is the last candidate of a column.
        choice.insert(name, if place == turn { 0 } else { usize::MAX });
    }
}

/// The rule counts how many of its columns are given.
fn is_exclusive(database: &Database, def: &TableDef, constraint: &str) -> bool {
    static EXCLUSIVE: OnceLock<HashSet<String>> = OnceLock::new();
    let all = EXCLUSIVE.get_or_init(|| {
        let sql = "SELECT n.nspname || '.' || c.relname || '.' || k.conname FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
            JOIN pg_namespace n ON n.oid = c.relnamespace WHERE k.contype = 'c' AND pg_get_constraintdef(k.oid) LIKE '%num_nonnulls%'";
        database.rows(sql, &[]).iter().map(|row| row.get(0)).collect()
    });
    all.contains(&format!("{}.{constraint}", def.qualified()))
}

/// A full row cannot have a value in every one of such columns.
pub fn excludes_others(database: &Database, def: &TableDef, column: &str) -> bool {
    let mut of_column = def.checks.iter().filter(|check| check.columns.contains(&column));
    of_column.any(|check| is_exclusive(database, def, check.name))
}

/// The columns that a refusal is about and that can be changed; None for one that no other value mends.
fn blamed(def: &'static TableDef, error: &tokio_postgres::Error, pins: &[Pin<'_>]) -> Option<Vec<&'static str>> {
    let error = error.as_db_error()?;
    let constraint = error.constraint();
    let names: Vec<&'static str> = match error.code().code() {
        "23514" | "23P01" => def.checks.iter().find(|check| Some(check.name) == constraint)?.columns.to_vec(),
        "23505" => {
            let key = def.unique_keys.iter().find(|key| Some(key.name) == constraint)?;
            key.columns.iter().chain(key.expression).copied().collect()
        }
        "23502" => vec![def.column(error.column()?)?.name],
        "TB422" => vec![def.column(error.hint()?)?.name],
        "TB409" => {
            let detail: serde_json::Value = serde_json::from_str(error.detail()?).ok()?;
            vec![def.column(detail["column"].as_str()?)?.name]
        }
        _ => return None,
    };
    let free: Vec<_> = names
        .into_iter()
        .filter(|name| pins.iter().all(|(pinned, _)| pinned != name))
        .filter(|name| !STAMPED.contains(name) && *name != "id" && def.column(name).is_some_and(|column| !column.generated))
        .collect();
    (!free.is_empty()).then_some(free)
}

/// A number for what is unique beyond one business.
fn never_before() -> usize {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    COUNT.fetch_add(1, Ordering::Relaxed)
}

pub fn insert_sql(def: &TableDef, business: Uuid, row: &Row) -> String {
    let mut names = vec!["id".to_owned()];
    let mut values = vec![quoted(&row.id.to_string())];
    let pinned = row.cell("business_id").is_some();
    if def.column("business_id").is_some() && !pinned {
        names.push("business_id".into());
        values.push(quoted(&business.to_string()));
    }
    for cell in &row.cells {
        names.push(format!("\"{}\"", cell.column.name));
        values.push(cell.sql.clone());
    }
    format!(
        "INSERT INTO \"{}\".\"{}\" ({}) VALUES ({})",
        def.schema,
        def.name,
        names.join(", "),
        values.join(", ")
    )
}

fn pinned(column: &'static ColumnDef, sql: &str) -> Cell {
    let text = sql.trim_matches('\'');
    let text = if column.values.is_empty() { text.to_owned() } else { enum_value(text) };
    Cell {
        column,
        sql: sql.to_owned(),
        json: text.into(),
    }
}

type Memory = HashMap<(String, bool), Choice>;

/// What worked once works again: most rows of a table need one attempt.
fn memory() -> &'static Mutex<Memory> {
    static MEMORY: OnceLock<Mutex<Memory>> = OnceLock::new();
    MEMORY.get_or_init(Mutex::default)
}

fn remembered(def: &TableDef, full: bool) -> Option<Choice> {
    let memory = memory().lock().unwrap_or_else(PoisonError::into_inner);
    memory.get(&(def.qualified(), full)).cloned()
}

fn remember(def: &TableDef, full: bool, choice: Choice) {
    let mut memory = memory().lock().unwrap_or_else(PoisonError::into_inner);
    memory.insert((def.qualified(), full), choice);
}

/// Constants in the rules about a column: `'draft'` and `100` of `status <> 'draft' OR total <= 100`.
fn constants(database: &Database, def: &TableDef, column: &str) -> &'static [String] {
    static CONSTANTS: OnceLock<HashMap<String, Vec<String>>> = OnceLock::new();
    let all = CONSTANTS.get_or_init(|| {
        let rows = database.rows(
            "SELECT k.conname::text, pg_get_constraintdef(k.oid), n.nspname || '.' || c.relname
             FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE k.contype = 'c'",
            &[],
        );
        let mut found: HashMap<String, Vec<String>> = HashMap::new();
        for row in rows {
            let (name, text, table): (String, String, String) = (row.get(0), row.get(1), row.get(2));
            let Some(def) = registry().iter().find(|def| def.qualified() == table) else {
                continue;
            };
            let columns = def.checks.iter().filter(|check| check.name == name).flat_map(|check| check.columns);
            // The guards against NaN and infinity say nothing about what is wanted.
            for column in columns.filter(|_| !name.ends_with("_finite")) {
                found.entry(format!("{table}.{column}")).or_default().extend(constants_in(&text));
            }
        }
        found
    });
    all.get(&format!("{}.{column}", def.qualified())).map_or(&[], Vec::as_slice)
}

fn constants_in(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (index, piece) in text.split('\'').enumerate() {
        if index % 2 == 1 {
            // An array's literal gives its elements.
            found.extend(piece.trim_matches(['{', '}']).split(',').map(str::to_owned));
        } else {
            let numbers = piece.split(|c: char| !c.is_ascii_digit() && c != '_' && !c.is_alphabetic());
            found.extend(numbers.filter(|word| word.parse::<i64>().is_ok()).map(str::to_owned));
        }
    }
    found.retain(|constant| !constant.is_empty());
    found.dedup();
    found
}
