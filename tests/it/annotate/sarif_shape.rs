//! What a SARIF 2.1.0 file may hold: the part of the OASIS schema that simfleet writes, with everything else refused.

use serde_json::{Value, json};

/// The schema. Requirements and enumerations are those of `sarif-schema-2.1.0.json`; `message.text`, `rules`, `help.text`
/// and a region with every place are what GitHub requires besides.
fn schema() -> Value {
    let message = json!({"type": "object", "required": ["text"], "additionalProperties": false,
        "properties": {"text": {"type": "string", "minLength": 1}, "markdown": {"type": "string", "minLength": 1}}});
    let level = json!({"enum": ["none", "note", "warning", "error"]});
    let place = json!({"type": "object", "required": ["artifactLocation"], "additionalProperties": false, "properties": {
        "artifactLocation": {"type": "object", "required": ["uri"], "additionalProperties": false, "properties": {
            "uri": {"type": "string", "pattern": "^(file:///)?[A-Za-z0-9._~/%-]+$"},
            "uriBaseId": {"const": "%SRCROOT%"},
        }},
        "region": {"type": "object", "required": ["startLine"], "additionalProperties": false, "properties": {
            "startLine": {"type": "integer", "minimum": 1},
            "startColumn": {"type": "integer", "minimum": 1},
            "endColumn": {"type": "integer", "minimum": 1},
        }},
    }});
    let result = json!({"type": "object", "additionalProperties": false,
        "required": ["ruleId", "ruleIndex", "level", "message", "locations", "partialFingerprints"], "properties": {
        "ruleId": {"type": "string"},
        "ruleIndex": {"type": "integer", "minimum": 0},
        "level": level,
        "message": message,
        "locations": {"type": "array", "maxItems": 1, "items": {"type": "object", "additionalProperties": false,
            "required": ["physicalLocation"], "properties": {"physicalLocation": place}}},
        "relatedLocations": {"type": "array", "minItems": 1, "uniqueItems": true, "items": {"type": "object",
            "additionalProperties": false, "required": ["id", "message", "physicalLocation"],
            "properties": {"id": {"type": "integer", "minimum": 0}, "message": message, "physicalLocation": place}}},
        "partialFingerprints": {"type": "object", "minProperties": 1, "additionalProperties": {"type": "string"}},
    }});
    let rule = json!({"type": "object", "additionalProperties": false, "required": ["id", "shortDescription", "help"], "properties": {
        "id": {"type": "string"}, "shortDescription": message, "help": message,
    }});
    json!({"type": "object", "additionalProperties": false, "required": ["$schema", "version", "runs"], "properties": {
        "$schema": {"type": "string", "format": "uri"},
        "version": {"const": "2.1.0"},
        "runs": {"type": "array", "minItems": 1, "maxItems": 1, "items": {"type": "object", "additionalProperties": false,
            "required": ["tool", "results", "invocations", "columnKind"], "properties": {
            "tool": {"type": "object", "additionalProperties": false, "required": ["driver"], "properties": {"driver": {
                "type": "object", "additionalProperties": false, "required": ["name", "rules"], "properties": {
                    "name": {"type": "string"},
                    "semanticVersion": {"type": "string"},
                    "rules": {"type": "array", "uniqueItems": true, "items": rule},
            }}}},
            "invocations": {"type": "array", "items": {"type": "object", "additionalProperties": false,
                "required": ["executionSuccessful"], "properties": {
                    "executionSuccessful": {"type": "boolean"},
                    "toolExecutionNotifications": {"type": "array", "items": {"type": "object", "additionalProperties": false,
                        "required": ["message"], "properties": {"message": message, "level": level}}},
            }}},
            "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
            "results": {"type": "array", "maxItems": 25_000, "items": result},
        }}},
    }})
}

/// Ends the test unless the document is what the schema allows, and every result names the rule that it points to.
#[track_caller]
pub(super) fn assert_sarif(text: &str) -> Value {
    let document: Value = serde_json::from_str(text).expect("JSON");
    let validator = jsonschema::validator_for(&schema()).expect("a schema");
    let problems: Vec<String> =
        validator.iter_errors(&document).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(problems.is_empty(), "{}\n{text}", problems.join("\n"));
    let run = &document["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().expect("rules");
    for result in run["results"].as_array().expect("results") {
        let index = usize::try_from(result["ruleIndex"].as_u64().expect("a number")).expect("small");
        assert_eq!(rules[index]["id"], result["ruleId"]);
        for region in [&result["locations"][0]["physicalLocation"]["region"]] {
            if let (Some(start), Some(end)) = (region["startColumn"].as_u64(), region["endColumn"].as_u64()) {
                assert!(start < end, "{region}");
            }
        }
    }
    document
}
