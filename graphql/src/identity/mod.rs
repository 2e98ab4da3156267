//! Who the caller is.

use crate::action::{Action, ObjectDef};
use crate::caller::Identity;
use crate::error::Result;
use crate::session::Tx;
use std::net::IpAddr;

pub static ACTIONS: &[Action] = &[];
pub static OBJECTS: &[ObjectDef] = &[];

pub async fn find_api_key(_tx: &Tx, _key: &str, _ip: Option<IpAddr>) -> Result<Option<Identity>> {
    Ok(None)
}
