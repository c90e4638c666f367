//! The check-list: for somebody who clicks, and who did not see the plan.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::purchase;
use super::step::{Step, Work};
use crate::count::counted;
use crate::domain::{OperationKind, Risk};
use crate::plan::{AccountSection, Operation, Plan};
use crate::render::escape::markdown;
use crate::render::view::Count;

/// Rows of a file that the console shows before it accepts it (DOMAIN 4).
const SHOWN_ROWS: usize = 10;

pub(super) fn text(plan: &Plan, section: &AccountSection, folder: &str, steps: &[Step<'_>]) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = write(&mut text, plan, section, folder, steps);
    text
}

fn write(out: &mut String, plan: &Plan, section: &AccountSection, folder: &str, steps: &[Step<'_>]) -> std::fmt::Result {
    let operations: usize = steps.iter().map(|step| step.operations().count()).sum();
    writeln!(out, "# {}: check-list for the console / コンソール作業手順", markdown(folder))?;
    writeln!(out)?;
    writeln!(
        out,
        "{}{} in {}, for plan {}, from lists exported at {}.",
        super::of_account(&section.name),
        counted(operations, "operation"),
        counted(steps.len(), "step"),
        markdown(&plan.plan_id),
        section.observed.at
    )?;
    writeln!(
        out,
        "Finish before {} / この日時までに作業してください. After that, have the lists exported and planned again.",
        plan.expires_at
    )?;
    if buys(steps) {
        writeln!(out)?;
        writeln!(
            out,
            "Coupons and orders that are not bought by then: do not buy them any more, and say so / \
             クーポン・申込は、この日時を過ぎたら購入せず、未実施として連絡してください。"
        )?;
    }
    warnings(out, steps)?;
    writeln!(out)?;
    writeln!(out, "## How to go about it / 進め方")?;
    writeln!(out)?;
    writeln!(out, "1. Go from top to bottom. Begin no wave before the console shows the waves above it as done / 上から順に。")?;
    writeln!(out, "2. Compare each line before you change it: where it is not as stated under \"from\", leave it and say so.")?;
    writeln!(out, "3. Tick what is done. Do nothing twice / 二重に実行しないでください。")?;
    let mut wave = 0;
    let mut kind = None;
    for step in steps {
        if step.wave != wave {
            (wave, kind) = (step.wave, None);
            writeln!(out)?;
            writeln!(out, "## Wave {wave} / 第{wave}段階")?;
        }
        if kind != Some(step.kind) {
            kind = Some(step.kind);
            heading(out, step.kind)?;
        }
        match &step.work {
            Work::File { name, rows } => file(out, step, name, rows.iter().map(|(row, operation)| (*row, *operation)))?,
            Work::Line(operation) => line(out, step, operation)?,
        }
    }
    writeln!(out)?;
    writeln!(out, "## When all is done / 作業後")?;
    writeln!(out)?;
    writeln!(
        out,
        "Export SIMカード一覧 and チップSIM一覧 again. simfleet takes a step as done when the lists show it, and plans none of \
         them again before. What will not be done is given back; PATH is where the manifests are / \
         一覧を再度エクスポートしてください。実施しなかった手順は、次のコマンドで取り下げます(PATH はマニフェストの場所)。"
    )?;
    writeln!(out)?;
    writeln!(out, "    simfleet ops resolve ID PATH --outcome not-done")?;
    if !buys(steps) {
        return Ok(());
    }
    writeln!(out)?;
    writeln!(
        out,
        "Coupons and orders are in no list. Each is done when its number is given, one number for each / \
         クーポンと申込は一覧に現れません。申込番号を1件ずつ登録してください。"
    )?;
    writeln!(out)?;
    writeln!(out, "    simfleet ops resolve ID PATH --outcome done --application NUMBER")
}

fn buys(steps: &[Step<'_>]) -> bool {
    steps.iter().any(|step| step.kind.is_purchase())
}

/// What cannot be undone, before anything else is read.
fn warnings(out: &mut String, steps: &[Step<'_>]) -> std::fmt::Result {
    let mut irreversible: BTreeMap<OperationKind, usize> = BTreeMap::new();
    for step in steps.iter().filter(|step| step.kind.risk() == Risk::R5) {
        *irreversible.entry(step.kind).or_default() += step.operations().count();
    }
    if irreversible.is_empty() {
        return Ok(());
    }
    let what: Vec<String> = irreversible
        .into_iter()
        .map(|(kind, count)| format!("{} × {} ({})", Count::from(count), kind.function().label(), kind.function().title()))
        .collect();
    writeln!(out)?;
    writeln!(out, "> **Cannot be undone / 取り消せません:** {}", what.join(", "))
}

fn heading(out: &mut String, kind: OperationKind) -> std::fmt::Result {
    let function = kind.function();
    let consequence = match kind {
        OperationKind::BindImei => " — **for ever / 変更不可**",
        OperationKind::StartUse => " — **billing starts, for ever / 課金開始・取消不可**",
        OperationKind::Terminate => " — **for ever / 取消不可**",
        OperationKind::Suspend => " — cuts service; billed all the same / 停止中も課金されます",
        OperationKind::BuyCoupon | OperationKind::PlaceOrder => " — **costs money each time / 都度課金**",
        OperationKind::Resume
        | OperationKind::ChangeRatePlan
        | OperationKind::Allocate
        | OperationKind::Deallocate
        | OperationKind::CancelApplication => "",
    };
    writeln!(out)?;
    writeln!(out, "### {} / {} (function {}){consequence}", function.label(), function.title(), function.number())?;
    writeln!(out)
}

fn file<'p>(
    out: &mut String,
    step: &Step<'_>,
    name: &str,
    rows: impl ExactSizeIterator<Item = (super::ImeiRow, &'p Operation)>,
) -> std::fmt::Result {
    let count = rows.len();
    writeln!(
        out,
        "- [ ] **{}.** Upload `{name}`{}. Before it accepts, the console shows a count and the first rows. Both must be these:",
        step.number,
        after(step)
    )?;
    writeln!(out)?;
    writeln!(out, "  Count / 件数: **{}**", Count::from(count))?;
    writeln!(out)?;
    writeln!(out, "  | | 電話番号 | IMEI | name |")?;
    writeln!(out, "  |---:|---|---|---|")?;
    for (nth, ((msisdn, imei), operation)) in rows.take(SHOWN_ROWS).enumerate() {
        let name = operation.name.as_deref().map(markdown).unwrap_or_default();
        writeln!(out, "  | {} | {msisdn} | {imei} | {name} |", nth + 1)?;
    }
    if count > SHOWN_ROWS {
        writeln!(out)?;
        writeln!(out, "  … and {} more rows.", Count::from(count - SHOWN_ROWS))?;
    }
    Ok(())
}

fn line(out: &mut String, step: &Step<'_>, operation: &Operation) -> std::fmt::Result {
    let name = operation.name.as_deref().map(|name| format!(" ({})", markdown(name))).unwrap_or_default();
    let changes = changes(operation);
    let subject = markdown(&operation.subject.to_string());
    writeln!(out, "- [ ] **{}.** {subject}{name}: {changes}{} `{}`", step.number, after(step), operation.id)?;
    purchase::beneath(out, operation)
}

fn after(step: &Step<'_>) -> String {
    match step.after.as_slice() {
        [] => String::new(),
        [one] => format!(", after step {one}"),
        [first, rest @ ..] => {
            let rest: Vec<String> = rest.iter().map(u32::to_string).collect();
            format!(", after steps {first}, {}", rest.join(", "))
        }
    }
}

/// Field by field, from and to.
fn changes(operation: &Operation) -> String {
    let Operation { from, to, .. } = operation;
    let fields = [
        ("状態 / state", from.state.as_deref(), to.state.as_deref()),
        (
            "プラン / rate plan",
            from.rate_plan.as_ref().map(crate::domain::RatePlan::as_str),
            to.rate_plan.as_ref().map(crate::domain::RatePlan::as_str),
        ),
        (
            "システム番号 / system number",
            from.system_number.as_ref().map(crate::domain::SystemNumber::as_str),
            to.system_number.as_ref().map(crate::domain::SystemNumber::as_str),
        ),
    ];
    let mut texts: Vec<String> = fields
        .into_iter()
        .filter(|(_, from, to)| from.is_some() || to.is_some())
        .map(|(what, from, to)| {
            let shown = |value: Option<&str>| value.filter(|value| !value.is_empty()).map_or_else(|| "–".to_owned(), markdown);
            let (from, to) = (shown(from), shown(to));
            if from == to { format!("{what}: {to}") } else { format!("{what}: from {from} → to **{to}**") }
        })
        .collect();
    texts.extend(to.purchase.as_deref().map(|coupon| purchase::coupon(operation, coupon)));
    texts.extend(to.placement.as_deref().map(|_| "申込 / to be ordered as stated below".to_owned()));
    if let Some(date) = to.termination_date {
        texts.push(format!("解約日 / ends at the end of **{date}**"));
    }
    texts.join("; ")
}
