//! Limits, approvals and spend limits.

use crate::api::{ApprovalMode, PolicySpec, SpendSpec, UnmanagedMode};
use crate::domain::{Approval, Policy, SpendLimits, Unmanaged};
use crate::manifest::validate::amounts;

/// Declared limits replace the defaults kind by kind. Drift ignores name lines, and are compiled with those.
pub(super) fn policy(spec: &PolicySpec) -> Policy {
    let PolicySpec { unmanaged, limits, approval, spend, allow_duplicate_imei, drift_ignores: _ } = spec;
    let mut policy = Policy {
        unmanaged: match unmanaged {
            UnmanagedMode::Report => Unmanaged::Report,
            UnmanagedMode::Ignore => Unmanaged::Ignore,
        },
        spend: spend_limits(spend.as_ref()),
        allow_duplicate_imei: *allow_duplicate_imei,
        ..Policy::default()
    };
    policy.limits.extend(limits.by_kind().map(|(kind, value)| (kind, value.0)));
    policy.approval.extend(approval.by_kind().map(|(kind, mode)| {
        let approval = match mode {
            ApprovalMode::Manual => Approval::Manual,
            ApprovalMode::Auto => Approval::Auto,
        };
        (kind, approval)
    }));
    policy
}

/// The structural check has refused what is no amount.
pub(super) fn spend_limits(spec: Option<&SpendSpec>) -> SpendLimits {
    let Some(SpendSpec { per_plan, per_month }) = spec else { return SpendLimits::default() };
    let amount = |text: &Option<String>| text.as_deref().and_then(amounts::money);
    SpendLimits { per_plan: amount(per_plan), per_month: amount(per_month) }
}
