//! @generated
use crate::def::TableDef;

/// Every table of the database, by schema and name.
pub fn registry() -> &'static [&'static TableDef] {
    &[]
}
