//! The catalog as a GraphQL schema. The union schema validates documents; a slice's schema answers
//! introspection. Fields have no resolvers of their own: plans execute (see `plan` and `run`).

mod inputs;
pub mod objects;
mod roots;
mod scalars;

use crate::action::{Action, Allowed, Member, ObjectDef};
use crate::catalog::slice::{Slice, Visibility};
use crate::catalog::{Catalog, Column, naming};
use async_graphql::dynamic::{Field, FieldFuture, InputValue, Schema, SchemaBuilder, SchemaError, Type, TypeRef};
use entity::ColumnType;

/// The hand-written part of the schema.
#[derive(Clone, Copy)]
pub struct HandWritten {
    pub actions: &'static [&'static [Action]],
    pub objects: &'static [&'static [ObjectDef]],
}

impl HandWritten {
    pub fn actions(&self) -> impl Iterator<Item = &'static Action> + use<> {
        self.actions.iter().flat_map(|group| group.iter())
    }

    pub fn objects(&self) -> impl Iterator<Item = &'static ObjectDef> + use<> {
        self.objects.iter().flat_map(|group| group.iter())
    }

    pub fn object(&self, name: &str) -> Option<&'static ObjectDef> {
        self.objects().find(|object| object.name == name)
    }
}

/// Whether a caller of this visibility may use the action at all.
pub fn offers(visibility: &Visibility, action: &Action) -> bool {
    match action.allowed {
        Allowed::Anyone | Allowed::SignedIn => true,
        Allowed::Roles(roles) => {
            visibility.shows_namespace(action.namespace) && visibility.role.is_some_and(|role| visibility.is_union() || roles.contains(&role))
        }
    }
}

/// Everything there is, for validation and `schema.graphql`.
pub fn union_schema(catalog: &Catalog, hand_written: HandWritten) -> Result<Schema, SchemaError> {
    build(catalog, hand_written, &Visibility::all(catalog), |builder| {
        builder.extension(crate::document::ValidateOnly)
    })
}

/// What the callers of one slice see; None is a caller who is not signed in to a business.
pub fn slice_schema(catalog: &Catalog, hand_written: HandWritten, slice: Option<&Slice>) -> Result<Schema, SchemaError> {
    let visibility = match slice {
        Some(slice) => Visibility::of(catalog, slice),
        None => Visibility::none(catalog),
    };
    build(catalog, hand_written, &visibility, |builder| builder)
}

fn build(
    catalog: &Catalog,
    hand_written: HandWritten,
    visibility: &Visibility,
    finish: impl FnOnce(SchemaBuilder) -> SchemaBuilder,
) -> Result<Schema, SchemaError> {
    let mut types = Types {
        catalog,
        visibility,
        hand_written,
        out: Vec::new(),
    };
    scalars::declare(&mut types);
    objects::declare(&mut types);
    inputs::declare(&mut types);
    let has_mutations = roots::declare(&mut types);
    let mut builder = Schema::build("Query", has_mutations.then_some("Mutation"), None);
    for ty in types.out {
        builder = builder.register(ty);
    }
    finish(builder.disable_suggestions()).finish()
}

struct Types<'c> {
    catalog: &'c Catalog,
    visibility: &'c Visibility,
    hand_written: HandWritten,
    out: Vec<Type>,
}

impl Types<'_> {
    fn add(&mut self, ty: impl Into<Type>) {
        self.out.push(ty.into());
    }
}

/// The library prints the arguments of a field without line breaks, and with tabs.
pub fn layout(sdl: &str) -> String {
    sdl.replace("(\t\t", "(\n\t\t").replace(",\t\t", ",\n\t\t").replace('\t', "  ")
}

/// A type in GraphQL's own notation: `[HsWorkOrder!]!`.
fn type_ref(notation: &str) -> TypeRef {
    if let Some(inner) = notation.strip_suffix('!') {
        TypeRef::NonNull(Box::new(type_ref(inner)))
    } else if let Some(inner) = notation.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        TypeRef::List(Box::new(type_ref(inner)))
    } else {
        TypeRef::named(notation)
    }
}

/// The bare name inside a notation.
pub fn bare(notation: &str) -> &str {
    notation.trim_matches(|c| matches!(c, '[' | ']' | '!'))
}

/// A field without a resolver: the library never executes it.
fn field(name: &str, notation: &str, description: &str) -> Field {
    let field = Field::new(name, type_ref(notation), |_| FieldFuture::from_value(None));
    if description.is_empty() { field } else { field.description(description) }
}

fn input(name: &str, notation: &str, description: &str) -> InputValue {
    let input = InputValue::new(name, type_ref(notation));
    if description.is_empty() { input } else { input.description(description) }
}

fn member_field(member: &Member) -> Field {
    field(member.name, member.ty, member.description)
}

/// The GraphQL scalar of a column type.
pub fn scalar_name(ty: ColumnType) -> &'static str {
    match ty {
        ColumnType::Text | ColumnType::TextArray => "String",
        ColumnType::SmallInt | ColumnType::Integer | ColumnType::IntegerArray => "Int",
        ColumnType::BigInt => "BigInt",
        ColumnType::Decimal { .. } => "Decimal",
        ColumnType::Double => "Float",
        ColumnType::Boolean => "Boolean",
        ColumnType::Date => "Date",
        ColumnType::Time => "Time",
        ColumnType::DateTime => "DateTime",
        ColumnType::Interval => "Duration",
        ColumnType::Uuid | ColumnType::UuidArray => "ID",
        ColumnType::Json => "JSON",
        ColumnType::Inet => "IPAddress",
        ColumnType::Bytes => "Bytes",
        ColumnType::GeoPoint => "GeoPoint",
    }
}

pub fn is_array(ty: ColumnType) -> bool {
    matches!(ty, ColumnType::TextArray | ColumnType::UuidArray | ColumnType::IntegerArray)
}

/// A column's type without nullability: `Decimal`, `HsWorkOrderStatus`, `[ID!]`.
fn column_type(column: &Column, suffix: &str) -> String {
    if let Some(enumeration) = &column.enumeration {
        return enumeration.name.clone();
    }
    let scalar = if column.is_sealed() { "String" } else { scalar_name(column.def.ty) };
    if is_array(column.def.ty) {
        format!("[{scalar}!]")
    } else if column.def.ty == ColumnType::GeoPoint {
        format!("GeoPoint{suffix}")
    } else {
        scalar.to_owned()
    }
}

/// The filter input of a column: shared per scalar, one per enum.
pub fn filter_type(column: &Column) -> String {
    match &column.enumeration {
        Some(enumeration) => format!("{}Filter", enumeration.name),
        None if is_array(column.def.ty) => format!("{}ListFilter", scalar_name(column.def.ty)),
        None => format!("{}Filter", scalar_name(column.def.ty)),
    }
}

/// `AuthSignInInput`: the one input type of an action.
pub fn action_input(action: &Action) -> String {
    format!(
        "{}{}Input",
        action.namespace.map(naming::pascal).unwrap_or_default(),
        naming::capitalise(action.name)
    )
}
