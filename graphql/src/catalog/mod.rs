//! The tables under their GraphQL names: built once from the registry, read by `types` and `plan`.

pub mod naming;
pub mod slice;

use crate::plan::Verb;
use entity::{ColumnDef, ColumnType, TableDef, TableKind};
use std::collections::{HashMap, HashSet};

/// Index of a table in the catalog.
pub type TableId = usize;

pub struct Catalog {
    pub tables: Vec<Table>,
    by_name: HashMap<(&'static str, &'static str), TableId>,
    by_type: HashMap<String, TableId>,
    /// Schemas by their root fields.
    namespaces: HashMap<String, &'static str>,
    verbs: HashMap<&'static str, HashMap<String, (TableId, Verb)>>,
}

pub struct Table {
    pub id: TableId,
    pub def: &'static TableDef,
    /// `HsWorkOrder`.
    pub type_name: String,
    /// `workOrder`, the field that reads one row and the stem of its mutations.
    pub one: String,
    /// `workOrders`.
    pub many: String,
    pub columns: Vec<Column>,
    pub relations: Vec<Relation>,
    fields: HashMap<String, Member>,
}

/// What a field of a table's type stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Member {
    Column(usize),
    Relation(usize),
    /// The opaque global id.
    NodeId,
    /// The states a flow column may move to next; the column's index.
    Transitions(usize),
}

pub struct Column {
    pub def: &'static ColumnDef,
    /// `customerId`.
    pub field: String,
    /// Set for closed sets.
    pub enumeration: Option<Enumeration>,
    /// Refers to another table (a list or a single id): shown as `ID`.
    pub is_reference: bool,
}

pub struct Enumeration {
    pub name: String,
    /// GraphQL name and database value.
    pub values: Vec<(String, &'static str)>,
}

pub struct Relation {
    pub field: String,
    pub target: TableId,
    pub kind: RelationKind,
    /// The reference cannot be null.
    pub required: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RelationKind {
    /// Our column holds the target's id.
    ToOne { column: &'static str },
    /// Our column holds an array of the target's ids.
    ToList { column: &'static str },
    /// The target's column holds our id.
    ToMany { column: &'static str },
}

impl Enumeration {
    pub fn database_value(&self, name: &str) -> Option<&'static str> {
        self.values.iter().find(|(n, _)| n == name).map(|(_, v)| *v)
    }

    pub fn graphql_name(&self, value: &str) -> Option<&str> {
        self.name_of(value.as_bytes())
    }

    /// The same for the bytes that PostgreSQL sent.
    pub fn name_of(&self, value: &[u8]) -> Option<&str> {
        self.values.iter().find(|(_, v)| v.as_bytes() == value).map(|(n, _)| n.as_str())
    }
}

impl Column {
    /// Clients may write it (on create; `id` is the one they may not change afterwards).
    pub fn is_input(&self) -> bool {
        let standard = matches!(
            self.def.name,
            "business_id" | "created_at" | "updated_at" | "created_by" | "updated_by" | "deleted_at" | "deleted_by" | "version"
        );
        let kept = self.def.generated || self.def.derived || (self.def.secret && self.def.ty != ColumnType::Bytes);
        !standard && !kept
    }

    /// Clients write plain text, which the gateway seals; nobody reads it back.
    pub fn is_sealed(&self) -> bool {
        self.def.secret && self.def.ty == ColumnType::Bytes && self.def.name.ends_with("_encrypted")
    }

    pub fn is_readable(&self) -> bool {
        !self.def.secret
    }
}

impl Table {
    pub fn member(&self, field: &str) -> Option<Member> {
        self.fields.get(field).copied()
    }

    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|c| c.def.name == name)
    }

    pub fn column_by_field(&self, field: &str) -> Option<&Column> {
        match self.member(field)? {
            Member::Column(index) => Some(&self.columns[index]),
            _ => None,
        }
    }

    pub fn relation(&self, field: &str) -> Option<&Relation> {
        match self.member(field)? {
            Member::Relation(index) => Some(&self.relations[index]),
            _ => None,
        }
    }

    /// Every field of the object with what it stands for, computed ones included.
    pub fn members(&self) -> impl Iterator<Item = (&str, Member)> {
        let mut members: Vec<_> = self.fields.iter().map(|(name, member)| (name.as_str(), *member)).collect();
        members.sort_unstable_by_key(|(name, _)| *name);
        members.into_iter()
    }

    /// Unique keys an upsert can name, with their columns: `CUSTOMER_NUMBER`. Every column must be an input.
    pub fn upsert_keys(&self) -> Vec<(String, Vec<&'static str>)> {
        let mut keys = Vec::new();
        if self.column("id").is_some_and(Column::is_input) {
            keys.push(("ID".to_owned(), vec!["id"]));
        }
        for key in self.def.unique_keys {
            let inputs = key.columns.iter().all(|name| self.column(name).is_some_and(Column::is_input));
            if !key.columns.is_empty() && inputs {
                let name = key.columns.join("_and_").to_uppercase();
                if keys.iter().all(|(taken, _)| *taken != name) {
                    keys.push((name, key.columns.to_vec()));
                }
            }
        }
        keys
    }

    /// A relation that nested writes follow: a reference of ours or a reference to us, never the
    /// audit columns or the tenant's own.
    pub fn nests(&self, relation: &Relation) -> bool {
        let audit = |column: &str| matches!(column, "business_id" | "created_by" | "updated_by" | "deleted_by");
        match relation.kind {
            RelationKind::ToOne { column } => !audit(column) && self.column(column).is_some_and(Column::is_input),
            RelationKind::ToMany { column } => !audit(column),
            RelationKind::ToList { .. } => false,
        }
    }

    /// Clients create rows. Those of people, memberships and businesses come and go by actions of their own,
    /// and some rows need what only the system knows.
    pub fn is_created(&self) -> bool {
        self.def.insertable
    }

    /// Clients delete rows: those of their business, and of what else they create.
    pub fn is_deleted(&self) -> bool {
        !self.def.append_only && (self.def.kind == TableKind::Tenant || self.def.insertable)
    }

    /// Rows carry the business they belong to, and the engine says so in every statement.
    pub fn is_tenant(&self) -> bool {
        matches!(self.def.kind, TableKind::Tenant | TableKind::View)
    }

    pub fn has(&self, column: &str) -> bool {
        self.def.column(column).is_some()
    }

    /// `"hs"."work_orders"`; identifiers come from the registry only.
    pub fn sql_name(&self) -> String {
        ["\"", self.def.schema, "\".\"", self.def.name, "\""].concat()
    }
}

impl Catalog {
    pub fn new(registry: &[&'static TableDef]) -> Catalog {
        let mut catalog = Catalog {
            tables: Vec::new(),
            by_name: HashMap::new(),
            by_type: HashMap::new(),
            namespaces: HashMap::new(),
            verbs: HashMap::new(),
        };
        let types: HashSet<String> = registry.iter().map(|def| type_name(def)).collect();
        for (id, def) in registry.iter().enumerate() {
            let one = naming::singular(def.name);
            let type_name = type_name(def);
            catalog.by_name.insert((def.schema, def.name), id);
            catalog.by_type.insert(type_name.clone(), id);
            catalog.namespaces.insert(naming::camel(def.schema), def.schema);
            let columns = columns_of(&types, def, &type_name);
            catalog.tables.push(Table {
                id,
                def,
                type_name,
                many: naming::camel(&naming::plural(&one)),
                one: naming::camel(&one),
                columns,
                relations: Vec::new(),
                fields: HashMap::new(),
            });
        }
        catalog.add_forward_relations();
        catalog.add_reverse_relations();
        catalog.index_fields();
        catalog.index_verbs();
        catalog
    }

    /// The table and the verb behind a field of a schema's namespace.
    pub fn verb(&self, schema: &str, field: &str) -> Option<(TableId, Verb)> {
        self.verbs.get(schema)?.get(field).copied()
    }

    fn index_verbs(&mut self) {
        for table in &self.tables {
            let fields = self.verbs.entry(table.def.schema).or_default();
            let (one, many) = (&table.one, &table.many);
            let mut add = |name: String, verb| {
                fields.insert(name, (table.id, verb));
            };
            add(many.clone(), Verb::Many);
            add(format!("{one}Aggregates"), Verb::Groups);
            if table.has("id") {
                add(one.clone(), Verb::One);
            }
            if table.is_created() {
                add(format!("{one}Create"), Verb::Create);
                add(format!("{many}Create"), Verb::CreateMany);
            }
            if table.def.append_only {
                continue;
            }
            add(format!("{one}Update"), Verb::Update);
            add(format!("{many}Update"), Verb::UpdateMany);
            if !table.is_deleted() {
                continue;
            }
            add(format!("{one}Delete"), Verb::Delete);
            add(format!("{many}Delete"), Verb::DeleteMany);
            if table.def.soft_delete {
                add(format!("{one}Restore"), Verb::Restore);
            }
            if table.is_created() && !table.upsert_keys().is_empty() {
                add(format!("{one}Upsert"), Verb::Upsert);
            }
        }
    }

    pub fn table(&self, schema: &str, name: &str) -> Option<&Table> {
        let id = self.tables.iter().position(|t| t.def.schema == schema && t.def.name == name)?;
        Some(&self.tables[id])
    }

    pub fn by_type(&self, type_name: &str) -> Option<&Table> {
        self.by_type.get(type_name).map(|id| &self.tables[*id])
    }

    /// The table whose generated types include this name (`HsCustomerFilter`, `HsCustomerStatus`): the one
    /// with the longest type name in front of it.
    pub fn owner_of(&self, type_name: &str) -> Option<&Table> {
        let words = type_name.bytes().enumerate().filter(|(_, byte)| byte.is_ascii_uppercase()).map(|(at, _)| at);
        let ends: Vec<usize> = words.chain([type_name.len()]).collect();
        ends.into_iter().rev().find_map(|end| self.by_type(&type_name[..end]))
    }

    /// The schema behind a root field.
    pub fn schema_of(&self, field: &str) -> Option<&'static str> {
        self.namespaces.get(field).copied()
    }

    fn add_forward_relations(&mut self) {
        for id in 0..self.tables.len() {
            let def = self.tables[id].def;
            for reference in def.references {
                let Some(&target) = self.by_name.get(&(reference.target_schema, reference.target_table)) else {
                    continue;
                };
                let Some(column) = def.column(reference.column) else { continue };
                let stem = reference_stem(reference.column, reference.list);
                let field = if reference.list {
                    naming::camel(&list_name(&stem))
                } else {
                    naming::camel(&stem)
                };
                let kind = if reference.list {
                    RelationKind::ToList { column: column.name }
                } else {
                    RelationKind::ToOne { column: column.name }
                };
                self.push_relation(
                    id,
                    Relation {
                        field,
                        target,
                        kind,
                        required: !column.nullable && !reference.list,
                    },
                );
            }
        }
    }

    fn add_reverse_relations(&mut self) {
        for id in 0..self.tables.len() {
            let def = self.tables[id].def;
            for reference in def.references {
                let audit = matches!(reference.column, "business_id" | "created_by" | "updated_by" | "deleted_by");
                if audit || reference.list {
                    continue;
                }
                let Some(&target) = self.by_name.get(&(reference.target_schema, reference.target_table)) else {
                    continue;
                };
                let siblings = def
                    .references
                    .iter()
                    .filter(|r| !r.list && !matches!(r.column, "created_by" | "updated_by" | "deleted_by"))
                    .filter(|r| (r.target_schema, r.target_table) == (reference.target_schema, reference.target_table))
                    .count();
                let mut field = if def.schema == reference.target_schema {
                    self.tables[id].many.clone()
                } else {
                    format!("{}{}", naming::camel(def.schema), naming::capitalise(&self.tables[id].many))
                };
                if siblings > 1 {
                    field = format!("{field}By{}", naming::pascal(&reference_stem(reference.column, false)));
                }
                let Some(column) = def.column(reference.column) else { continue };
                self.push_relation(
                    target,
                    Relation {
                        field,
                        target: id,
                        kind: RelationKind::ToMany { column: column.name },
                        required: false,
                    },
                );
            }
        }
    }

    /// A relation never takes the name of a column or of an earlier relation.
    fn push_relation(&mut self, on: TableId, relation: Relation) {
        let table = &mut self.tables[on];
        let taken = table.columns.iter().any(|c| c.field == relation.field) || table.relations.iter().any(|r| r.field == relation.field);
        if !taken {
            table.relations.push(relation);
        }
    }

    fn index_fields(&mut self) {
        for table in &mut self.tables {
            for (index, column) in table.columns.iter().enumerate() {
                table.fields.insert(column.field.clone(), Member::Column(index));
                if table.def.flows.iter().any(|flow| flow.column == column.def.name) {
                    let name = if column.def.name == "status" {
                        "availableTransitions".to_owned()
                    } else {
                        format!("available{}Transitions", naming::capitalise(&column.field))
                    };
                    table.fields.insert(name, Member::Transitions(index));
                }
            }
            for (index, relation) in table.relations.iter().enumerate() {
                table.fields.insert(relation.field.clone(), Member::Relation(index));
            }
            if table.has("id") {
                table.fields.insert("nodeId".into(), Member::NodeId);
            }
        }
    }
}

/// The type of a table's records: `HsWorkOrder`.
fn type_name(def: &TableDef) -> String {
    format!("{}{}", naming::pascal(def.schema), naming::pascal(&naming::singular(def.name)))
}

fn columns_of(types: &HashSet<String>, def: &'static TableDef, owner: &str) -> Vec<Column> {
    def.columns
        .iter()
        .map(|column| {
            let is_reference = def.references.iter().any(|r| r.column == column.name);
            let field = field_name(def, column.name);
            let enumeration = (!column.values.is_empty() && column.ty == ColumnType::Text).then(|| Enumeration {
                name: enumeration_name(types, owner, &field),
                values: column.values.iter().map(|v| (naming::enum_value(v), *v)).collect(),
            });
            Column {
                def: column,
                field,
                enumeration,
                is_reference: is_reference || column.name == "id",
            }
        })
        .collect()
}

/// `HsWorkOrderStatus`; where a table's records have that name already, `CoursesPaymentMethodValue`.
fn enumeration_name(types: &HashSet<String>, owner: &str, field: &str) -> String {
    let name = format!("{owner}{}", naming::capitalise(field));
    if types.contains(&name) { format!("{name}Value") } else { name }
}

/// The API's name of a column: `customer_id` is `customerId`, as `assigned_technician` is
/// `assignedTechnicianId`; an array of ids is `assignedTeamIds`.
pub fn field_name(def: &TableDef, column: &str) -> String {
    match def.references.iter().find(|reference| reference.column == column) {
        Some(r) if r.list => format!("{}Ids", naming::camel(&reference_stem(column, true))),
        Some(_) => format!("{}Id", naming::camel(&reference_stem(column, false))),
        None => naming::camel(column),
    }
}

/// `customer_id` -> `customer`, `assigned_technician` stays, `mentioned_user_ids` -> `mentioned_user`.
fn reference_stem(column: &str, list: bool) -> String {
    let suffix = if list { "_ids" } else { "_id" };
    column.strip_suffix(suffix).unwrap_or(column).to_owned()
}

/// The list's own name when the column is no `_ids` column (`assigned_team`), else its plural.
fn list_name(stem: &str) -> String {
    if stem.ends_with("team") || stem.ends_with('s') {
        stem.to_owned()
    } else {
        naming::plural(stem)
    }
}
