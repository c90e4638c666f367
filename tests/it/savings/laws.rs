//! What holds of every report.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest::sample::select;
use simfleet::domain::{Function, LastSeen, LineStatus, Money, Msisdn};
use simfleet::savings::{FindingKind, Reading, Savings, sample, wanted};

use super::scene::{Answer, MB, Scene, Told, Traffic, days_ago, kinds};

fn session() -> impl Strategy<Value = Option<Answer<(LastSeen, Option<String>)>>> {
    let last = prop_oneof![
        Just(LastSeen::Online),
        Just(LastSeen::Never),
        Just(LastSeen::Unsaid),
        (0_u32..200).prop_map(|days| LastSeen::At(days_ago(days))),
    ];
    let seen = prop::option::of(select(vec!["3569380356438001", "490154203237518", "000000000000000", "", "nonsense"]));
    prop_oneof![
        1 => Just(None),
        1 => Just(Some(Err("no answer"))),
        6 => (last, seen).prop_map(|(last, seen)| Some(Ok((last, seen.map(str::to_owned))))),
    ]
}

fn traffic() -> impl Strategy<Value = Option<Answer<Traffic>>> {
    let bytes = || prop::option::weighted(0.9, (0_u64..1_200).prop_map(|megabytes| megabytes * MB));
    prop_oneof![1 => Just(None), 1 => Just(Some(Err("no answer"))), 6 => (bytes(), bytes()).prop_map(|both| Some(Ok(both)))]
}

fn line() -> impl Strategy<Value = Told> {
    let plan = select(vec!["fixed-3mb", "fixed-100mb", "fixed-500mb", "fixed-1gb", "payg-0", "payg-1gb", "uplink-3gb", "gone"]);
    let status = select(vec![
        LineStatus::Active,
        LineStatus::Active,
        LineStatus::Active,
        LineStatus::Suspended,
        LineStatus::CarrierSuspended,
        LineStatus::TerminationAccepted,
        LineStatus::Terminated,
        LineStatus::Unknown("frozen".into()),
    ]);
    let days = || prop::option::of(0_u32..200);
    let bound = prop::option::of(select(vec!["35693803564380", "49015420323751"]));
    let listed = prop::option::of(select(vec!["3569380356438001", "000000000000000"]));
    let flags = (prop::bool::weighted(0.1), any::<bool>());
    (plan, status, days(), days(), bound, listed, session(), traffic(), flags).prop_map(
        |(plan, status, opened, updated, bound, listed, session, traffic, (changing, declared))| Told {
            index: 0,
            plan,
            status,
            opened,
            updated,
            changing,
            bound,
            listed: listed.map(str::to_owned),
            session,
            traffic,
            declared,
        },
    )
}

pub(super) fn lines() -> impl Strategy<Value = Vec<Told>> {
    prop::collection::vec(line(), 0..30).prop_map(|mut lines| {
        for (index, told) in lines.iter_mut().enumerate() {
            told.index = index;
        }
        lines
    })
}

fn of_kind(savings: &Savings, kind: FindingKind) -> Vec<Msisdn> {
    savings.findings.iter().filter(|one| one.matter.kind() == kind).map(|one| one.subject.msisdn).collect()
}

proptest! {
    #[test]
    fn savings_are_never_negative_and_never_more_than_what_is_paid(lines in lines()) {
        let savings = Scene::of(&lines).savings();
        let mut by_line: BTreeMap<Msisdn, Money> = BTreeMap::new();
        for finding in &savings.findings {
            prop_assert!(finding.saving >= Money::ZERO);
            prop_assert!(finding.saving <= finding.subject.monthly.unwrap_or(Money::ZERO), "{finding:?}");
            let best = by_line.entry(finding.subject.msisdn).or_default();
            *best = finding.saving.max(*best);
        }
        prop_assert_eq!(savings.totals.saving, by_line.into_values().sum(), "each line once");
        prop_assert!(savings.totals.saving <= savings.totals.monthly);
        prop_assert!(savings.findings.is_sorted_by_key(|finding| std::cmp::Reverse(finding.saving)));
    }

    #[test]
    fn no_line_is_twice_in_a_finding(lines in lines()) {
        let savings = Scene::of(&lines).savings();
        prop_assert_eq!(kinds(&savings).len(), savings.findings.len());
        for kind in FindingKind::ALL {
            let total = savings.totals.kinds.get(&kind).copied().unwrap_or_default();
            prop_assert_eq!(total.lines, of_kind(&savings, kind).len() as u64);
        }
        let plans: BTreeSet<Msisdn> = of_kind(&savings, FindingKind::OverPlan).into_iter().collect();
        prop_assert!(of_kind(&savings, FindingKind::UnderPlan).iter().all(|line| !plans.contains(line)), "too small and too large");
    }

    #[test]
    fn what_is_unknown_is_never_counted(lines in lines()) {
        let savings = Scene::of(&lines).savings();
        let found = kinds(&savings);
        for unknown in &savings.unknown {
            let kinds: &[&str] = match unknown.what {
                Reading::Session => &["idle"],
                Reading::Traffic => &["underPlan", "overPlan"],
            };
            prop_assert!(kinds.iter().all(|kind| !found.contains(&(unknown.msisdn, kind))), "{unknown:?}");
        }
        for told in &lines {
            let is = |kind| found.contains(&(told.msisdn(), kind));
            if !matches!(told.session, Some(Ok(_))) {
                prop_assert!(!is("idle"), "{told:?}");
            }
            if !matches!(told.traffic, Some(Ok(_))) {
                prop_assert!(!is("underPlan") && !is("overPlan"), "{told:?}");
            }
        }
        // Whoever was not asked, or did not answer, changes nothing of what is said of the others.
        let silent: Vec<Told> = lines.iter().cloned().map(|told| Told { session: Some(Err("x")), traffic: Some(Err("x")), ..told }).collect();
        let savings = Scene::of(&silent).savings();
        for kind in [FindingKind::Idle, FindingKind::UnderPlan, FindingKind::OverPlan] {
            prop_assert_eq!(of_kind(&savings, kind), vec![]);
        }
    }

    /// Words of its own for who is idle.
    #[test]
    fn idle_is_active_and_unseen_for_long(lines in lines()) {
        let savings = Scene::of(&lines).savings();
        let idle: BTreeSet<Msisdn> = of_kind(&savings, FindingKind::Idle).into_iter().collect();
        for told in &lines {
            let unseen = match &told.session {
                Some(Ok((LastSeen::At(at), _))) => *at <= days_ago(90),
                Some(Ok((LastSeen::Never, _))) => told.opened.is_some(),
                _ => false,
            };
            let old = told.opened.is_none_or(|days| days >= 90);
            prop_assert_eq!(idle.contains(&told.msisdn()), told.status == LineStatus::Active && unseen && old, "{:?}", told);
        }
    }

    #[test]
    fn order_does_not_matter(lines in lines(), seed in any::<u64>()) {
        let mut shuffled = lines.clone();
        shuffled.sort_by_key(|told| (told.index as u64 + 1).wrapping_mul(seed | 1).rotate_left(17));
        let (one, other) = (Scene::of(&lines), Scene::of(&shuffled));
        prop_assert_eq!(one.savings(), other.savings());
        prop_assert_eq!(wanted(&one.case()), wanted(&other.case()));
    }

    #[test]
    fn a_sample_keeps_its_limit_and_grows_with_it(lines in lines(), low in 0_u64..40, more in 0_u64..40) {
        let scene = Scene::of(&lines);
        let whole = wanted(&scene.case());
        let (mut small, mut large) = (whole.clone(), whole.clone());
        let (said, _) = (sample(&mut small, low), sample(&mut large, low + more));
        prop_assert!(small.requests() <= low && large.requests() <= low + more);
        prop_assert!(small.sessions.is_subset(&large.sessions) && small.traffic.is_subset(&large.traffic));
        prop_assert!(large.sessions.is_subset(&whole.sessions) && large.traffic.is_subset(&whole.traffic));
        prop_assert_eq!(said.is_some(), whole.requests() > low);
        // Whole lines: nobody is judged by half of what is known.
        for line in &small.sessions {
            prop_assert!(!whole.traffic.contains(line) || small.traffic.contains(line));
        }
    }

    #[test]
    fn what_a_service_does_not_offer_is_not_asked_for(lines in lines()) {
        let scene = Scene::offering(&lines, &[Function::ListSims, Function::Usage]);
        prop_assert!(wanted(&scene.case()).sessions.is_empty());
    }

    /// IMEI, IMEISV and a lost check digit name one device; one other digit of the 14 another one; zeros and nothing none.
    #[test]
    fn devices_are_told_by_fourteen_digits(payload in "[1-9][0-9]{13}", end in "[0-9]{0,2}", at in 0_usize..14, by in 1_u8..10, list in any::<bool>()) {
        let payload: &'static str = payload.leak();
        let seen_as = |seen: String| {
            let (listed, seen) = if list { (Some(seen), None) } else { (None, Some(seen)) };
            let told = Told { bound: Some(payload), listed, session: Some(Ok((LastSeen::Online, seen))), ..Told::default() };
            of_kind(&Scene::of(&[told]).savings(), FindingKind::OtherDevice).len()
        };
        prop_assert_eq!(seen_as(format!("{payload}{end}")), 0);
        let mut other = payload.as_bytes().to_vec();
        other[at] = b'0' + (other[at] - b'0' + by) % 10;
        let other = String::from_utf8(other).expect("digits");
        prop_assert_eq!(seen_as(format!("{other}{end}")), usize::from(other.bytes().any(|byte| byte != b'0')));
        for unknown in ["", "0", "000000000000000", "0000000000000000", "12345", "not known"] {
            prop_assert_eq!(seen_as(unknown.to_owned()), 0);
        }
    }
}
