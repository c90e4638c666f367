//! Two runs at the same moment with one journal: one works, the other says who does, and nothing is bought twice.

use std::process::{Child, Command, Stdio};

use serde_json::json;

use super::world::{Run, World};

const LINES: u32 = 6;

/// A grant for six lines.
fn world() -> World {
    let world = World::at("2026-11-10T10:00:00+09:00");
    let numbers: Vec<String> = (1..=LINES).map(|number| format!("0800000000{number}")).collect();
    let sims: Vec<_> = numbers.iter().map(|msisdn| json!({"msisdn": msisdn, "planCode": "fixed-500mb"})).collect();
    world.seed(&json!({"sims": sims}));
    let declared = numbers.iter().map(|msisdn| format!("    - {{msisdn: \"{msisdn}\"}}\n")).collect::<Vec<_>>().concat();
    let quoted = numbers.iter().map(|msisdn| format!("{msisdn:?}")).collect::<Vec<_>>().join(", ");
    world.fleet(&format!(
        "  mode: Apply\n  policy: {{approval: {{buyCoupon: Auto}}}}\n  sims:\n{declared}  coupons:\n    - {{name: firmware, month: 2026-11, code: \
         add-1gb, msisdns: [{quoted}]}}\n"
    ));
    world
}

const APPLY: [&str; 5] = ["apply", "fleet", "--yes", "--journal", "shared.db"];

fn started(world: &World) -> Child {
    world.command(&APPLY).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("simfleet runs")
}

#[test]
fn of_runs_at_the_same_moment_each_works_or_says_who_does() {
    for _ in 0..3 {
        let world = world();
        let runs: Vec<Child> = (0..4).map(|_| started(&world)).collect();
        let processes: Vec<String> = runs.iter().map(|run| format!("process {} on ", run.id())).collect();
        let runs: Vec<Run> = runs.into_iter().map(|run| Run::of(&run.wait_with_output().expect("it ends"))).collect();
        for run in &runs {
            let refused = run.stderr.contains("another simfleet is applying to this account");
            assert_eq!(run.code, i32::from(refused), "{run:?}");
            // It names one of the others.
            assert_eq!(refused, processes.iter().any(|process| run.stderr.contains(process)), "{run:?}");
        }
        assert!(runs.iter().any(|run| run.code == 0), "somebody worked: {runs:?}");
        assert_eq!(world.billed("coupon").len(), 6, "one each");
        world.run(&APPLY).expect(0).says("No changes");
        assert_eq!(world.mutations().len(), 6);
        world.run(&["audit", "verify", "shared.db.audit.jsonl"]).expect(0);
    }
}

#[test]
fn while_one_looks_into_a_purchase_the_other_ends_and_reading_goes_on() {
    let world = world();
    // The carrier has done nothing, and its answer does not say so: the first run asks for a minute.
    world.fault(5, "errorBeforeCommit", 1);
    let (mut first, _) = world.until_lost(&APPLY);
    let holder = format!("process {} on ", first.id());
    world.run(&APPLY).expect(1).says("another simfleet is applying to this account").says(&holder);
    world.run(&["apply", "fleet", "--yes", "--journal", "shared.db", "--strict"]).expect(1).says(&holder);
    // What only reads does not wait for anybody.
    world.run(&["plan", "fleet", "--journal", "shared.db"]).expect(5).says("In doubt: 1");
    world.run(&["ops", "list", "--journal", "shared.db", "--in-doubt"]).expect(5);
    world.run(&["audit", "verify", "shared.db.audit.jsonl"]).expect(0);
    assert!(first.try_wait().expect("a process").is_none(), "the first one was at work all the time");
    let stopped = Command::new("kill").args(["-INT", &first.id().to_string()]).status().expect("kill runs");
    assert!(stopped.success());
    assert_eq!(first.wait().expect("it ends").code(), Some(130));

    // The next one waits with that line, and with no other.
    world.run(&APPLY).expect(5).says("IN_DOUBT");
    assert_eq!(world.billed("coupon").len(), 5);
    world.advance("PT16M");
    world.run(&APPLY).expect(0).says("it was not done");
    world.run(&APPLY).expect(0).says("No changes");
    assert_eq!(world.billed("coupon").len(), 6);
    world.run(&["audit", "verify", "shared.db.audit.jsonl"]).expect(0);
}
