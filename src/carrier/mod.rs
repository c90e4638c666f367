//! The carrier: the wire protocol's types, and the drivers that speak it.

pub mod wire;
