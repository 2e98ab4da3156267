//! What holds for every table, checked for each: no table is named here. The five hundredth table is as
//! tested as the first.

mod database;
mod deleted;
mod foreign_ids;
mod hostile_values;
mod interleaving;
mod isolation;
mod lints;
mod lists;
mod migrations;
mod own_rows;
mod pairs;
mod relations;
mod repeats;
mod round_trip;
mod schema;
mod secrets;
mod slices;
mod totals;
mod waivers;

use entity::{TableDef, Who, registry};
use graphql::Role;
use graphql::catalog::slice::INDUSTRIES;
use graphql::catalog::{Catalog, Table};
use serde_json::{Map, Value};
use std::sync::OnceLock;
use tests::rows::Row;
use tests::{Business, app};

/// Everything that one contract finds, told together.
pub struct Findings {
    contract: &'static str,
    advice: &'static str,
    found: Vec<String>,
    checked: usize,
}

impl Findings {
    pub fn new(contract: &'static str, advice: &'static str) -> Findings {
        Findings {
            contract,
            advice,
            found: Vec::new(),
            checked: 0,
        }
    }

    /// Something that does not hold; `place` is a table, or whatever the waivers name.
    pub fn add(&mut self, place: &str, message: impl AsRef<str>) {
        if !waivers::covers(self.contract, place, message.as_ref()) {
            self.found.push(format!("{place}: {}", message.as_ref()));
        }
    }

    pub fn expect(&mut self, holds: bool, place: &str, message: impl AsRef<str>) {
        self.checked += 1;
        if !holds {
            self.add(place, message);
        }
    }

    pub fn count(&mut self, more: usize) {
        self.checked += more;
    }

    /// Fails with all that was found.
    pub fn done(self) {
        println!("{}: {} checks", self.contract, self.checked);
        assert!(
            self.checked > 0,
            "{} checked nothing; the registry is empty or its filter is wrong",
            self.contract
        );
        assert!(
            self.found.is_empty(),
            "{} of {} checks of '{}' do not hold. {}\n{}",
            self.found.len(),
            self.checked,
            self.contract,
            self.advice,
            self.found.iter().take(200).map(|line| format!("  {line}\n")).collect::<String>()
        );
    }
}

/// The registry under its GraphQL names.
pub fn catalog() -> &'static Catalog {
    static CATALOG: OnceLock<Catalog> = OnceLock::new();
    CATALOG.get_or_init(|| Catalog::new(registry()))
}

/// An industry whose people see the table.
pub fn home(def: &TableDef) -> &'static str {
    INDUSTRIES.into_iter().find(|industry| *industry == def.schema).unwrap_or(INDUSTRIES[0])
}

/// An industry, a business of it, and the tables that are looked at there.
pub struct Home<'a> {
    pub industry: &'static str,
    pub business: Business<'a>,
    pub tables: Vec<&'static TableDef>,
}

pub fn homes<'a>() -> Vec<Home<'a>> {
    let of = |industry: &'static str| {
        let tables: Vec<_> = registry().iter().copied().filter(|def| home(def) == industry).collect();
        (!tables.is_empty()).then(|| Home {
            industry,
            business: app().business(industry),
            tables,
        })
    };
    INDUSTRIES.into_iter().filter_map(of).collect()
}

/// A row as a client would send it.
pub fn input_of(table: &Table, row: &Row) -> Map<String, Value> {
    let cells = row.cells.iter().filter_map(|cell| Some((table.column(cell.column.name)?, cell)));
    let inputs = cells.filter(|(column, _)| column.is_input());
    inputs.map(|(column, cell)| (column.field.clone(), cell.json.clone())).collect()
}

/// Whether the table's access lets this role in, on a row of its own business; `self` means the row is
/// the person's own.
pub fn admits(access: &[Who], role: Role, scoped: bool, own: bool) -> bool {
    access.iter().any(|who| match who {
        Who::Member => role != Role::ApiPartner || scoped,
        Who::Staff => !matches!(role, Role::Viewer | Role::ApiPartner) || (role == Role::ApiPartner && scoped),
        Who::OwnerManager => role.is_owner_or_manager(),
        Who::Owner => role == Role::Owner,
        Who::SelfUser => own && (role != Role::ApiPartner || scoped),
        Who::Colleague => role != Role::ApiPartner || scoped,
        Who::Anyone | Who::Public => true,
        Who::System | Who::Nobody => false,
    })
}
