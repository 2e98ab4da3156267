//! What the engine knows of a table: plain static data, generated from the migrated database.
//!
//! SeaORM's models serve the hand-written domain actions; everything generic works on
//! `&'static TableDef`, so that five hundred tables cost no monomorphised code.

/// Whose rows a table holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableKind {
    /// Rows of one business; primary key `(business_id, id)`.
    Tenant,
    /// Identity and system rows; primary key `(id)`, row level security of its own.
    Platform,
    /// Shared reference data, read-only for everybody.
    Global,
    /// A filtered view over a materialized view; read-only.
    View,
}

/// One table or API view of the database.
#[derive(Debug)]
pub struct TableDef {
    pub schema: &'static str,
    pub name: &'static str,
    /// One clause from the table's COMMENT.
    pub description: &'static str,
    pub kind: TableKind,
    pub columns: &'static [ColumnDef],
    /// References to one row of another table, or to several by an array of ids.
    pub references: &'static [ReferenceDef],
    /// Unique keys, without the primary key. `business_id` is left out of `columns`: it is implied.
    pub unique_keys: &'static [UniqueKeyDef],
    /// CHECK and EXCLUDE constraints, to name the columns of a violation.
    pub checks: &'static [CheckDef],
    /// Legal transitions of status columns.
    pub flows: &'static [FlowDef],
    /// The document number the database fills in.
    pub number: Option<NumberDef>,
    /// Clients make rows; otherwise the system does, or an action.
    pub insertable: bool,
    /// Has `deleted_at`: a delete sets it, a restore clears it.
    pub soft_delete: bool,
    /// Rows are inserted and never changed.
    pub append_only: bool,
    pub access: Access,
}

#[derive(Debug)]
pub struct ColumnDef {
    pub name: &'static str,
    pub ty: ColumnType,
    pub nullable: bool,
    /// Has a default, is generated, or is filled by a trigger: an insert may leave it out.
    pub has_default: bool,
    /// GENERATED ALWAYS: never written.
    pub generated: bool,
    /// Kept by the system: read, never an input.
    pub derived: bool,
    /// Never leaves the database.
    pub secret: bool,
    /// The closed set of a text column (CHECK ... IN), in the database's order; empty for open ones.
    pub values: &'static [&'static str],
    pub description: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnType {
    Text,
    SmallInt,
    Integer,
    BigInt,
    /// Exact; money and quantities.
    Decimal {
        precision: u16,
        scale: u16,
    },
    Double,
    Boolean,
    Date,
    /// Local wall-clock time without a zone.
    Time,
    /// `timestamptz`, an instant.
    DateTime,
    Interval,
    Uuid,
    Json,
    Inet,
    Bytes,
    /// `geography(point, 4326)`.
    GeoPoint,
    TextArray,
    UuidArray,
    IntegerArray,
}

#[derive(Debug)]
pub struct ReferenceDef {
    /// The local column: `customer_id`, `assigned_technician`, `assigned_team`.
    pub column: &'static str,
    pub target_schema: &'static str,
    pub target_table: &'static str,
    /// The column is an array of ids.
    pub list: bool,
    /// The foreign key's name in the database, to name the column of a violation; empty for lists.
    pub constraint: &'static str,
}

#[derive(Debug)]
pub struct UniqueKeyDef {
    /// Constraint or index name.
    pub name: &'static str,
    /// Columns without `business_id`; empty for a key over an expression.
    pub columns: &'static [&'static str],
    /// The columns that a key over an expression, such as `lower(email)`, is about.
    pub expression: &'static [&'static str],
    /// The WHERE of a partial index as PostgreSQL prints it, e.g. `(deleted_at IS NULL)`.
    pub predicate: Option<&'static str>,
    /// `business_id` leads the key.
    pub tenant: bool,
}

#[derive(Debug)]
pub struct CheckDef {
    pub name: &'static str,
    pub columns: &'static [&'static str],
}

#[derive(Debug)]
pub struct FlowDef {
    pub column: &'static str,
    pub transitions: &'static [(&'static str, &'static str)],
}

#[derive(Debug)]
pub struct NumberDef {
    pub column: &'static str,
    pub prefix: &'static str,
}

/// Who may read and write. The database enforces it; the API hides what it forbids.
#[derive(Debug)]
pub struct Access {
    pub read: &'static [Who],
    pub write: &'static [Who],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Any active member, viewers included (and `api_partner` within its scopes).
    Member,
    /// Owner, manager and staff (and `api_partner` within its scopes).
    Staff,
    OwnerManager,
    Owner,
    /// The row's own user.
    SelfUser,
    /// Active members of the current business.
    Colleague,
    /// Anyone signed in.
    Anyone,
    Public,
    System,
    Nobody,
}

impl TableDef {
    pub fn column(&self, name: &str) -> Option<&'static ColumnDef> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// `schema.table`, for messages to developers and the audit log.
    pub fn qualified(&self) -> String {
        format!("{}.{}", self.schema, self.name)
    }
}
