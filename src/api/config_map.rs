//! `ConfigMap`: how a roster travels in a cluster; files may hold one too.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Metadata;

/// A Kubernetes `ConfigMap` (`apiVersion: v1`). Only those that a fleet's `rosters` name are read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConfigMap {
    /// Always `v1`.
    pub api_version: String,
    /// Always `ConfigMap`.
    pub kind: String,
    /// The object's name.
    pub metadata: Metadata,
    /// CSV text by key.
    #[serde(default)]
    pub data: BTreeMap<String, String>,
}
