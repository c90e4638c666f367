//! Renders the chart with its default values, as far as the chart goes: it keeps to four forms, and a test machine
//! need not have Helm. Any other form is refused.

use std::path::Path;

use serde_json::Value;

/// All templates, as one stream of documents.
pub(super) fn render(chart: &Path, release: &str, namespace: &str) -> String {
    let values: Value =
        serde_yaml::from_str(&std::fs::read_to_string(chart.join("values.yaml")).expect("the chart is as charts are"))
            .expect("the chart is as charts are");
    let mut names: Vec<_> = std::fs::read_dir(chart.join("templates"))
        .expect("the chart is as charts are")
        .map(|entry| entry.expect("the chart is as charts are").path())
        .collect();
    names.retain(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    names.sort();
    let mut used = Vec::new();
    let mut rendered = String::new();
    for path in names {
        let mut rest = std::fs::read_to_string(path).expect("the chart is as charts are");
        while let Some((before, after)) = rest.split_once("{{ ") {
            let (action, after) = after.split_once(" }}").expect("an action ends");
            rendered.push_str(before);
            rendered.push_str(&action_of(chart, &values, release, namespace, action, &mut used));
            rest = after.to_owned();
        }
        rendered.push_str(&rest);
        rendered.push_str("\n---\n");
    }
    for key in values.as_object().expect("the chart is as charts are").keys() {
        assert!(used.iter().any(|path| path.starts_with(key.as_str())), "values.yaml has {key}, which no template uses");
    }
    rendered
}

fn action_of(chart: &Path, values: &Value, release: &str, namespace: &str, action: &str, used: &mut Vec<String>) -> String {
    let mut value = |path: &str| {
        let path = path.strip_prefix(".Values.").expect("a value");
        used.push(path.to_owned());
        values.pointer(&format!("/{}", path.replace('.', "/"))).unwrap_or_else(|| panic!("values.yaml has no {path}")).clone()
    };
    match action.split(' ').collect::<Vec<_>>().as_slice() {
        [".Release.Name"] => release.to_owned(),
        [".Release.Namespace"] => namespace.to_owned(),
        [path] => match value(path) {
            Value::String(text) => text,
            other @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => other.to_string(),
        },
        [path, "|", "toJson"] => value(path).to_string(),
        [".Files.Get", file, "|", "indent", width] => {
            let text = std::fs::read_to_string(chart.join(file.trim_matches('"'))).expect("the chart is as charts are");
            let indent = " ".repeat(width.parse().expect("the chart is as charts are"));
            text.lines().map(|line| format!("{indent}{line}")).collect::<Vec<_>>().join("\n")
        }
        _ => panic!("{{{{ {action} }}}}: this form is not known here; write it in a simpler one"),
    }
}
