//! What the migrated database says of its tables.

use anyhow::{Context, bail};
use std::collections::HashMap;
use tokio_postgres::{Client, NoTls, Row};

#[derive(Debug, Default)]
pub struct Table {
    pub schema: String,
    pub name: String,
    pub description: String,
    pub kind: String,
    pub insertable: bool,
    pub columns: Vec<Column>,
    pub references: Vec<Reference>,
    pub unique_keys: Vec<UniqueKey>,
    pub checks: Vec<(String, Vec<String>)>,
    /// Column and its transitions.
    pub flows: Vec<(String, Vec<(String, String)>)>,
    pub number: Option<(String, String)>,
    pub soft_delete: bool,
    pub append_only: bool,
    pub read_access: Vec<String>,
    pub write_access: Vec<String>,
}

#[derive(Debug)]
pub struct Column {
    pub name: String,
    /// As `format_type` prints it: `numeric(12,2)`.
    pub ty: String,
    pub nullable: bool,
    pub has_default: bool,
    pub generated: bool,
    pub derived: bool,
    pub secret: bool,
    pub values: Vec<String>,
    pub description: String,
}

#[derive(Debug)]
pub struct Reference {
    pub column: String,
    pub schema: String,
    pub table: String,
    pub list: bool,
    pub constraint: String,
    /// The target's columns behind the key, for SeaORM; empty for lists.
    pub composite: bool,
}

#[derive(Debug)]
pub struct UniqueKey {
    pub name: String,
    pub columns: Vec<String>,
    pub expression: Vec<String>,
    pub predicate: Option<String>,
    pub tenant: bool,
}

const STANDARD: [&str; 9] = [
    "id",
    "business_id",
    "created_at",
    "updated_at",
    "created_by",
    "updated_by",
    "deleted_at",
    "deleted_by",
    "version",
];

const RULES: &str = "
    SELECT r.*, CASE r.kind WHEN 'internal' THEN 'platform' ELSE r.kind END AS shown_kind, r.flows::text AS flows_text, r.id_lists::text AS lists_text, r.view_references::text AS views_text,
        c.oid::bigint AS oid, coalesce(obj_description(c.oid, 'pg_class'), '') AS description
    FROM platform.table_rules r
    JOIN pg_namespace n ON n.nspname = r.schema_name
    JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = r.table_name
    WHERE r.kind <> 'internal' OR cardinality(r.read_access) > 0 ORDER BY 1, 2";

const UNREGISTERED: &str = "
    SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND n.nspname IN (SELECT DISTINCT schema_name FROM platform.table_rules)
        AND NOT EXISTS (SELECT FROM platform.table_rules r WHERE (r.schema_name, r.table_name) = (n.nspname, c.relname))";

const COLUMNS: &str = "
    SELECT a.attname::text, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.atthasdef, a.attgenerated <> '' AS generated,
        coalesce(col_description(a.attrelid, a.attnum), '')
    FROM pg_attribute a WHERE a.attrelid = $1::bigint::oid AND a.attnum > 0 AND NOT a.attisdropped
    ORDER BY CASE a.attname WHEN 'id' THEN 0 WHEN 'business_id' THEN 1 ELSE 2 END, a.attnum";

const CHECKS: &str = "
    SELECT k.conname::text, pg_get_constraintdef(k.oid), k.contype::text,
        ARRAY(SELECT a.attname::text FROM unnest(k.conkey) WITH ORDINALITY AS c(num, place) JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = c.num ORDER BY c.place)
    FROM pg_constraint k WHERE k.conrelid = $1::bigint::oid AND k.contype IN ('c', 'x') ORDER BY 1";

const REFERENCES: &str = "
    SELECT k.conname::text, n.nspname::text, t.relname::text,
        ARRAY(SELECT a.attname::text FROM unnest(k.conkey) WITH ORDINALITY AS c(num, place) JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = c.num ORDER BY c.place)
    FROM pg_constraint k JOIN pg_class t ON t.oid = k.confrelid JOIN pg_namespace n ON n.oid = t.relnamespace
    WHERE k.conrelid = $1::bigint::oid AND k.contype = 'f' AND k.conparentid = 0 ORDER BY 1";

const UNIQUE: &str = "
    SELECT c.relname::text, pg_get_expr(i.indpred, i.indrelid),
        ARRAY(SELECT coalesce(a.attname::text, '') FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS k(num, place)
            LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.num AND k.num > 0 ORDER BY k.place),
        ARRAY(SELECT pg_get_indexdef(i.indexrelid, place, true) FROM generate_series(1, i.indnatts) AS place)
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
    WHERE i.indrelid = $1::bigint::oid AND i.indisunique AND NOT i.indisprimary ORDER BY 1";

pub async fn tables(url: &str) -> anyhow::Result<Vec<Table>> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.context("the database cannot be reached")?;
    tokio::spawn(connection);
    let strays: Vec<String> = client.query(UNREGISTERED, &[]).await?.iter().map(|row| row.get(0)).collect();
    if !strays.is_empty() {
        bail!(
            "tables without rules: {}. Make them with platform.tenant_table, or list them as internal.",
            strays.join(", ")
        );
    }
    let mut tables = Vec::new();
    for rules in client.query(RULES, &[]).await? {
        tables.push(table(&client, &rules).await?);
    }
    Ok(tables)
}

async fn table(client: &Client, rules: &Row) -> anyhow::Result<Table> {
    let oid: i64 = rules.get("oid");
    let mut table = Table {
        schema: rules.get("schema_name"),
        name: rules.get("table_name"),
        description: rules.get("description"),
        kind: rules.get("shown_kind"),
        insertable: rules.get("insertable"),
        number: rules
            .get::<_, Option<String>>("number_column")
            .zip(rules.get::<_, Option<String>>("number_prefix")),
        soft_delete: rules.get("soft_delete"),
        append_only: rules.get("append_only"),
        read_access: rules.get("read_access"),
        write_access: rules.get("write_access"),
        ..Table::default()
    };
    let flows: HashMap<String, Vec<(String, String)>> = json(rules, "flows_text")?;
    table.flows = flows.into_iter().collect();
    table.flows.sort();
    let closed_sets = read_checks(client, oid, &mut table).await?;
    read_columns(client, oid, rules, &mut table, &closed_sets).await?;
    read_references(client, oid, rules, &mut table).await?;
    for row in client.query(UNIQUE, &[&oid]).await? {
        let key = unique_key(&row, &table.columns);
        table.unique_keys.push(key);
    }
    Ok(table)
}

fn json<T: serde::de::DeserializeOwned>(row: &Row, column: &str) -> anyhow::Result<T> {
    let text: String = row.get(column);
    serde_json::from_str(&text).with_context(|| format!("{column} is not of its form"))
}

async fn read_checks(client: &Client, oid: i64, table: &mut Table) -> anyhow::Result<HashMap<String, Vec<String>>> {
    let mut closed_sets = HashMap::new();
    for row in client.query(CHECKS, &[&oid]).await? {
        let (name, definition, columns): (String, String, Vec<String>) = (row.get(0), row.get(1), row.get(3));
        if let [column] = columns.as_slice()
            && let Some(values) = closed_set(&definition)
        {
            closed_sets.insert(column.clone(), values);
        }
        table.checks.push((name, columns));
    }
    Ok(closed_sets)
}

/// The values of `CHECK ((x = ANY (ARRAY['a'::text, 'b'::text])))`; None for any other check.
fn closed_set(definition: &str) -> Option<Vec<String>> {
    let inner = definition.strip_prefix("CHECK ((")?.strip_suffix("))")?;
    let (_, list) = inner.split_once(" = ANY (ARRAY[")?;
    let list = list.strip_suffix("])")?;
    let mut values = Vec::new();
    let mut rest = list;
    loop {
        rest = rest.strip_prefix('\'')?;
        let mut value = String::new();
        loop {
            let end = rest.find('\'')?;
            value.push_str(&rest[..end]);
            rest = &rest[end + 1..];
            match rest.strip_prefix('\'') {
                Some(after) => {
                    value.push('\'');
                    rest = after;
                }
                None => break,
            }
        }
        values.push(value);
        rest = rest.strip_prefix("::text")?;
        match rest.strip_prefix(", ") {
            Some(next) => rest = next,
            None if rest.is_empty() => return Some(values),
            None => return None,
        }
    }
}

async fn read_columns(client: &Client, oid: i64, rules: &Row, table: &mut Table, closed_sets: &HashMap<String, Vec<String>>) -> anyhow::Result<()> {
    let listed = |column: &str| rules.get::<_, Vec<String>>(column);
    let (derived, secret, hidden) = (listed("derived_columns"), listed("secret_columns"), listed("hidden_columns"));
    for row in client.query(COLUMNS, &[&oid]).await? {
        let name: String = row.get(0);
        if hidden.contains(&name) {
            continue;
        }
        let numbered = table.number.as_ref().is_some_and(|(column, _)| *column == name);
        let is_derived = derived.contains(&name);
        let of_view = table.kind == "view" && matches!(name.as_str(), "id" | "business_id");
        table.columns.push(Column {
            ty: row.get(1),
            nullable: !row.get::<_, bool>(2) && !of_view,
            has_default: row.get::<_, bool>(3) || numbered || is_derived || STANDARD.contains(&name.as_str()),
            generated: row.get(4),
            derived: is_derived,
            secret: secret.contains(&name),
            values: closed_sets.get(&name).cloned().unwrap_or_default(),
            description: row.get(5),
            name,
        });
    }
    Ok(())
}

async fn read_references(client: &Client, oid: i64, rules: &Row, table: &mut Table) -> anyhow::Result<()> {
    for row in client.query(REFERENCES, &[&oid]).await? {
        let (constraint, mut schema, mut target): (String, String, String) = (row.get(0), row.get(1), row.get(2));
        let columns: Vec<String> = row.get(3);
        let composite = columns.len() == 2 && columns[0] == "business_id";
        let column = match columns.as_slice() {
            [column] => column.clone(),
            [first, column] if first == "business_id" => column.clone(),
            _ => bail!("{constraint}: only references of one column, or of business_id and one, are known"),
        };
        // To a client a member is a person.
        if composite && (schema.as_str(), target.as_str()) == ("users", "business_users") {
            target = "users".into();
        }
        // Accounts are not in the API; the person has the same id.
        if (schema.as_str(), target.as_str()) == ("auth", "users") {
            if table.name == "users" {
                continue;
            }
            schema = "users".into();
        }
        table.references.push(Reference {
            column,
            schema,
            table: target,
            list: false,
            constraint,
            composite,
        });
    }
    let lists: HashMap<String, String> = json(rules, "lists_text")?;
    let views: HashMap<String, String> = json(rules, "views_text")?;
    let plain = views.into_iter().map(|entry| (entry, false));
    for ((column, target), list) in lists.into_iter().map(|entry| (entry, true)).chain(plain) {
        let (schema, name) = target.split_once('.').context("a target is schema.table")?;
        table.references.push(Reference {
            column,
            schema: schema.into(),
            table: name.into(),
            list,
            constraint: String::new(),
            composite: false,
        });
    }
    table.references.sort_by(|a, b| (&a.column, &a.constraint).cmp(&(&b.column, &b.constraint)));
    Ok(())
}

/// A key over an expression has no columns of its own; the expression's text tells which it is about.
fn unique_key(row: &Row, known: &[Column]) -> UniqueKey {
    let mut columns: Vec<String> = row.get(2);
    let tenant = columns.first().is_some_and(|column| column == "business_id") && columns.len() > 1;
    if tenant {
        columns.remove(0);
    }
    let mut expression = Vec::new();
    if columns.iter().any(String::is_empty) {
        columns.clear();
        let parts: Vec<String> = row.get(3);
        let words: Vec<&str> = parts.iter().flat_map(|part| part.split(|c: char| !c.is_alphanumeric() && c != '_')).collect();
        let about = |column: &&Column| column.name != "business_id" && words.contains(&column.name.as_str());
        expression = known.iter().filter(about).map(|column| column.name.clone()).collect();
    }
    UniqueKey {
        name: row.get(0),
        columns,
        expression,
        predicate: row.get(1),
        tenant,
    }
}

#[cfg(test)]
mod tests {
    use super::closed_set;

    #[test]
    fn closed_sets_are_read_from_checks() {
        let definition = "CHECK ((level = ANY (ARRAY['empty'::text, '1/4'::text, 'it''s'::text])))";
        assert_eq!(closed_set(definition), Some(vec!["empty".into(), "1/4".into(), "it's".into()]));
        assert_eq!(closed_set("CHECK ((amount > (0)::numeric))"), None);
    }
}
