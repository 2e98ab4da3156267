//! Names, slices and the mirror: what the schema promises of every table.

use super::{Findings, catalog};
use entity::{TableDef, TableKind, Who, registry};
use graphql::catalog::naming;
use graphql::catalog::slice::INDUSTRIES;
use graphql::{Gateway, Role, Slice};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use tests::app;

const ADVICE: &str = "Rename the table or column: a name is a promise, so no rule in graphql/src/catalog/naming.rs may change for it.";

/// The types that a table brings along, by the ends of their names.
const TYPES: [&str; 17] = [
    "",
    "Connection",
    "Edge",
    "Filter",
    "ListFilter",
    "OrderBy",
    "GroupBy",
    "AggregateOrder",
    "Having",
    "Aggregate",
    "Values",
    "Sums",
    "AggregateField",
    "CreateInput",
    "Patch",
    "NestedInput",
    "UniqueKey",
];

fn is_name(text: &str) -> bool {
    let mut bytes = text.bytes();
    !text.starts_with("__")
        && bytes.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

#[test]
fn type_names_are_valid_and_unique() {
    let mut findings = Findings::new("type names", ADVICE);
    let mut owners: HashMap<String, String> = HashMap::new();
    for table in &catalog().tables {
        let place = table.def.qualified();
        let enums = table.columns.iter().filter_map(|column| column.enumeration.as_ref());
        let enums = enums.flat_map(|enumeration| [enumeration.name.clone(), format!("{}Filter", enumeration.name)]);
        let names = TYPES.iter().map(|end| format!("{}{end}", table.type_name)).chain(enums);
        for name in names {
            findings.expect(is_name(&name), &place, format!("{name} is no GraphQL name"));
            if let Some(first) = owners.insert(name.clone(), place.clone()) {
                findings.add(&place, format!("its type {name} is also one of {first}"));
            }
        }
    }
    let sdl = Gateway::sdl(None).expect("the whole schema can be printed");
    let counted = sdl
        .lines()
        .filter_map(declared)
        .fold(BTreeMap::new(), |mut counts: BTreeMap<String, usize>, name| {
            *counts.entry(name).or_default() += 1;
            counts
        });
    for (name, count) in counted {
        findings.expect(count == 1, &name, format!("is declared {count} times"));
    }
    findings.done();
}

/// The name that a line of SDL declares.
fn declared(line: &str) -> Option<String> {
    let (kind, rest) = line.split_once(' ')?;
    let is_declaration = matches!(kind, "type" | "input" | "enum" | "interface" | "scalar" | "union");
    is_declaration.then(|| rest.split([' ', '{', '@']).next().unwrap_or_default().to_owned())
}

#[test]
fn field_names_are_valid_and_unique() {
    let mut findings = Findings::new("field names", ADVICE);
    let mut roots: HashMap<(&str, String), String> = HashMap::new();
    for table in &catalog().tables {
        let place = table.def.qualified();
        let mut taken = BTreeSet::from(["nodeId".to_owned()]);
        let columns = table.columns.iter().map(|column| column.field.clone());
        for name in columns.chain(table.relations.iter().map(|relation| relation.field.clone())) {
            findings.expect(is_name(&name), &place, format!("{name} is no GraphQL name"));
            findings.expect(taken.insert(name.clone()), &place, format!("{name} names two of its fields"));
        }
        let forward = table.def.references.len();
        let found = table
            .relations
            .iter()
            .filter(|relation| !matches!(relation.kind, graphql::catalog::RelationKind::ToMany { .. }))
            .count();
        findings.expect(
            found == forward,
            &place,
            format!("{forward} references give {found} relations; a name is taken or a target is unknown"),
        );
        let (one, many) = (&table.one, &table.many);
        findings.expect(one != many, &place, format!("{one} is its own plural"));
        let verbs = ["Create", "Update", "Delete", "Restore", "Upsert", "Aggregates"].map(|verb| format!("{one}{verb}"));
        let lists = ["Create", "Update", "Delete"].map(|verb| format!("{many}{verb}"));
        for name in verbs.into_iter().chain(lists).chain([one.clone(), many.clone()]) {
            findings.expect(is_name(&name), &place, format!("{name} is no GraphQL name"));
            if let Some(first) = roots.insert((table.def.schema, name.clone()), place.clone()) {
                findings.add(&place, format!("its field {name} is also one of {first}"));
            }
        }
    }
    findings.done();
}

/// Every relation that is found from one side is found from the other.
#[test]
fn references_have_a_way_back() {
    let mut findings = Findings::new("reverse relations", ADVICE);
    let catalog = catalog();
    for table in &catalog.tables {
        let audit = |column: &str| matches!(column, "business_id" | "created_by" | "updated_by" | "deleted_by");
        for reference in table.def.references.iter().filter(|reference| !reference.list && !audit(reference.column)) {
            let back = catalog.table(reference.target_schema, reference.target_table).and_then(|target| {
                target
                    .relations
                    .iter()
                    .find(|relation| relation.target == table.id && relation.kind == graphql::catalog::RelationKind::ToMany { column: reference.column })
            });
            let message = format!("{} has no list of these rows by {}", reference.target_table, reference.column);
            findings.expect(back.is_some(), &table.def.qualified(), message);
        }
    }
    findings.done();
}

#[test]
fn enum_values_map_back_and_forth() {
    let mut findings = Findings::new("enum values", ADVICE);
    for table in &catalog().tables {
        for enumeration in table.columns.iter().filter_map(|column| column.enumeration.as_ref()) {
            for (name, value) in &enumeration.values {
                let there = enumeration.graphql_name(value) == Some(name) && enumeration.database_value(name) == Some(value);
                let is_usable = is_name(name) && !matches!(name.as_str(), "true" | "false" | "null");
                findings.expect(
                    there && is_usable,
                    &table.def.qualified(),
                    format!("{} loses its value {value} as {name}", enumeration.name),
                );
            }
        }
    }
    findings.done();
}

/// Whether the role can be let in at all, whatever the row.
fn reaches(access: &[Who], role: Role) -> bool {
    access.iter().any(|who| match who {
        Who::Staff => role != Role::Viewer,
        Who::OwnerManager => role.is_owner_or_manager(),
        Who::Owner => role == Role::Owner,
        Who::System | Who::Nobody => false,
        _ => true,
    })
}

/// Own schema, nobody's schema, or something the industry's own tables refer to.
pub fn is_visible(def: &TableDef, industry: &str, role: Role) -> bool {
    let referred = || {
        let own = registry().iter().filter(|other| other.schema == industry);
        own.flat_map(|other| other.references)
            .any(|r| (r.target_schema, r.target_table) == (def.schema, def.name))
    };
    reaches(def.access.read, role) && (!INDUSTRIES.contains(&def.schema) || def.schema == industry || referred())
}

pub fn is_writable(def: &TableDef, industry: &str, role: Role) -> bool {
    is_visible(def, industry, role)
        && !matches!(def.kind, TableKind::View | TableKind::Global)
        && (def.insertable || !def.append_only)
        && reaches(def.access.write, role)
}

/// Types with the names of their fields.
fn members(sdl: &str) -> HashMap<String, BTreeSet<String>> {
    let mut all: HashMap<String, BTreeSet<String>> = HashMap::new();
    let mut current = String::new();
    for line in sdl.lines() {
        if let Some(name) = declared(line) {
            current = name;
            all.entry(current.clone()).or_default();
        } else if let Some(field) = line.trim_start().split([':', '(']).next().filter(|word| is_name(word)) {
            all.entry(current.clone()).or_default().insert(field.to_owned());
        }
    }
    all
}

#[test]
fn slices_show_what_the_role_can_use_and_nothing_else() {
    let mut findings = Findings::new("slices", "Compare graphql/src/catalog/slice.rs with the access of the table.");
    for industry in INDUSTRIES {
        for role in Role::ALL {
            let slice = Slice {
                industry: industry.into(),
                role,
            };
            let place = format!("{industry}, {}", role.as_str());
            let sdl = Gateway::sdl(Some(slice)).unwrap_or_else(|error| panic!("the slice of {place} has no schema: {error}"));
            let types = members(&sdl);
            for table in &catalog().tables {
                let def = table.def;
                let (shown, written) = (is_visible(def, industry, role), is_writable(def, industry, role));
                findings.expect(
                    types.contains_key(&table.type_name) == shown,
                    &def.qualified(),
                    format!("its type should be {} in {place}", if shown { "there" } else { "hidden" }),
                );
                // What is only added to has no patch, what comes and goes by actions no create.
                let input = ["NestedInput", "Patch"]
                    .iter()
                    .any(|end| types.contains_key(&format!("{}{end}", table.type_name)));
                findings.expect(
                    input == written,
                    &def.qualified(),
                    format!("its mutations should be {} in {place}", if written { "there" } else { "hidden" }),
                );
                if let Some(fields) = types.get(&table.type_name) {
                    let secrets = table.columns.iter().filter(|column| column.def.secret);
                    for column in secrets {
                        findings.expect(
                            !fields.contains(&column.field),
                            &def.qualified(),
                            format!("{} is secret and shown in {place}", column.field),
                        );
                    }
                }
                let verb = types
                    .get(&format!("{}Query", naming::pascal(def.schema)))
                    .is_some_and(|fields| fields.contains(&table.many));
                findings.expect(
                    verb == shown,
                    &def.qualified(),
                    format!("{} should be {} in {place}", table.many, if shown { "there" } else { "hidden" }),
                );
            }
        }
    }
    findings.done();
}

/// The access a table has in the registry is the access the database was given.
#[test]
fn the_registry_is_what_the_database_was_told() {
    let mut findings = Findings::new("registry", "Run scripts/bless.sh entities and commit the difference.");
    let rows = app().database.rows(
        "SELECT schema_name || '.' || table_name, CASE kind WHEN 'internal' THEN 'platform' ELSE kind END, read_access, write_access, derived_columns, secret_columns, concat(number_column, ' ', number_prefix), append_only, soft_delete,
             (SELECT coalesce(sum(jsonb_array_length(value)), 0) FROM jsonb_each(flows))::bigint
         FROM platform.table_rules WHERE kind <> 'internal' OR cardinality(read_access) > 0",
        &[],
    );
    let mut told: BTreeMap<String, String> = BTreeMap::new();
    for row in rows {
        let list = |index: usize| row.get::<_, Vec<String>>(index).into_iter().collect::<BTreeSet<_>>();
        let (kind, number): (String, String) = (row.get(1), row.get(6));
        let (append_only, soft_delete, moves): (bool, bool, i64) = (row.get(7), row.get(8), row.get(9));
        let text = format!(
            "{kind} {:?} {:?} {:?} {:?} {number} {append_only} {soft_delete} {moves}",
            list(2),
            list(3),
            list(4),
            list(5)
        );
        told.insert(row.get(0), text);
    }
    for def in registry() {
        let name = def.qualified();
        let known = told.remove(&name);
        findings.expect(
            known.as_deref() == Some(&described(def)),
            &name,
            format!("the database says {known:?}, the registry {}", described(def)),
        );
    }
    told.keys().for_each(|name| findings.add(name, "is not in the registry"));
    findings.done();
}

fn described(def: &TableDef) -> String {
    let kind = match def.kind {
        TableKind::Tenant => "tenant",
        TableKind::Platform => "platform",
        TableKind::Global => "global",
        TableKind::View => "view",
    };
    let who = |access: &[Who]| access.iter().map(|who| who_name(*who).to_owned()).collect::<BTreeSet<_>>();
    let columns = |wanted: fn(&entity::ColumnDef) -> bool| {
        def.columns
            .iter()
            .filter(|column| wanted(column))
            .map(|column| column.name.to_owned())
            .collect::<BTreeSet<_>>()
    };
    let number = def.number.as_ref().map_or(" ".into(), |number| format!("{} {}", number.column, number.prefix));
    let moves: usize = def.flows.iter().map(|flow| flow.transitions.len()).sum();
    let (read, write) = (who(def.access.read), who(def.access.write));
    let (derived, secret) = (columns(|column| column.derived), columns(|column| column.secret));
    format!(
        "{kind} {read:?} {write:?} {derived:?} {secret:?} {number} {} {} {moves}",
        def.append_only, def.soft_delete
    )
}

fn who_name(who: Who) -> &'static str {
    match who {
        Who::Member => "member",
        Who::Staff => "staff",
        Who::OwnerManager => "owner_manager",
        Who::Owner => "owner",
        Who::SelfUser => "self",
        Who::Colleague => "colleague",
        Who::Anyone => "anyone",
        Who::Public => "public",
        Who::System => "system",
        Who::Nobody => "nobody",
    }
}
