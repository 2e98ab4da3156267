//! Slices: what a caller of an industry and role can use. The database decides; a slice hides.

use super::{Catalog, Table, TableId};
use crate::caller::Role;
use entity::{TableKind, Who};

/// The industries of the platform, each with a schema of its own.
pub const INDUSTRIES: [&str; 7] = ["hs", "rest", "auto", "ret", "courses", "payroll", "investigations"];

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Slice {
    pub industry: String,
    pub role: Role,
}

/// One bit a table for reading and one for writing.
#[derive(Debug, Clone)]
pub struct Visibility {
    readable: Vec<bool>,
    writable: Vec<bool>,
    /// Schemas with a table that can be read, and with one that can be written.
    read_schemas: Vec<&'static str>,
    written_schemas: Vec<&'static str>,
    /// None for the union of all slices, or for a caller without a business.
    industry: Option<String>,
    union: bool,
    pub role: Option<Role>,
}

impl Visibility {
    pub fn all(catalog: &Catalog) -> Visibility {
        let readable: Vec<bool> = catalog
            .tables
            .iter()
            .map(|t| t.def.access.read.iter().any(|w| !matches!(w, Who::Nobody | Who::System)))
            .collect();
        let writable: Vec<bool> = catalog
            .tables
            .iter()
            .map(|t| is_written(t.def) && t.def.access.write.iter().any(|w| !matches!(w, Who::Nobody | Who::System)))
            .collect();
        Visibility {
            read_schemas: schemas(catalog, |id| readable[id]),
            written_schemas: schemas(catalog, |id| readable[id] && writable[id]),
            readable,
            writable,
            industry: None,
            union: true,
            role: Some(Role::Owner),
        }
    }

    pub fn none(catalog: &Catalog) -> Visibility {
        Visibility {
            readable: vec![false; catalog.tables.len()],
            writable: vec![false; catalog.tables.len()],
            read_schemas: Vec::new(),
            written_schemas: Vec::new(),
            industry: None,
            union: false,
            role: None,
        }
    }

    /// Somebody signed in who is in no business sees what is their own: sessions, sign-ins, memberships.
    pub fn own(catalog: &Catalog) -> Visibility {
        let own = |table: &Table| table.def.access.read.contains(&Who::SelfUser);
        let readable: Vec<bool> = catalog.tables.iter().map(own).collect();
        Visibility {
            read_schemas: schemas(catalog, |id| readable[id]),
            readable,
            ..Visibility::none(catalog)
        }
    }

    pub fn of(catalog: &Catalog, slice: &Slice) -> Visibility {
        let in_industry: Vec<bool> = (0..catalog.tables.len()).map(|id| belongs(catalog, id, &slice.industry)).collect();
        let readable: Vec<bool> = catalog
            .tables
            .iter()
            .map(|t| in_industry[t.id] && t.def.access.read.iter().any(|w| admits(*w, slice.role)))
            .collect();
        let writable: Vec<bool> = catalog
            .tables
            .iter()
            .map(|t| in_industry[t.id] && is_written(t.def) && t.def.access.write.iter().any(|w| admits(*w, slice.role)))
            .collect();
        Visibility {
            read_schemas: schemas(catalog, |id| readable[id]),
            written_schemas: schemas(catalog, |id| readable[id] && writable[id]),
            readable,
            writable,
            industry: Some(slice.industry.clone()),
            union: false,
            role: Some(slice.role),
        }
    }

    pub fn can_read(&self, table: TableId) -> bool {
        self.readable[table]
    }

    pub fn can_write(&self, table: TableId) -> bool {
        self.writable[table] && self.readable[table]
    }

    /// Whether a schema has a table that can be read, or one that can be written.
    pub fn can_read_some(&self, schema: &str) -> bool {
        self.read_schemas.contains(&schema)
    }

    pub fn can_write_some(&self, schema: &str) -> bool {
        self.written_schemas.contains(&schema)
    }

    pub fn is_union(&self) -> bool {
        self.union
    }

    /// Other industries' namespaces are not there at all.
    pub fn shows_namespace(&self, namespace: Option<&str>) -> bool {
        namespace.is_none_or(|name| self.union || !INDUSTRIES.contains(&name) || self.industry.as_deref() == Some(name))
    }

    /// Deleted rows are shown to owners and managers who ask.
    pub fn can_see_deleted(&self) -> bool {
        self.role.is_some_and(Role::is_owner_or_manager)
    }
}

fn schemas(catalog: &Catalog, wanted: impl Fn(TableId) -> bool) -> Vec<&'static str> {
    let mut found: Vec<&'static str> = catalog.tables.iter().filter(|table| wanted(table.id)).map(|table| table.def.schema).collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// There is something that clients may do with rows: make them or change them.
fn is_written(def: &entity::TableDef) -> bool {
    !matches!(def.kind, TableKind::View | TableKind::Global) && (def.insertable || !def.append_only)
}

fn admits(who: Who, role: Role) -> bool {
    match who {
        Who::Member | Who::SelfUser | Who::Colleague | Who::Anyone | Who::Public => true,
        Who::Staff => role != Role::Viewer,
        Who::OwnerManager => role.is_owner_or_manager(),
        Who::Owner => role == Role::Owner,
        Who::System | Who::Nobody => false,
    }
}

/// A table is in an industry's slice when its schema is that industry's or nobody's, or when the
/// industry's own tables refer to it (the shared customer table).
fn belongs(catalog: &Catalog, id: TableId, industry: &str) -> bool {
    let def = catalog.tables[id].def;
    if !INDUSTRIES.contains(&def.schema) || def.schema == industry {
        return true;
    }
    catalog
        .tables
        .iter()
        .filter(|t| t.def.schema == industry)
        .any(|t| t.def.references.iter().any(|r| r.target_schema == def.schema && r.target_table == def.name))
}
