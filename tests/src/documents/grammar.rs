//! The schema as pieces to build documents from: an owner's, of one industry.

use async_graphql::parser::types::{BaseType, FieldDefinition, InputValueDefinition, Type, TypeKind, TypeSystemDefinition};
use graphql::{Gateway, Role, Slice};
use std::collections::BTreeMap;

pub struct Grammar {
    pub objects: BTreeMap<String, Vec<Member>>,
    pub inputs: BTreeMap<String, Vec<Argument>>,
    pub enums: BTreeMap<String, Vec<String>>,
}

pub struct Member {
    pub name: String,
    pub ty: Type,
    pub arguments: Vec<Argument>,
}

pub struct Argument {
    pub name: String,
    pub ty: Type,
}

impl Grammar {
    pub fn of_home_services() -> Grammar {
        let slice = Slice {
            industry: "hs".into(),
            role: Role::Owner,
        };
        let sdl = Gateway::sdl(Some(slice)).expect("a slice has a schema");
        let document = async_graphql::parser::parse_schema(sdl).expect("what we print is a schema");
        let mut grammar = Grammar {
            objects: BTreeMap::new(),
            inputs: BTreeMap::new(),
            enums: BTreeMap::new(),
        };
        for definition in document.definitions {
            let TypeSystemDefinition::Type(definition) = definition else { continue };
            let name = definition.node.name.node.to_string();
            match definition.node.kind {
                TypeKind::Object(object) => {
                    let members = object.fields.into_iter().map(|field| member(field.node));
                    grammar.objects.insert(name, members.collect());
                }
                TypeKind::InputObject(input) => {
                    let members = input.fields.into_iter().map(|field| argument(field.node));
                    grammar.inputs.insert(name, members.collect());
                }
                TypeKind::Enum(values) => {
                    let values = values.values.into_iter().map(|value| value.node.value.node.to_string());
                    grammar.enums.insert(name, values.collect());
                }
                _ => {}
            }
        }
        grammar
    }

    pub fn members(&self, type_name: &str) -> &[Member] {
        self.objects.get(type_name).map_or(&[], Vec::as_slice)
    }
}

fn member(field: FieldDefinition) -> Member {
    Member {
        name: field.name.node.to_string(),
        ty: field.ty.node,
        arguments: field.arguments.into_iter().map(|given| argument(given.node)).collect(),
    }
}

fn argument(input: InputValueDefinition) -> Argument {
    Argument {
        name: input.name.node.to_string(),
        ty: input.ty.node,
    }
}

/// The name inside lists and exclamation marks.
pub fn bare(ty: &Type) -> &str {
    match &ty.base {
        BaseType::Named(name) => name.as_str(),
        BaseType::List(item) => bare(item),
    }
}
