//! A [`Tree`] to an API type, by serde. Values that were left out are not there.

use std::fmt;

use serde::de::value::StrDeserializer;
use serde::de::{self, DeserializeOwned, DeserializeSeed, IntoDeserializer as _, MapAccess, SeqAccess, Visitor};

use super::{NodeId, Plain, Style, Tree, Value, plain};

/// A value that the structural check let pass and the type does not take. Means that both disagree.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct DecodeError(String);

impl de::Error for DecodeError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

/// Reads a value of the tree.
pub(crate) fn decode<T: DeserializeOwned>(tree: &Tree<'_>, id: NodeId) -> Result<T, DecodeError> {
    T::deserialize(Decoder { tree, id })
}

#[derive(Clone, Copy)]
struct Decoder<'a, 't> {
    tree: &'a Tree<'t>,
    id: NodeId,
}

impl<'de> de::Deserializer<'de> for Decoder<'_, '_> {
    type Error = DecodeError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        match self.tree.value(self.id) {
            Value::Scalar { text, style: Style::Plain } => match plain(text) {
                Plain::Null => visitor.visit_unit(),
                Plain::Truth(truth) => visitor.visit_bool(truth),
                Plain::Whole(number) => visitor.visit_u64(number),
                Plain::OldTruth | Plain::Number | Plain::Text => visitor.visit_str(text),
            },
            Value::Scalar { text, .. } => visitor.visit_str(text),
            Value::Sequence(_) => self.deserialize_seq(visitor),
            Value::Mapping(_) => self.deserialize_map(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        if self.tree.is_null(self.id) { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        match self.tree.text(self.id) {
            Some(text) => visitor.visit_str(text),
            None => self.deserialize_any(visitor),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        self.deserialize_str(visitor)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        self.deserialize_str(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        let text: StrDeserializer<'_, DecodeError> = self.tree.text(self.id).unwrap_or_default().into_deserializer();
        visitor.visit_enum(text)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        match self.tree.value(self.id) {
            Value::Sequence(items) => visitor.visit_seq(Items { tree: self.tree, items: items.iter() }),
            Value::Scalar { .. } | Value::Mapping(_) => Err(de::Error::custom("a list is expected")),
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        match self.tree.value(self.id) {
            Value::Mapping(pairs) => visitor.visit_map(Pairs { tree: self.tree, rest: pairs.iter(), value: None }),
            Value::Scalar { .. } | Value::Sequence(_) => Err(de::Error::custom("a mapping is expected")),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        self.deserialize_map(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, DecodeError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        visitor.visit_unit()
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char bytes byte_buf unit unit_struct tuple tuple_struct
    }
}

struct Items<'a, 't> {
    tree: &'a Tree<'t>,
    items: std::slice::Iter<'a, NodeId>,
}

impl<'de> SeqAccess<'de> for Items<'_, '_> {
    type Error = DecodeError;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, DecodeError> {
        match self.items.by_ref().find(|item| !self.tree.is_left_out(**item)) {
            Some(id) => seed.deserialize(Decoder { tree: self.tree, id: *id }).map(Some),
            None => Ok(None),
        }
    }
}

struct Pairs<'a, 't> {
    tree: &'a Tree<'t>,
    rest: std::slice::Iter<'a, (NodeId, NodeId)>,
    value: Option<NodeId>,
}

impl<'de> MapAccess<'de> for Pairs<'_, '_> {
    type Error = DecodeError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, DecodeError> {
        for (key, value) in self.rest.by_ref() {
            if self.tree.is_left_out(*key) || self.tree.is_left_out(*value) {
                continue;
            }
            self.value = Some(*value);
            return seed.deserialize(Decoder { tree: self.tree, id: *key }).map(Some);
        }
        Ok(None)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, DecodeError> {
        let id = self.value.take().ok_or_else(|| de::Error::custom("a value without a key"))?;
        seed.deserialize(Decoder { tree: self.tree, id })
    }
}
