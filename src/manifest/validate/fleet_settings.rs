//! What the settings of a whole fleet cannot say, though an entry could.

use super::structure::Step;
use crate::diag::{Code, codes};

/// A state that no line gets by default: each line's end is declared by itself.
///
/// Code, message and help.
pub(crate) fn default_state(steps: &[Step], text: &str) -> Option<(Code, String, &'static str)> {
    let default = matches!(steps, [Step::Field(spec), Step::Field(defaults), Step::Field(state)]
        if spec == "spec" && defaults == "defaults" && state == "state");
    (default && text == "Terminated").then(|| {
        (
            codes::TERMINATED_BY_DEFAULT,
            "Terminated as a default would end every line that names no state".to_owned(),
            "write state: Terminated on each line that is to end",
        )
    })
}

/// A limit or an approval of orders: they belong to no fleet, so it would count and approve nothing.
///
/// Code, message and help.
pub(crate) fn without_effect(steps: &[Step], name: &str) -> Option<(Code, String, &'static str)> {
    let [Step::Field(spec), Step::Field(policy), Step::Field(list)] = steps else { return None };
    if spec != "spec" || policy != "policy" || name != "placeOrder" {
        return None;
    }
    match list.as_str() {
        "limits" => Some((
            codes::SETTING_WITHOUT_EFFECT,
            "orders belong to no fleet, so a limit of a fleet holds none back".to_owned(),
            "remove it; spec.spend of the CarrierAccount limits what orders cost, and each wants --ack placeOrder=N",
        )),
        "approval" => Some((
            codes::SETTING_WITHOUT_EFFECT,
            "orders belong to no fleet, so the policy of a fleet approves none".to_owned(),
            "remove it; apply orders with --ack placeOrder=N or --approve PLAN_ID",
        )),
        _ => None,
    }
}
