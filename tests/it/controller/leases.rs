//! Several replicas share accounts by leases: a seeded world of slow and broken connections, lost answers, skewed
//! clocks, and replicas that come, freeze, go and die.

mod store;
mod world;

use std::collections::BTreeSet;

use proptest::collection::btree_set;
use proptest::{prop_assert, prop_assert_eq, proptest};
use simfleet::controller::AccountKey;
use simfleet::controller::lease::owner;

use world::{play, quiet};

fn account(number: usize) -> AccountKey {
    AccountKey { namespace: "carrier".into(), name: format!("account-{number}").into() }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the switch of the long runs")]
fn at_most_one_replica_has_an_account_and_in_the_end_one_has() {
    let seeds = if std::env::var_os("SIMFLEET_SIM").is_some_and(|long| long == "long") { 5_000 } else { 40 };
    for seed in 0..seeds {
        let played = play(seed);
        assert!(played.changes_of_hands > 0, "seed {seed}: nothing happened");
        assert_eq!(played.unheld, Vec::<AccountKey>::new(), "seed {seed}: accounts that nobody has, 60 s after all is well");
        assert_eq!(played.litter, Vec::<String>::new(), "seed {seed}: leases of the dead, 2 minutes after all is well");
    }
}

#[test]
fn at_rest_a_replica_writes_and_reads_once_in_five_seconds() {
    // 3 replicas, 60 rounds of 5 s each, a write and a list, and every 30 s a list of the locks; their clocks differ by up
    // to 15 %.
    let one = quiet(3, 1, 300);
    assert!((331..=449).contains(&one), "{one} requests in 300 s");
    let hundred = quiet(3, 100, 300);
    assert!(hundred.abs_diff(one) < 10, "{one} requests for one account, {hundred} for a hundred");
}

#[test]
fn a_replica_that_leaves_is_not_waited_for() {
    let gap = world::handover();
    assert!(gap.as_secs() < 8, "its accounts had nobody for {gap:?}");
}

proptest! {
    #[test]
    fn only_the_accounts_of_a_replica_that_comes_or_goes_change_hands(
        sessions in btree_set("[a-z]{1,8}", 1..12),
        newcomer in "[A-Z]{1,8}",
    ) {
        let accounts: Vec<AccountKey> = (0..400).map(account).collect();
        let before: Vec<&str> = sessions.iter().map(String::as_str).collect();
        let after: Vec<&str> = before.iter().copied().chain([newcomer.as_str()]).collect();
        let mut moved = 0;
        for account in &accounts {
            let was = owner(account, before.iter().copied());
            let is = owner(account, after.iter().copied());
            if was != is {
                prop_assert_eq!(is, Some(newcomer.as_str()));
                moved += 1;
            }
        }
        // Its fair share, give or take what hashing makes of 400.
        let fair = accounts.len() / after.len();
        prop_assert!(moved >= fair / 3 && moved <= fair * 2 + 20, "{moved} of {} moved, {} is fair", accounts.len(), fair);
    }

    #[test]
    fn the_order_of_sessions_does_not_matter(sessions in btree_set("[a-z]{1,8}", 1..8), number in 0usize..1000) {
        let sessions: BTreeSet<String> = sessions;
        let account = account(number);
        prop_assert_eq!(
            owner(&account, sessions.iter().map(String::as_str)),
            owner(&account, sessions.iter().rev().map(String::as_str))
        );
    }
}
