//! Whose a known purchase is. Grants and policies have no name at the carrier, so without a journal this
//! can only be told by line, month and coupon.
//!
//! 1. What the journal knows as a declared grant's or policy's own is its.
//! 2. What is left (made by hand, by another machine, or by a grant that is no longer declared) is claimed
//!    by declared grants of the same coupon (where the carrier and the journal differ: of either; where nobody
//!    says: of any), in the order of their names. Claimed means bought: so a lost journal, a renamed grant or another machine buys nothing twice.
//! 3. What is left then counts for the policies of that coupon.

use crate::domain::calendar::YearMonth;
use crate::domain::{DesiredGrant, DesiredTopUp};
use crate::plan::purchase::ledger::{Asker, Fit, Known};

/// Who a purchase is put down to: indices into the line's grants or policies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Claimant {
    Grant(usize),
    Policy(usize),
    Nobody,
}

/// The claims on the purchases of one line, in their order.
#[derive(Debug)]
pub(crate) struct Claims(Vec<Claimant>);

impl Claims {
    /// `grants` are the line's, sorted by name; `policies` are its fleet's.
    pub(crate) fn on(known: &[Known<'_>], grants: &[&DesiredGrant], policies: &[&DesiredTopUp], month: YearMonth) -> Self {
        let mut claims: Vec<Claimant> = known.iter().map(|known| by_journal(known, grants, policies)).collect();
        // Certain coupons first: one that may be another may then serve a grant that has no other.
        for fit in [Fit::Agreed, Fit::Disputed, Fit::Possible] {
            for (index, grant) in grants.iter().enumerate().filter(|(_, grant)| grant.month == month) {
                let claimant = Claimant::Grant(index);
                if claims.contains(&claimant) {
                    continue;
                }
                let fits = |known: &Known<'_>| known.fit(&grant.code) == Some(fit);
                let free = claims.iter_mut().zip(known).find(|(claim, known)| **claim == Claimant::Nobody && fits(known));
                if let Some((claim, _)) = free {
                    *claim = claimant;
                }
            }
        }
        Self(claims)
    }

    /// Whether a grant has claimed one.
    pub(crate) fn grant_is_bought(&self, index: usize) -> bool {
        self.0.contains(&Claimant::Grant(index))
    }

    /// The claimants, in the order of the purchases.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Claimant> {
        self.0.iter().copied()
    }
}

fn by_journal(known: &Known<'_>, grants: &[&DesiredGrant], policies: &[&DesiredTopUp]) -> Claimant {
    let Some(record) = known.record else { return Claimant::Nobody };
    let claimant = match Asker::of(&record.purchase.reason) {
        Asker::Grant(name) => {
            grants.iter().position(|grant| *grant.name == *name && grant.month == record.purchase.month).map(Claimant::Grant)
        }
        Asker::TopUp(name) => policies.iter().position(|policy| *policy.name == *name).map(Claimant::Policy),
    };
    claimant.unwrap_or(Claimant::Nobody)
}
