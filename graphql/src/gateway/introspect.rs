//! `__schema` and `__type`, from the schema that the caller's slice sees.

use super::HAND_WRITTEN;
use super::outcome::{Failure, invalid};
use super::work::{Work, slice};
use crate::action::Standing;
use crate::caches::Introspected;
use crate::catalog::slice::Visibility;
use crate::error::{Code, Error};
use crate::plan::introspection_fields;
use crate::{document, types};
use std::sync::Arc;

impl Work<'_> {
    /// Answers `__schema` and `__type` from the caller's own slice, once per slice and document.
    pub(super) async fn introspection(&self, standing: Option<&Standing>) -> Result<Introspected, Failure> {
        let visibility = Visibility::none(&self.gateway.catalog);
        let fields = introspection_fields(&self.planner(&visibility, None), self.operation)?;
        if !self.gateway.settings.introspection {
            return Err(invalid(Error::new(Code::Forbidden, "Introspection is switched off here.")));
        }
        let key = (slice(standing), format!("{}\n{:?}", self.text, self.variables));
        if let Some(known) = self.gateway.introspections.get(&key) {
            return Ok(known);
        }
        let document = document::introspection(self.document, self.operation, fields).map_err(invalid)?;
        let _turn = self.gateway.builds.acquire().await.map_err(|_| Error::internal())?;
        // Whoever waited may find what another request asked for as well.
        if let Some(known) = self.gateway.introspections.get(&key) {
            return Ok(known);
        }
        let catalog = Arc::clone(&self.gateway.catalog);
        let wanted = key.0.clone();
        // Building a schema takes long enough to be in the way of other requests.
        let schema = tokio::task::spawn_blocking(move || types::slice_schema(&catalog, HAND_WRITTEN, wanted.as_ref()))
            .await
            .map_err(|_| Error::internal())?
            .map_err(|error| {
                tracing::error!(%error, "a slice has no schema");
                Error::internal()
            })?;
        let answer = document::introspect(&schema, document, &self.variables).await.map_err(invalid)?;
        let answer = Arc::new(answer);
        self.gateway.introspections.insert(key, Arc::clone(&answer));
        Ok(answer)
    }
}
