//! SeaORM on the operation's own transaction: hand-written actions use typed entities, and see and
//! change exactly what the rest of the operation does.

use super::bind::Bind;
use super::tx::Tx;
use crate::json::write_value;
use crate::session::Raw;
use chrono::{DateTime, NaiveDate, NaiveTime};
use rust_decimal::Decimal;
use sea_orm::sea_query::{ArrayType, Value};
use sea_orm::{
    DatabaseConnection, DatabaseConnectionType, DbBackend, DbErr, ProxyDatabaseConnection, ProxyDatabaseTrait, ProxyExecResult, ProxyRow, RuntimeErr, Statement,
};
use std::collections::BTreeMap;
use std::str::FromStr;
use std::sync::Arc;
use tokio_postgres::Row;
use tokio_postgres::types::Type;
use uuid::Uuid;

impl Tx {
    /// A connection for SeaORM; it lives no longer than the transaction.
    pub fn orm(self: &Arc<Self>) -> DatabaseConnection {
        let proxy: Box<dyn ProxyDatabaseTrait> = Box::new(Proxy(Arc::clone(self)));
        DatabaseConnectionType::ProxyDatabaseConnection(Arc::new(ProxyDatabaseConnection::new(DbBackend::Postgres, Arc::new(proxy)))).into()
    }
}

struct Proxy(Arc<Tx>);

impl std::fmt::Debug for Proxy {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Proxy")
    }
}

fn wrap(error: crate::Error) -> DbErr {
    DbErr::Query(RuntimeErr::Internal(error.to_string()))
}

impl Proxy {
    /// SeaORM's error type cannot carry ours, so the transaction keeps it for `Tx::database_error`.
    fn refused(&self, error: crate::Error) -> DbErr {
        let carried = wrap(error.clone());
        self.0.remember_error(error);
        carried
    }
}

#[async_graphql::async_trait::async_trait]
impl ProxyDatabaseTrait for Proxy {
    async fn query(&self, statement: Statement) -> Result<Vec<ProxyRow>, DbErr> {
        let rows = self.0.query(&statement.sql, &binds(&statement)?).await.map_err(|error| self.refused(error))?;
        rows.iter().map(proxy_row).collect()
    }

    async fn execute(&self, statement: Statement) -> Result<ProxyExecResult, DbErr> {
        let touched = self.0.execute(&statement.sql, &binds(&statement)?).await.map_err(|error| self.refused(error))?;
        Ok(ProxyExecResult::new(0, touched))
    }
}

fn binds(statement: &Statement) -> Result<Vec<Bind>, DbErr> {
    statement.values.iter().flat_map(|values| values.0.iter()).map(bind).collect()
}

fn bind(value: &Value) -> Result<Bind, DbErr> {
    Ok(match value {
        Value::Bool(v) => Bind::opt(*v),
        Value::TinyInt(v) => Bind::opt(*v),
        Value::SmallInt(v) => Bind::opt(*v),
        Value::Int(v) => Bind::opt(*v),
        Value::BigInt(v) => Bind::opt(*v),
        Value::BigUnsigned(v) => Bind::opt(*v),
        Value::Unsigned(v) => Bind::opt(*v),
        Value::Double(v) => Bind::opt(*v),
        Value::Float(v) => Bind::opt(*v),
        Value::String(v) => Bind::opt(v.as_deref()),
        Value::Char(v) => Bind::opt(*v),
        Value::Json(v) => Bind::opt(v.as_deref()),
        Value::ChronoDate(v) => Bind::opt(*v),
        Value::ChronoTime(v) => Bind::opt(*v),
        Value::ChronoDateTime(v) => Bind::opt(*v),
        Value::ChronoDateTimeUtc(v) => Bind::opt(v.map(|moment| moment.to_rfc3339())),
        Value::ChronoDateTimeWithTimeZone(v) => Bind::opt(v.map(|moment| moment.to_rfc3339())),
        Value::Uuid(v) => Bind::opt(*v),
        Value::Decimal(v) => Bind::opt(*v),
        Value::Array(_, None) => Bind::null(),
        Value::Array(_, Some(items)) => {
            let texts: Result<Vec<_>, _> = items.iter().map(|item| bind(item).map(|bind| bind.into_text().unwrap_or_default())).collect();
            Bind::array(texts?)
        }
        other => return Err(DbErr::Type(format!("no way to send {other:?}"))),
    })
}

fn proxy_row(row: &Row) -> Result<ProxyRow, DbErr> {
    let mut values = BTreeMap::new();
    for (slot, column) in row.columns().iter().enumerate() {
        let raw: Raw<'_> = row.try_get(slot).map_err(|error| DbErr::Type(error.to_string()))?;
        values.insert(column.name().to_owned(), value(column.type_(), raw.0)?);
    }
    Ok(ProxyRow::new(values))
}

/// Through the JSON writer: it knows every type's binary form already.
fn value(ty: &Type, raw: Option<&[u8]>) -> Result<Value, DbErr> {
    let mut text = Vec::new();
    write_value(&mut text, ty, raw).map_err(wrap)?;
    let json: serde_json::Value = serde_json::from_slice(&text).map_err(|error| DbErr::Type(error.to_string()))?;
    let string = json.as_str();
    fn parse<T: FromStr>(text: Option<&str>) -> Result<Option<T>, DbErr> {
        text.map(|text| text.parse().map_err(|_| DbErr::Type("a value cannot be read back".into())))
            .transpose()
    }
    Ok(match *ty {
        Type::BOOL => Value::Bool(json.as_bool()),
        Type::INT2 => Value::SmallInt(json.as_i64().and_then(|n| i16::try_from(n).ok())),
        Type::INT4 => Value::Int(json.as_i64().and_then(|n| i32::try_from(n).ok())),
        Type::INT8 => Value::BigInt(parse(string)?),
        Type::FLOAT4 | Type::FLOAT8 => Value::Double(json.as_f64()),
        Type::NUMERIC => Value::Decimal(parse::<Decimal>(string)?),
        Type::UUID => Value::Uuid(parse::<Uuid>(string)?),
        Type::DATE => Value::ChronoDate(parse::<NaiveDate>(string)?),
        Type::TIME => Value::ChronoTime(parse::<NaiveTime>(string)?),
        Type::TIMESTAMPTZ => Value::ChronoDateTimeUtc(parse::<DateTime<chrono::Utc>>(string)?),
        Type::JSON | Type::JSONB => Value::Json((!json.is_null()).then(|| Box::new(json))),
        Type::TEXT_ARRAY | Type::VARCHAR_ARRAY => array(ArrayType::String, &json, |text| Ok(Value::String(Some(text.to_owned()))))?,
        Type::UUID_ARRAY => array(ArrayType::Uuid, &json, |text| Ok(Value::Uuid(parse(Some(text))?)))?,
        _ => Value::String(string.map(str::to_owned)),
    })
}

fn array(ty: ArrayType, json: &serde_json::Value, item: impl Fn(&str) -> Result<Value, DbErr>) -> Result<Value, DbErr> {
    let Some(items) = json.as_array() else { return Ok(Value::Array(ty, None)) };
    let values: Result<Vec<_>, _> = items.iter().filter_map(|entry| entry.as_str()).map(item).collect();
    Ok(Value::Array(ty, Some(Box::new(values?))))
}
