//! Each rule, told in full.

use simfleet::domain::{Function, LastSeen, LineStatus, Money};
use simfleet::savings::{Finding, Matter, Reading, Since, UnknownWhy, sample, wanted};

use super::scene::{MB, Scene, Told, days_ago, msisdn};

fn only(told: Told) -> Vec<Finding> {
    Scene::of(&[told]).savings().findings
}

fn why(told: Told) -> Vec<(Reading, UnknownWhy)> {
    let savings = Scene::of(&[told]).savings();
    assert_eq!((savings.findings.as_slice(), savings.totals.saving), (&[][..], Money::ZERO), "unknown is nothing found");
    savings.unknown.into_iter().map(|unknown| (unknown.what, unknown.why)).collect()
}

#[test]
fn a_line_in_order_is_no_finding() {
    let savings = Scene::of(&[Told::default()]).savings();
    assert_eq!((savings.findings, savings.unknown), (vec![], vec![]));
    assert_eq!((savings.totals.lines, savings.totals.monthly), (1, Money(450)));
}

#[test]
fn idle_from_the_ninetieth_day_on() {
    let seen = |days| Told { session: Some(Ok((LastSeen::At(days_ago(days)), None))), ..Told::default() };
    assert_eq!(only(seen(89)), []);
    let [finding] = only(seen(90)).try_into().expect("one");
    assert_eq!(finding.saving, Money(450));
    let since = days_ago(90);
    assert_eq!(finding.matter, Matter::Idle { last_seen: Some(since), since, days: 90 });
}

#[test]
fn a_session_that_never_was_counts_from_the_opening() {
    let never = |opened| Told { opened, session: Some(Ok((LastSeen::Never, None))), ..Told::default() };
    assert_eq!(only(never(Some(89))), []);
    let [finding] = only(never(Some(90))).try_into().expect("one");
    assert_eq!(finding.matter, Matter::Idle { last_seen: None, since: days_ago(90), days: 90 });
    assert_eq!(why(never(None)), [(Reading::Session, UnknownWhy::NoOpeningDate)]);
}

#[test]
fn what_is_unknown_is_said() {
    let session = |session| Told { session, ..Told::default() };
    assert_eq!(why(session(Some(Err("500")))), [(Reading::Session, UnknownWhy::Failed("500".into()))]);
    assert_eq!(why(session(Some(Ok((LastSeen::Unsaid, None))))), [(Reading::Session, UnknownWhy::NoTime)]);
    let traffic = |traffic| Told { traffic, ..Told::default() };
    assert_eq!(why(traffic(Some(Err("500")))), [(Reading::Traffic, UnknownWhy::Failed("500".into()))]);
    assert_eq!(why(traffic(Some(Ok((None, None))))), [(Reading::Traffic, UnknownWhy::Stale)]);
    // Left out by a limit: the sample says so, and no line by itself.
    assert_eq!(why(Told { session: None, traffic: None, ..Told::default() }), []);
    let scene = Scene::offering(&[Told { session: None, traffic: None, ..Told::default() }], &[Function::ListSims]);
    let whys: Vec<_> = scene.savings().unknown.into_iter().map(|unknown| unknown.why).collect();
    assert_eq!(whys, [UnknownWhy::NotOffered, UnknownWhy::NotOffered]);
    assert_eq!(wanted(&scene.case()).requests(), 0, "nobody asks for what is not offered");
}

#[test]
fn suspended_is_billed_in_full() {
    let suspended = Told { status: LineStatus::Suspended, session: None, traffic: None, ..Told::default() };
    let mut scene = Scene::of(std::slice::from_ref(&suspended));
    let matter = |scene: &Scene| scene.savings().findings.first().map(|finding| (finding.saving, finding.matter.clone()));
    let since = Since::AtLeast(days_ago(30));
    assert_eq!(matter(&scene), Some((Money(450), Matter::Suspended { since })));
    scene.readings.suspended_at.insert(msisdn(1), days_ago(50));
    assert_eq!(matter(&scene), Some((Money(450), Matter::Suspended { since: Since::At(days_ago(50)) })));
    let [finding] = only(Told { updated: None, ..suspended.clone() }).try_into().expect("one");
    assert_eq!(finding.matter, Matter::Suspended { since: Since::Unsaid });
    assert!(matches!(
        only(Told { status: LineStatus::CarrierSuspended, ..suspended }).as_slice(),
        [Finding { matter: Matter::Suspended { .. }, .. }]
    ));
    for status in [LineStatus::Terminated, LineStatus::CarrierTerminated, LineStatus::Unknown("frozen".into())] {
        let savings = Scene::of(&[Told { status, ..Told::default() }]).savings();
        assert_eq!((savings.findings, savings.totals.lines), (vec![], 0), "nobody bills it, as far as is known");
    }
}

#[test]
fn the_cheapest_plan_of_the_family_that_would_have_held_it() {
    let used = |last: u64, this: u64| Told { traffic: Some(Ok((Some(last), Some(this)))), ..Told::default() };
    let cheaper = |told: Told| match only(told).as_slice() {
        [] => None,
        [Finding { saving, matter: Matter::UnderPlan { cheaper, .. }, .. }] => Some((cheaper.plan.to_string(), saving.0)),
        other => panic!("{other:?}"),
    };
    assert_eq!(cheaper(used(3 * MB, 0)), Some(("fixed-3mb".into(), 300)), "and not uplink-3gb, which is another family");
    assert_eq!(cheaper(used(3 * MB + 1, 0)), Some(("fixed-100mb".into(), 170)));
    assert_eq!(cheaper(used(3 * MB, 90 * MB)), Some(("fixed-100mb".into(), 170)), "this month has to fit too");
    assert_eq!(cheaper(used(250 * MB, 0)), None, "none smaller holds it");
    assert_eq!(cheaper(used(99 * MB, 0)), Some(("fixed-100mb".into(), 170)));
    assert_eq!(cheaper(Told { plan: "fixed-3mb", ..used(0, 0) }), None, "it is the smallest");
    assert_eq!(cheaper(Told { opened: Some(20), ..used(0, 0) }), None, "it had no full month yet");
}

#[test]
fn over_in_either_month() {
    let used = |last: Option<u64>, this| only(Told { traffic: Some(Ok((last, Some(this)))), ..Told::default() });
    assert_eq!(used(Some(500 * MB), 500 * MB), [], "used up is not over");
    for findings in [used(Some(501 * MB), 0), used(Some(0), 501 * MB), used(None, 501 * MB)] {
        let [Finding { saving: Money::ZERO, matter: Matter::OverPlan { larger: Some(larger), .. }, .. }] = findings.as_slice()
        else {
            panic!("{findings:?}")
        };
        assert_eq!((larger.plan.as_str(), larger.monthly), ("fixed-1gb", Money(600)));
    }
    let [Finding { matter: Matter::OverPlan { larger: None, .. }, .. }] = used(Some(5_000 * MB), 0).as_slice() else {
        panic!("no plan of the family holds that")
    };
}

#[test]
fn traffic_says_nothing_about_some_plans() {
    let empty = Some(Ok((Some(0), Some(0))));
    let lines = [
        Told { index: 1, plan: "payg-1gb", traffic: empty, ..Told::default() },
        Told { index: 2, plan: "payg-0", traffic: Some(Ok((Some(5_000 * MB), None))), ..Told::default() },
        Told { index: 3, plan: "gone", traffic: empty, ..Told::default() },
        Told { index: 4, changing: true, traffic: empty, ..Told::default() },
    ];
    let scene = Scene::of(&lines);
    let savings = scene.savings();
    assert_eq!(savings.findings, []);
    let unjudged = savings.unjudged;
    assert_eq!((unjudged.pay_as_you_go, unjudged.unpriced, unjudged.changing), (2, 1, 1));
    assert_eq!((savings.totals.unpriced, savings.totals.monthly), (1, Money(120 + 100 + 450)));
    assert!(wanted(&scene.case()).traffic.is_empty(), "what is not judged is not read");
}

#[test]
fn only_what_a_finding_needs_is_read() {
    let lines = [
        Told { index: 1, ..Told::default() },
        Told { index: 2, opened: Some(10), ..Told::default() },
        Told { index: 3, opened: Some(10), bound: Some("35693803564380"), plan: "payg-0", ..Told::default() },
        Told { index: 4, status: LineStatus::Suspended, ..Told::default() },
        Told { index: 5, status: LineStatus::TerminationAccepted, ..Told::default() },
    ];
    let scene = Scene::of(&lines);
    let wanted = wanted(&scene.case());
    assert_eq!(wanted.sessions, [1, 3].map(msisdn).into(), "a young line cannot be idle, but may be in another device");
    assert_eq!(wanted.traffic, [1, 2].map(msisdn).into());
    assert!(wanted.suspensions);
    let mut all = wanted.clone();
    assert_eq!(sample(&mut all, 4), None, "everything fits");
    assert_eq!(all, wanted);
}

#[test]
fn unmanaged_is_what_the_plan_calls_so() {
    let mut scene = Scene::of(&[Told { declared: false, ..Told::default() }, Told { index: 2, ..Told::default() }]);
    let [finding] = scene.savings().findings.try_into().expect("one");
    assert_eq!((finding.matter, finding.saving), (Matter::Unmanaged, Money::ZERO));
    assert_eq!(finding.subject.monthly, Some(Money(450)));
    let mut case = scene.case();
    case.desired = None;
    assert_eq!(simfleet::savings::judge(&case, &scene.readings, None, &"main".into()).findings, [], "without PATH nothing is");
    for fleet in &mut scene.desired.fleets {
        fleet.policy.unmanaged = simfleet::domain::Unmanaged::Ignore;
    }
    assert_eq!(scene.savings().findings, []);
}
