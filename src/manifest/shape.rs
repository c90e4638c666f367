//! The shape of a kind, derived from its JSON Schema: what the structural check walks along.
//!
//! There is one definition of a kind, the API type; schema, check and cluster all come from it.

use schemars::JsonSchema;
use serde_json::Value;

use crate::api::schema::schema_of;

/// A type of value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Shape {
    pub(crate) form: Form,
    /// Whether `null` says something else than absence.
    pub(crate) null_is_meant: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Form {
    Text {
        format: Option<Format>,
        longest: Option<u64>,
        shortest: u64,
    },
    /// One of these names.
    Choice(Vec<String>),
    Whole {
        least: u64,
        most: u64,
    },
    Truth,
    /// A guard: a number or a percentage.
    Limit,
    List {
        items: Box<Shape>,
        least: u64,
        most: Option<u64>,
    },
    /// Fields in the order of the type.
    Object(Vec<Field>),
    /// Any text keys, values of one shape.
    TextMap {
        values: Box<Shape>,
        most: Option<u64>,
        /// The fewest and the most characters of a key.
        keys: Option<(u64, u64)>,
    },
    /// Not looked at.
    Anything,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) required: bool,
    pub(crate) shape: Shape,
}

/// The rule behind a text, named by `format` in the schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// Digits that must be quoted: MSISDN, IMEI, ICCID, telephone number, postal code.
    Identifier,
    /// Mostly letters and digits; must be quoted where it would be a number.
    Name,
    DnsLabel,
    Date,
    Month,
    HttpUrl,
    DataSize,
    /// An amount of money, or nothing.
    Money,
    /// An amount of money that is not nothing.
    Price,
    /// What a label carries (`crate::domain::address`): judged with the rest of its address.
    Printed,
}

impl Format {
    /// Whether its own rule bounds the text, and says better than a number of characters what is wrong.
    pub(crate) fn bounds(self) -> bool {
        match self {
            Self::Identifier | Self::DnsLabel | Self::Date | Self::Month | Self::Printed => true,
            Self::Name | Self::HttpUrl | Self::DataSize | Self::Money | Self::Price => false,
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "msisdn" | "imei" | "iccid" | "phone" | "postal-code" => Self::Identifier,
            "system-number" | "service-code" => Self::Name,
            "dns-label" => Self::DnsLabel,
            "date" => Self::Date,
            "month" => Self::Month,
            "http-url" => Self::HttpUrl,
            "data-size" => Self::DataSize,
            "money" => Self::Money,
            "price" => Self::Price,
            "printed" => Self::Printed,
            _ => return None,
        })
    }
}

impl Shape {
    /// The shape of an API type.
    pub(crate) fn of<T: JsonSchema>() -> Self {
        from_schema(schema_of::<T>().as_value())
    }

    /// The shape of a whole document: what a cluster adds to it is let through.
    pub(crate) fn of_document<T: JsonSchema>() -> Self {
        let mut shape = Self::of::<T>();
        if let Form::Object(fields) = &mut shape.form {
            fields.push(anything("status"));
            let metadata = fields.iter_mut().find(|field| field.name == "metadata");
            if let Some(Field { shape: Shape { form: Form::Object(fields), .. }, .. }) = metadata {
                fields.extend(OF_THE_CLUSTER.map(anything));
            }
        }
        shape
    }
}

/// What a cluster adds to an object. `kubectl get -o yaml` prints it, so it may stand in files, and it
/// means nothing there.
const OF_THE_CLUSTER: [&str; 9] = [
    "creationTimestamp",
    "deletionGracePeriodSeconds",
    "deletionTimestamp",
    "finalizers",
    "generation",
    "managedFields",
    "ownerReferences",
    "resourceVersion",
    "uid",
];

fn anything(name: &str) -> Field {
    Field { name: name.to_owned(), required: false, shape: Shape { form: Form::Anything, null_is_meant: true } }
}

fn from_schema(schema: &Value) -> Shape {
    let list = |name: &str| schema.get(name).and_then(Value::as_array).map(Vec::as_slice);
    let number = |name: &str| schema.get(name).and_then(Value::as_u64);
    if schema.get("x-kubernetes-int-or-string").is_some() {
        return Shape { form: Form::Limit, null_is_meant: false };
    }
    let is_null = |branch: &Value| branch.get("type").and_then(Value::as_str) == Some("null");
    // An optional field whose type is not a plain one: the type, or null.
    if let Some(branch) = list("anyOf").and_then(|branches| branches.iter().find(|branch| !is_null(branch))) {
        return Shape { null_is_meant: true, ..from_schema(branch) };
    }
    let types: Vec<&str> = match schema.get("type") {
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
        Some(_) | None => Vec::new(),
    };
    let null_is_meant = types.contains(&"null");
    let format = schema.get("format").and_then(Value::as_str).and_then(Format::from_name);
    let form = if let Some(choices) = choices(schema).filter(|_| format != Some(Format::Printed)) {
        Form::Choice(choices)
    } else {
        match types.iter().find(|name| **name != "null").copied() {
            Some("string") => Form::Text { format, longest: number("maxLength"), shortest: number("minLength").unwrap_or(0) },
            Some("integer") => {
                Form::Whole { least: number("minimum").unwrap_or(0), most: number("maximum").unwrap_or(u64::from(u32::MAX)) }
            }
            Some("boolean") => Form::Truth,
            Some("array") => Form::List {
                items: Box::new(schema.get("items").map_or(Shape { form: Form::Anything, null_is_meant: true }, from_schema)),
                least: number("minItems").unwrap_or(0),
                most: number("maxItems"),
            },
            Some("object") => object(schema),
            Some(_) | None => Form::Anything,
        }
    };
    Shape { form, null_is_meant }
}

fn object(schema: &Value) -> Form {
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
        return match schema.get("additionalProperties") {
            Some(values @ Value::Object(_)) => Form::TextMap {
                values: Box::new(from_schema(values)),
                most: schema.get("maxProperties").and_then(Value::as_u64),
                keys: schema.get("propertyNames").and_then(|names| {
                    let bound = |name: &str| names.get(name).and_then(Value::as_u64);
                    Some((bound("minLength")?, bound("maxLength")?))
                }),
            },
            Some(_) | None => Form::Anything,
        };
    };
    let required: Vec<&str> = schema
        .get("required")
        .and_then(Value::as_array)
        .map(|names| names.iter().filter_map(Value::as_str).collect())
        .unwrap_or_default();
    Form::Object(
        properties
            .iter()
            .map(|(name, schema)| Field {
                name: name.clone(),
                required: required.contains(&name.as_str()),
                shape: from_schema(schema),
            })
            .collect(),
    )
}

/// The names of an enum: `enum`, or `oneOf` with a described `const` each.
fn choices(schema: &Value) -> Option<Vec<String>> {
    let names = |values: &[Value]| values.iter().filter_map(|value| value.as_str().map(str::to_owned)).collect::<Vec<_>>();
    if let Some(values) = schema.get("enum").and_then(Value::as_array) {
        return Some(names(values));
    }
    let branches = schema.get("oneOf").and_then(Value::as_array)?;
    let constants: Vec<Value> = branches.iter().filter_map(|branch| branch.get("const").cloned()).collect();
    Some(names(&constants))
}
