//! Answers, with what tests ask of them.

use graphql::Outcome;
use serde_json::Value;

/// What the engine answered.
pub struct Reply {
    pub json: Value,
    pub outcome: Outcome,
    /// Data statements, without the transaction's frame.
    pub statements: usize,
    /// Each statement with its binds, in order.
    pub sql: Vec<String>,
}

impl Reply {
    /// The data of an operation that must have worked.
    pub fn data(&self) -> &Value {
        assert!(self.json.get("errors").is_none(), "the operation failed: {:#}", self.json["errors"]);
        &self.json["data"]
    }

    /// A value of the data by its JSON pointer: `/hs/customers/nodes/0/lastName`.
    pub fn at(&self, pointer: &str) -> &Value {
        self.data()
            .pointer(pointer)
            .unwrap_or_else(|| panic!("nothing at {pointer} in {:#}", self.json))
    }

    pub fn text(&self, pointer: &str) -> &str {
        self.at(pointer).as_str().unwrap_or_else(|| panic!("no string at {pointer} in {:#}", self.json))
    }

    pub fn int(&self, pointer: &str) -> i64 {
        self.at(pointer)
            .as_i64()
            .unwrap_or_else(|| panic!("no whole number at {pointer} in {:#}", self.json))
    }

    pub fn list(&self, pointer: &str) -> &Vec<Value> {
        self.at(pointer).as_array().unwrap_or_else(|| panic!("no list at {pointer} in {:#}", self.json))
    }

    /// The first error, which must be there.
    pub fn error(&self) -> &Value {
        self.json.pointer("/errors/0").unwrap_or_else(|| panic!("no error in {:#}", self.json))
    }

    pub fn code(&self) -> &str {
        self.error()["extensions"]["code"].as_str().unwrap_or_default()
    }

    pub fn message(&self) -> &str {
        self.error()["message"].as_str().unwrap_or_default()
    }

    /// A rule of the database refused the write, in words of its own.
    pub fn is_rule(&self) -> bool {
        let Some(extensions) = self.json.pointer("/errors/0/extensions") else {
            return false;
        };
        extensions["code"] == "STATE_CONFLICT" || extensions["fields"][0]["code"] == "RULE"
    }

    /// The path of the first bad input value.
    pub fn field(&self) -> &str {
        self.error()["extensions"]["fields"][0]["path"].as_str().unwrap_or_default()
    }
}

/// What the server answered over HTTP.
pub struct Response {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Response {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("no JSON ({error}): {}", self.body))
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    pub fn code(&self) -> String {
        self.json()["errors"][0]["extensions"]["code"].as_str().unwrap_or_default().to_owned()
    }
}
