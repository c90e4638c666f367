//! Every refusal prints the flags that allow exactly this, and with these flags it is applied.

use serde_json::json;

use super::world::{Run, World};

const NOW: &str = "2026-11-10T10:00:00+09:00";

const SHIP_TO: &str = "{postalCode: \"100-0001\", prefecture: 東京都, city: 千代田区, street: 千代田1-1, company: サンプル株式会社, contact: 山田 太郎, phone: \"03-1234-5678\"}";

/// What a fleet wants, and what the account allows.
struct Case {
    name: &'static str,
    fleet: String,
    account: &'static str,
    order: bool,
    /// As many lines besides, all declared suspended.
    lines: u32,
    /// What the flags have to hold.
    flags: &'static [&'static str],
}

fn case(name: &'static str, fleet: &str, flags: &'static [&'static str]) -> Case {
    Case { name, fleet: fleet.to_owned(), account: "", order: false, lines: 0, flags }
}

const SUSPEND: &str = "  sims:\n    - {msisdn: \"08000000001\", state: Suspended}\n";
const TERMINATE: &str =
    "  sims:\n    - {msisdn: \"08000000001\", state: Terminated}\n    - {msisdn: \"08000000002\", state: Suspended}\n";
const COUPONS: &str = "  sims:\n    - {msisdn: \"08000000001\"}\n    - {msisdn: \"08000000002\"}\n  coupons:\n    - {name: a, month: 2026-11, code: add-1gb, msisdns: [\"08000000001\", \"08000000002\"]}\n";
/// One chip to bind and one to start: neither waits for the other.
const CHIPS: &str = "  chipSims:\n    - {msisdn: \"02000000000001\", imei: \"490154203237518\", state: Registered}\n    - {msisdn: \"02000000000002\", state: Active, ratePlan: fixed-500mb}\n";

fn apply(rest: &str) -> String {
    format!("  mode: Apply\n{rest}")
}

/// The policy of a fleet that is applied, and what it declares.
fn policy(policy: &str, rest: &str) -> String {
    apply(&format!("  policy: {{{policy}}}\n{rest}"))
}

fn world(case: &Case) -> World {
    let world = World::at(NOW);
    world.seed(&json!({
        "sims": [{"msisdn": "08000000001", "planCode": "fixed-500mb"}, {"msisdn": "08000000002", "planCode": "fixed-500mb"}],
        "chipSims": [{"msisdn": "02000000000001"}, {"msisdn": "02000000000002", "status": "allocated", "imei": "356938035643809"}],
    }));
    let numbers: Vec<String> = (0..case.lines).map(|number| format!("0801111{number:04}")).collect();
    if numbers.is_empty() {
        world.fleet(&case.fleet);
    } else {
        world.seed(&json!({"sims": numbers.iter().map(|msisdn| json!({"msisdn": msisdn})).collect::<Vec<_>>()}));
        let sims = numbers.iter().map(|msisdn| format!("    - {{msisdn: \"{msisdn}\", state: Suspended}}\n"));
        world.fleet(&format!("{}  sims:\n{}", case.fleet, sims.collect::<String>()));
    }
    let account = std::fs::read_to_string(world.path("fleet/account.yaml")).expect("an account");
    world.write("fleet/account.yaml", &format!("{account}{}", case.account));
    if case.order {
        let order = format!(
            "apiVersion: simfleet.dev/v1alpha1\nkind: SimOrder\nmetadata: {{name: more}}\nspec: {{accountRef: {{name: main}}, \
             systemNumber: \"S0001234\", serviceCode: m2m-lte, ratePlan: fixed-500mb, formFactor: nano, quantity: 3, shipTo: {SHIP_TO}}}\n"
        );
        world.write("fleet/order.yaml", &order);
    }
    world
}

/// The flags behind `Apply with:`.
fn flags(refused: &Run) -> Vec<String> {
    let line = refused.stderr.lines().find(|line| line.starts_with("refused: ")).unwrap_or_else(|| panic!("{refused:?}"));
    let (_, flags) = line.rsplit_once("Apply with: ").unwrap_or_else(|| panic!("{line}"));
    flags.split_whitespace().map(str::to_owned).collect()
}

/// The flags as pairs of an option and its value, and options alone.
fn options(flags: &[String]) -> Vec<Vec<String>> {
    let mut options: Vec<Vec<String>> = Vec::new();
    for flag in flags {
        match options.last_mut() {
            Some(option) if !flag.starts_with("--") => option.push(flag.clone()),
            _ => options.push(vec![flag.clone()]),
        }
    }
    options
}

/// Values of an option that are nearly right: one more, one less, or an id with another last digit.
fn nearly(option: &[String]) -> Vec<Vec<String>> {
    let [name, value] = option else { return Vec::new() };
    let values = if let Some((kind, count)) = value.split_once('=') {
        let count: u64 = count.parse().expect("a number");
        vec![format!("{kind}={}", count - 1), format!("{kind}={}", count + 1)]
    } else {
        let (rest, last) = value.split_at(value.len() - 1);
        vec![format!("{rest}{}", if last == "0" { "1" } else { "0" })]
    };
    values.into_iter().map(|value| vec![name.clone(), value]).collect()
}

/// Refuses without flags; with all flags that it prints applies; without one of them, or with one that
/// is nearly right, refuses and writes nothing.
fn check(case: &Case) {
    let world = world(case);
    let apply = |options: &[Vec<String>]| {
        let options = options.iter().flatten().map(String::as_str);
        world.run(&["apply", "fleet"].into_iter().chain(options).collect::<Vec<_>>())
    };
    let refused = apply(&[]);
    assert_eq!(refused.code, 3, "{}: {refused:?}", case.name);
    assert_eq!(world.mutations().len(), 0, "{}: nothing is written", case.name);
    let flags = flags(&refused);
    let joined = flags.join(" ");
    assert!(case.flags.iter().all(|flag| joined.contains(flag)), "{}: {joined}", case.name);
    let options = options(&flags);
    assert_eq!(options.len(), case.flags.len(), "{}: {joined}", case.name);
    // Behind flags that are not enough the same is said.
    let part = apply(&options[..options.len() - 1]);
    assert_eq!(self::flags(&part), flags, "{}: {part:?}", case.name);
    for place in 0..options.len() {
        let mut fewer = options.clone();
        let option = fewer.remove(place);
        let mut not_enough = vec![fewer];
        for other in nearly(&option) {
            let mut near = options.clone();
            near[place] = other;
            not_enough.push(near);
        }
        for options in not_enough {
            let run = apply(&options);
            assert_eq!((run.code, world.mutations().len()), (3, 0), "{}: with {options:?} of {joined}: {run:?}", case.name);
        }
    }
    // Behind flags that were given before they do no harm.
    let applied = apply(&[options.clone(), options].concat());
    assert_eq!(applied.code, 0, "{}: {joined}: {applied:?}", case.name);
    assert!(!world.mutations().is_empty(), "{}: something is written", case.name);
    world.run(&["audit", "verify", "fleet"]).expect(0);
}

fn check_all(cases: &[Case]) {
    cases.iter().for_each(check);
}

#[test]
fn what_is_reversible_wants_a_yes_and_a_fleet_to_review_its_plans_id() {
    check_all(&[
        case("reversible", &apply(SUSPEND), &["--yes"]),
        case("mode Plan", SUSPEND, &["--approve plan-"]),
        case("mode Plan behind a guard", TERMINATE, &["--approve plan-", "--ack terminate=1"]),
    ]);
}

#[test]
fn what_cannot_be_undone_wants_its_number() {
    let auto = policy("approval: {terminate: Auto}", TERMINATE);
    check_all(&[
        case("terminate behind its guard", &apply(TERMINATE), &["--yes", "--ack terminate=1"]),
        case("terminate approved by the manifest, behind its guard", &auto, &["--yes", "--ack terminate=1"]),
        case("bind and start", &apply(CHIPS), &["--ack bindImei=1", "--ack startUse=1"]),
    ]);
}

#[test]
fn what_is_paid_wants_its_number_or_the_manifests_word() {
    check_all(&[
        case("coupons", &apply(COUPONS), &["--ack buyCoupon=2"]),
        case("coupons approved by the manifest", &policy("approval: {buyCoupon: Auto}", COUPONS), &["--yes"]),
        Case { order: true, ..case("an order", &apply("  sims:\n    - {msisdn: \"08000000001\"}\n"), &["--ack placeOrder=1"]) },
    ]);
}

#[test]
fn a_limit_wants_its_number_whatever_else_is_approved() {
    let both = SUSPEND.replace("Suspended}\n", "Suspended}\n    - {msisdn: \"08000000002\", state: Suspended}\n");
    check_all(&[
        case("suspensions beyond a number", &policy("limits: {suspend: 1}", &both), &["--yes", "--ack suspend=2"]),
        case(
            "coupons beyond a number",
            &policy("limits: {buyCoupon: 1}, approval: {buyCoupon: Auto}", COUPONS),
            &["--yes", "--ack buyCoupon=2"],
        ),
        Case {
            lines: 24,
            ..case("suspensions beyond a percentage", &policy("limits: {suspend: 50%}", ""), &["--yes", "--ack suspend=24"])
        },
    ]);
}

#[test]
fn a_cap_on_money_wants_the_exact_amount() {
    let coupons = apply(COUPONS);
    let month = policy("spend: {perMonth: 1 JPY}, approval: {buyCoupon: Auto}", COUPONS);
    check_all(&[
        case(
            "the fleet's cap of a plan",
            &policy("spend: {perPlan: 1 JPY}", COUPONS),
            &["--ack buyCoupon=2", "--ack spendPerPlan="],
        ),
        case("the fleet's cap of a month", &month, &["--yes", "--ack spendPerMonth="]),
        Case {
            account: "  spend: {perPlan: 1 JPY, perMonth: 2 JPY}\n",
            ..case("the account's caps", &coupons, &["--ack buyCoupon=2", "--ack spendPerPlan=", "--ack spendPerMonth="])
        },
    ]);
}

#[test]
fn an_amount_is_asked_for_once_where_two_caps_share_it() {
    let fleet = policy("spend: {perPlan: 1 JPY}", COUPONS);
    check_all(&[Case {
        account: "  spend: {perPlan: 1 JPY}\n",
        ..case("two caps", &fleet, &["--ack buyCoupon=2", "--ack spendPerPlan="])
    }]);
}

#[test]
fn an_amount_is_asked_for_each_cap_where_they_differ() {
    // The account pays for the order, too.
    let fleet = policy("spend: {perPlan: 1 JPY}", COUPONS);
    let flags = &["--ack buyCoupon=2", "--ack placeOrder=1", "--ack spendPerPlan=2000", "--ack spendPerPlan=2900"];
    check_all(&[Case { order: true, account: "  spend: {perPlan: 1 JPY}\n", ..case("an order beside coupons", &fleet, flags) }]);
}

#[test]
fn the_plan_id_that_a_refusal_offers_is_enough_and_is_offered_where_it_is() {
    const OFFER: &str = "or approve all of this plan with: ";
    let order = Case { order: true, ..case("an order beside coupons", &apply(COUPONS), &[]) };
    for case in [case("reversible", &apply(SUSPEND), &[]), case("bind and start", &apply(CHIPS), &[]), order] {
        let world = world(&case);
        let refused = world.run(&["apply", "fleet"]).expect(3);
        let offer = refused.stderr.lines().find_map(|line| line.strip_prefix(OFFER)).unwrap_or_else(|| panic!("{refused:?}"));
        let option: Vec<String> = offer.split_whitespace().map(str::to_owned).collect();
        for near in nearly(&option) {
            world.run(&["apply", "fleet", &near[0], &near[1]]).expect(3).says("is the id of another plan");
        }
        assert_eq!(world.mutations().len(), 0, "{}", case.name);
        world.run(&["apply", "fleet", &option[0], &option[1]]).expect(0);
        assert!(!world.mutations().is_empty(), "{}", case.name);
    }
    let capped = policy("spend: {perPlan: 1 JPY}", COUPONS);
    for case in [case("behind a guard", &apply(TERMINATE), &[]), case("beyond a cap", &capped, &[])] {
        let refused = world(&case).run(&["apply", "fleet"]).expect(3);
        assert!(!refused.stderr.contains(OFFER), "{}: {}", case.name, refused.stderr);
    }
}

#[test]
fn what_was_spent_before_counts_for_the_month() {
    let account = "  spend: {perMonth: 1000000 JPY}\n";
    let world = world(&Case { account, ..case("", &apply(COUPONS), &[]) });
    world.run(&["apply", "fleet", "--yes", "--ack", "buyCoupon=2"]).expect(0);
    let ledger = world.get("/_emu/ledger");
    let coupons = ledger["entries"].as_array().expect("entries").iter().filter(|entry| entry["kind"] == "coupon");
    let price: Vec<i64> = coupons.filter_map(|entry| entry["amount"].as_i64()).collect();
    let spent: i64 = price.iter().sum();
    assert!(spent > 0, "{ledger}");
    // One more for a line: with the two before it is one yen too many.
    let more = COUPONS
        .replace("  coupons:\n", "  coupons:\n    - {name: b, month: 2026-11, code: add-1gb, msisdns: [\"08000000001\"]}\n");
    let cap = spent + price[0] - 1;
    let capped = format!("approval: {{buyCoupon: Auto}}, spend: {{perMonth: {cap} JPY}}");
    world.fleet(&policy(&capped, &more));
    let run = world.run(&["apply", "fleet", "--yes"]).expect(3);
    let flags = flags(&run);
    assert_eq!(flags, ["--yes".to_owned(), "--ack".to_owned(), format!("spendPerMonth={}", spent + price[0])]);
    world.run(&["apply", "fleet", "--yes", "--ack", &flags[2]]).expect(0);
    // Without the journal the carrier's applications say what was spent.
    std::fs::remove_dir_all(world.path("state")).expect("a state folder");
    let again =
        more.replace("  coupons:\n", "  coupons:\n    - {name: c, month: 2026-11, code: add-1gb, msisdns: [\"08000000002\"]}\n");
    world.fleet(&policy(&capped, &again));
    let run = world.run(&["apply", "fleet", "--yes"]).expect(3);
    assert_eq!(self::flags(&run)[2], format!("spendPerMonth={}", spent + 2 * price[0]));
}
