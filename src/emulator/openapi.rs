//! The `OpenAPI` document of `/v1`.

use std::sync::OnceLock;

use serde_json::{Value, json};

/// The document.
pub(crate) fn document() -> &'static Value {
    static DOCUMENT: OnceLock<Value> = OnceLock::new();
    DOCUMENT.get_or_init(|| json!({"openapi": "3.1.0", "info": {"title": "carrier", "version": "1"}, "paths": {}}))
}
