//! What holds of every HTML plan, whatever others wrote into it.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;
use scraper::{ElementRef, Html};
use sha2::{Digest, Sha256};
use simfleet::domain::Subject;
use simfleet::plan::{Operation, Plan};
use simfleet::render::escape::plain;

use super::super::chance::plans;
use super::super::fixture;
use super::page::{Page, render, selector};

/// Every element of a page.
const ELEMENTS: &str = "a b bdi body br button caption code dd details div dl dt footer h1 h2 h3 head header html i input label \
                        li main meta nav noscript option p rect script section select small span strong style summary svg table \
                        tbody td th thead time title tr ul";

/// Every attribute.
const ATTRIBUTES: &str = "aria-hidden aria-label aria-labelledby autocomplete charset class content data-cost data-head datetime \
                          focusable for height hidden href http-equiv id lang name placeholder preserveAspectRatio role scope \
                          spellcheck tabindex type value viewBox width x y";

fn elements(html: &Html) -> impl Iterator<Item = ElementRef<'_>> {
    html.tree.root().descendants().filter_map(ElementRef::wrap)
}

/// Names and messages become text: never an element, never an attribute, never a place to load from.
fn assert_harmless(page: &Page) {
    let words = |text: &'static str| text.split_whitespace().collect::<BTreeSet<_>>();
    let (allowed_elements, allowed_attributes) = (words(ELEMENTS), words(ATTRIBUTES));
    for part in page.parts() {
        assert_eq!(part.errors, Vec::<String>::new());
        for element in elements(part) {
            assert!(allowed_elements.contains(element.value().name()), "<{}>", element.value().name());
            for (name, value) in element.value().attrs() {
                assert!(allowed_attributes.contains(name), "{name}={value}");
                assert!(name != "href" || value.starts_with('#'), "{value} leaves the file");
            }
        }
    }
    for (name, count) in [("script", 1), ("style", 1), ("title", 1), ("h1", 1), ("main", 1)] {
        assert_eq!(page.texts(name).len(), count, "{name}");
    }
}

/// Ids are unique, and whatever names one finds it. So are the names of regions, by which a screen reader lists them.
fn assert_joined(page: &Page) {
    let (mut ids, mut regions) = (BTreeSet::new(), BTreeSet::new());
    for element in page.parts().flat_map(elements) {
        if element.attr("role") == Some("region") {
            let name = element.attr("aria-label").expect("a region has a name");
            assert!(regions.insert(name.to_owned()), "two regions are {name:?}");
        }
        if let Some(id) = element.value().id() {
            assert!(ids.insert(id.to_owned()), "two elements are {id}");
        }
    }
    for element in page.parts().flat_map(elements) {
        for attribute in ["for", "aria-labelledby", "aria-describedby", "aria-controls"] {
            let named = element.attr(attribute).into_iter().flat_map(str::split_whitespace);
            named.for_each(|id| assert!(ids.contains(id), "{attribute}={id} names nothing"));
        }
        if let Some(id) = element.attr("href").and_then(|link| link.strip_prefix('#')) {
            assert!(ids.contains(id), "#{id} leads nowhere");
        }
        if matches!(element.value().name(), "input" | "select") {
            let id = element.value().id().expect("a control has an id");
            assert_eq!(page.texts(&format!("label[for={id}]")).len(), 1, "{id} has a label");
        }
        if element.value().name() == "table" {
            let has = |part: &str| element.select(&selector(part)).next().is_some();
            assert!(has("caption") && has("thead th[scope=col]"), "a table says what it shows");
            let rows = element.select(&selector("tbody tr")).count();
            assert_eq!(element.select(&selector("tbody th[scope=row]")).count(), rows, "each row has a head");
        }
    }
}

/// The policy names the style and the script of the file, and nothing else.
fn assert_closed(page: &Page) {
    let digest = |select: &str| {
        let text = page.texts(select).concat();
        assert!(!["http:", "https:", "url(", "@import", "fetch(", "eval("].iter().any(|word| text.contains(word)), "{select}");
        format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text.as_bytes())))
    };
    let metas = page.html.select(&selector("head meta[http-equiv=Content-Security-Policy]")).collect::<Vec<_>>();
    let [policy] = metas.as_slice() else { panic!("{} policies", metas.len()) };
    let (style, script) = (digest("style"), digest("script"));
    assert_eq!(
        policy.attr("content"),
        Some(format!("default-src 'none'; style-src {style}; script-src {script}; base-uri 'none'; form-action 'none'").as_str())
    );
}

/// What a row says of an operation, as far as it is told in one cell.
fn told(operation: &Operation) -> Vec<String> {
    let Operation { subject, name, change, wave, reason, labels, .. } = operation;
    let labels = labels.iter().flat_map(|labels| labels.iter());
    let labels: Vec<String> = labels.map(|(key, value)| format!("{}={}", plain(key), plain(value))).collect();
    vec![
        plain(&subject.to_string()).into_owned(),
        plain(name.as_deref().unwrap_or_default()).into_owned(),
        labels.join(", "),
        change.kind().to_string(),
        change.risk().to_string(),
        wave.to_string(),
        plain(reason).into_owned(),
    ]
}

/// Every operation is in the table once, word for word.
fn assert_complete(plan: &Plan, page: &Page) {
    let mut expected: Vec<Vec<String>> = plan.operations.iter().map(told).collect();
    let row = |cells: Vec<String>| -> Vec<String> {
        assert!(matches!(cells.len(), 10 | 11), "{cells:?}");
        let kind = cells[3].rsplit(' ').next().unwrap_or_default().to_owned();
        vec![cells[0].clone(), cells[1].clone(), cells[2].clone(), kind, cells[5].clone(), cells[7].clone(), cells[8].clone()]
    };
    let mut shown: Vec<Vec<String>> = page.rows(".all").into_iter().map(row).collect();
    expected.sort();
    shown.sort();
    assert_eq!(shown, expected);
}

/// Every line of everything that is no operation.
fn assert_listed(plan: &Plan, page: &Page) {
    let with_account = plan.accounts.len() > 1;
    let line = |account: &str, subject: &Subject| {
        let account = if with_account { format!("{account}/") } else { String::new() };
        format!("{account}{}", plain(&subject.to_string()))
    };
    let lines = |select: &str| {
        let mut lines: Vec<String> = page.rows(select).into_iter().map(|cells| cells[0].clone()).collect();
        lines.sort();
        lines
    };
    let sorted = |mut lines: Vec<String>| {
        lines.sort();
        lines
    };
    assert_eq!(lines("#blocked .rows"), sorted(plan.blocked.iter().map(|item| line(&item.account, &item.subject)).collect()));
    assert_eq!(lines("#waiting .rows"), sorted(plan.pending.iter().map(|item| line(&item.account, &item.subject)).collect()));
    assert_eq!(lines("#in-doubt .rows"), sorted(plan.in_doubt.iter().map(|item| line(&item.account, &item.subject)).collect()));
    assert_eq!(lines("#warnings .rows"), sorted(plan.warnings.iter().map(|item| line(&item.account, &item.subject)).collect()));
    let numbers = |items: Vec<(&str, Subject)>| sorted(items.iter().map(|(account, subject)| line(account, subject)).collect());
    let drift = plan.drift.iter().flatten().map(|item| (&*item.account, item.msisdn.into())).collect();
    assert_eq!(lines("#drift .rows"), numbers(drift));
    let ignored = plan.drift_ignored.iter().map(|item| (&*item.account, item.msisdn.into())).collect();
    assert_eq!(lines("#drift-ignored .rows"), numbers(ignored));
    assert_eq!(
        lines("#unmanaged .rows"),
        numbers(plan.unmanaged.iter().map(|item| (&*item.account, item.msisdn.into())).collect())
    );
    assert_eq!(
        lines("#protection .rows"),
        numbers(plan.protection.iter().map(|item| (&*item.account, item.msisdn.into())).collect())
    );
    assert_eq!(page.rows("#guards .rows").len() + page.rows("#limits .rows").len(), plan.guards.len());
}

#[test]
fn of_the_plans_that_are_told_in_full() {
    for plan in fixture::all().into_iter().chain([fixture::large(), fixture::changes(1_201)]) {
        let text = render(&plan);
        let page = Page::read(&text);
        assert_harmless(&page);
        assert_joined(&page);
        assert_closed(&page);
        assert_complete(&plan, &page);
        assert_listed(&plan, &page);
        assert_eq!(render(&plan), text, "the same plan, the same bytes");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn of_plans_made_by_chance(plan in plans()) {
        let page = Page::of(&plan);
        assert_harmless(&page);
        assert_joined(&page);
        assert_closed(&page);
        assert_complete(&plan, &page);
        assert_listed(&plan, &page);
    }
}
