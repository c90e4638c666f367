//! `--redact` and where parcels go: no person and no door is shown, whatever is wrong with the manifest that names them.

use super::world::{Run, World};

/// Parts of addresses that nobody may read, as they are written and as they would be proposed.
const SECRETS: [&str; 15] = [
    "上野1-2-3",
    "上野１",
    "ｳｴﾉ",
    "ウエノ",
    "ひみつビル",
    "秘密商会",
    "極秘部",
    "佐藤",
    "花子",
    "03-9876",
    "0398765432",
    "9876-5432",
    "110-000",
    "1100005",
    "台東区御徒町",
];

/// An order with what is to be wrong with it, on one line and on several.
fn orders(fields: &str) -> String {
    let head = |name: &str| {
        format!(
            "apiVersion: simfleet.dev/v1alpha1\nkind: SimOrder\nmetadata: {{name: {name}}}\nspec:\n  accountRef: {{name: main}}\n  \
             systemNumber: \"S0001234\"\n  serviceCode: m2m-lte\n  ratePlan: fixed-500mb\n  formFactor: nano\n  quantity: 3\n"
        )
    };
    let block = fields.split(", ").fold(String::new(), |block, field| format!("{block}    {field}\n"));
    format!("{}  shipTo: {{{fields}}}\n  timeSlot: evening\n---\n{}  shipTo:\n{block}", head("one-line"), head("block"))
}

const RIGHT: &str = "postalCode: \"110-0005\", prefecture: 東京都, city: 台東区, street: 上野1-2-3, building: ひみつビル, company: \
                     秘密商会, department: 極秘部, contact: 佐藤花子, phone: \"03-9876-5432\"";

fn redacted(world: &World, arguments: &[&str]) -> Run {
    let mut command = world.command(arguments);
    Run::of(
        &command.args(["--redact"]).env("SIMFLEET_REDACTION_KEY", "a key for the tests only").output().expect("simfleet runs"),
    )
}

fn names_nobody(run: &Run, what: &str) {
    for secret in SECRETS {
        assert!(!run.stdout.contains(secret) && !run.stderr.contains(secret), "{secret} in {what}\n{}{}", run.stdout, run.stderr);
    }
}

#[test]
fn findings_tell_what_is_wrong_and_not_where_parcels_go() {
    let world = World::at("2026-11-10T10:00:00+09:00");
    world.fleet("  sims:\n    - {msisdn: \"08012345678\"}\n");
    for (right, wrong, said) in [
        ("\"03-9876-5432\"", "\"03-9876-54321x\"", "phone must have ten or eleven half-width digits"),
        ("\"03-9876-5432\"", "0398765432", "stands without quotes"),
        ("\"110-0005\"", "\"110-000\"", "seven half-width digits"),
        ("\"110-0005\"", "1100005", "stands without quotes"),
        ("上野1-2-3", "ｳｴﾉ 1-2-3", "street has"),
        ("上野1-2-3", "\" 上野1-2-3\"", "begins or ends with a blank"),
        ("city: 台東区", "city: 台東区御徒町１ﾁｮｳﾒ", "city has"),
        ("東京都", "東京都台東区御徒町", "must be one of the 47 prefectures"),
        ("東京都", "[台東区御徒町]", "is expected here"),
        ("contact: 佐藤花子", "contact: 1100005", "text is expected here"),
        ("street:", "strret:", "there is no such field here"),
        ("street: 上野1-2-3", "上野1-2-3:", "street is missing"),
        ("company: 秘密商会", "company:", "company is"),
        ("contact: 佐藤花子", "contact: \"佐藤花子\", contact: 佐藤", "contact"),
        ("contact: 佐藤花子", "contact: \"佐藤花子", "this is not YAML"),
        ("prefecture", "shipping: x, prefecture", "there is no such field here"),
    ] {
        world.write("fleet/orders.yaml", &orders(&RIGHT.replacen(right, wrong, 1)));
        for format in ["text", "json", "github", "gitlab", "sarif", "junit"] {
            let run = redacted(&world, &["validate", "fleet", "--format", format]).expect(1);
            names_nobody(&run, &format!("{wrong} as {format}"));
            let text = format!("{}{}", run.stdout, run.stderr);
            assert!(text.contains(said), "{wrong} as {format}: {said}\n{text}");
        }
        names_nobody(&redacted(&world, &["--log-format", "json", "validate", "fleet"]).expect(1), wrong);
        names_nobody(&redacted(&world, &["fmt", "--check", "fleet"]), wrong);
    }
    // Other documents are quoted as ever.
    world.fleet("  sims:\n    - {msisdn: \"08012345678\", state: Aktive}\n");
    redacted(&world, &["validate", "fleet"]).expect(1).says("state: Aktive}");
}

#[test]
fn a_finding_elsewhere_in_an_order_does_not_quote_it() {
    let world = World::at("2026-11-10T10:00:00+09:00");
    world.fleet("  sims:\n    - {msisdn: \"08012345678\"}\n");
    let line = format!(
        "{{apiVersion: simfleet.dev/v1alpha1, kind: SimOrder, metadata: {{name: x}}, spec: {{quantity: 0, shipTo: {{{RIGHT}}}}}}}\n"
    );
    world.write("fleet/order.yaml", &line);
    let run = redacted(&world, &["validate", "fleet"]).expect(1).says("fleet/order.yaml:1:").says("from 1 to 999");
    names_nobody(&run, "text");
}

#[test]
fn patches_name_files_with_an_address_and_do_not_show_them() {
    let world = World::at("2026-11-10T10:00:00+09:00");
    world.fleet("  sims:\n    - {msisdn: \"08012345678\"}\n");
    world.write("fleet/orders.yaml", &orders(RIGHT).replace("quantity: 3", "quantity:   3"));
    let plain = world.run(&["fmt", "--check", "fleet"]).expect(1);
    assert!(plain.stdout.contains("quantity: 3"), "{}", plain.stdout);
    let run =
        redacted(&world, &["fmt", "--check", "fleet"]).expect(1).says("fleet/orders.yaml changes too").says("not formatted");
    names_nobody(&run, "a patch");
    assert!(!run.stdout.contains("orders.yaml"), "{}", run.stdout);
}
