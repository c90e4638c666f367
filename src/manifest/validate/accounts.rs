//! Every fleet's account is declared.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::diag::{codes, did_you_mean};
use crate::manifest::sink::{Place, Sink};

/// Accounts that fleets name and nobody declares. With no account declared at all, one name is fine:
/// the command line then says where it is.
pub(crate) fn unknown<'a>(
    declared: &BTreeSet<Arc<str>>,
    references: impl Iterator<Item = (&'a Arc<str>, &'a Place)> + Clone,
    sink: &mut Sink,
) {
    let names: BTreeSet<&Arc<str>> = references.clone().map(|(name, _)| name).collect();
    if declared.is_empty() && names.len() <= 1 {
        return;
    }
    for (name, place) in references.filter(|(name, _)| !declared.contains(*name)) {
        let help = if let Some(meant) = did_you_mean(name, declared.iter().map(|name| &**name)) {
            format!("did you mean {meant}?")
        } else if declared.is_empty() {
            "fleets name several accounts, so each needs a CarrierAccount document".to_owned()
        } else {
            format!("the accounts are {}", declared.iter().map(|name| &**name).collect::<Vec<_>>().join(", "))
        };
        sink.push(place.clone().error(codes::UNKNOWN_ACCOUNT, format!("there is no CarrierAccount named {name}")).help(help));
    }
}
