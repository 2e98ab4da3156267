//! What a plan says of its rows: which statement brings them, and the JSON that is made of them.

use super::sql::Statement;
use crate::catalog::TableId;
use uuid::Uuid;

/// One statement and what is made of its rows.
#[derive(Debug)]
pub struct Select {
    /// Where it is loaded for parents, their ids are `$1`.
    pub statement: Statement,
    /// The slot with the parent's id (a list), or with the row's own id (a reference).
    pub key_slot: Option<usize>,
    /// The slot with the row's own id, where something reads it.
    pub id_slot: Option<usize>,
    /// The id of the one row that is asked for.
    pub known: Option<Uuid>,
    pub shape: Shape,
    pub children: Vec<Child>,
    /// Rows that match on all pages: `(parent id, count)` for parents, `(count)` at the root.
    pub count: Option<Statement>,
}

impl Select {
    /// Nothing but the count is asked for: the rows need not be read.
    pub fn only_counts(&self) -> bool {
        self.count.is_some() && matches!(&self.shape, Shape::Connection(connection) if connection.reads_no_rows())
    }

    /// Rows a list shows; one more may have been read to know whether there are more.
    pub fn page_size(&self) -> usize {
        match &self.shape {
            Shape::Row(_) => usize::MAX,
            Shape::Connection(connection) => connection.page.limit,
        }
    }
}

#[derive(Debug)]
pub struct Child {
    pub link: Link,
    pub select: Select,
}

/// How a child finds its parents' rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// The parent's slot holds the child's id.
    Reference { slot: usize },
    /// The parent's slot holds an array of ids.
    References { slot: usize },
    /// The child's key slot holds the id in the parent's slot.
    Parent { slot: usize },
}

#[derive(Debug)]
pub enum Shape {
    /// An object, or a plain list of them.
    Row(RowForm),
    Connection(Connection),
}

/// A response key as it is written, for every row again: a name of GraphQL's needs no escape.
#[derive(Debug)]
pub struct ResponseKey {
    /// `,"name":`.
    text: String,
}

impl ResponseKey {
    pub fn new(name: &str) -> ResponseKey {
        let mut text = String::with_capacity(name.len() + 4);
        text.extend([",\"", name, "\":"]);
        ResponseKey { text }
    }

    /// With the comma in front, but for the first of an object.
    pub fn write(&self, out: &mut Vec<u8>, is_first: bool) {
        out.extend_from_slice(&self.text.as_bytes()[usize::from(is_first)..]);
    }
}

/// Response keys and what stands behind each.
pub type RowForm = Vec<(ResponseKey, Cell)>;

#[derive(Debug)]
pub enum Cell {
    TypeName(String),
    /// A value as PostgreSQL sent it.
    Slot(usize),
    Enum {
        slot: usize,
        table: TableId,
        column: usize,
    },
    Geo {
        slots: (usize, usize),
        form: Vec<(ResponseKey, GeoPart)>,
    },
    NodeId {
        slot: usize,
        table: TableId,
    },
    Transitions {
        slot: usize,
        table: TableId,
        column: usize,
    },
    /// The one row, the list, or the connection of a child.
    Child(usize),
}

#[derive(Debug, Clone, Copy)]
pub enum GeoPart {
    TypeName,
    Latitude,
    Longitude,
}

#[derive(Debug)]
pub struct Connection {
    pub members: Vec<(ResponseKey, ConnectionPart)>,
    pub page: Page,
    pub type_name: String,
}

impl Connection {
    fn reads_no_rows(&self) -> bool {
        let counts = |part: &ConnectionPart| matches!(part, ConnectionPart::TotalCount | ConnectionPart::TypeName);
        self.members.iter().all(|(_, part)| counts(part))
    }

    /// Whether the client asks if there are rows behind the page, in the direction it is read.
    pub fn asks_for_more(&self) -> bool {
        let asks = |info: &InfoPart| match info {
            InfoPart::HasNext => !self.page.backward,
            InfoPart::HasPrevious => self.page.backward,
            _ => false,
        };
        let parts = self.members.iter().map(|(_, part)| part);
        parts
            .into_iter()
            .any(|part| matches!(part, ConnectionPart::PageInfo(info) if info.iter().any(|(_, info)| asks(info))))
    }
}

#[derive(Debug)]
pub enum ConnectionPart {
    TypeName,
    Edges(Vec<(ResponseKey, EdgePart)>),
    Nodes(RowForm),
    PageInfo(Vec<(ResponseKey, InfoPart)>),
    TotalCount,
}

#[derive(Debug)]
pub enum EdgePart {
    TypeName,
    Cursor,
    Node(RowForm),
}

#[derive(Debug, Clone, Copy)]
pub enum InfoPart {
    TypeName,
    HasNext,
    HasPrevious,
    Start,
    End,
}

#[derive(Debug, Clone)]
pub struct Page {
    pub limit: usize,
    /// Rows arrive from the end and are turned around.
    pub backward: bool,
    /// The client came from somewhere: there are rows on the other side.
    pub entered: bool,
    pub cursor_slot: Option<usize>,
    /// Of the order, where cursors are shown.
    pub fingerprint: String,
}
