"""Looks at HTML plans in a browser: check.py SMALL.html LARGE.html FOLDER. Screenshots go to the folder."""

import base64
import statistics
import sys
from pathlib import Path

from chromium import Chromium

SMALL, LARGE, FOLDER = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve(), Path(sys.argv[3])
SCREENS = {"desktop": (1280, 900, False), "tablet": (900, 1100, False), "phone": (390, 844, True)}
RUNS = 7

# Texts and what lies behind them, as WCAG 2 measures it. Rows that are not laid out have no colours yet.
CONTRAST = """
(() => {
  const light = (rgb) => {
    const [r, g, b] = rgb.map((c) => (c /= 255, c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const parse = (text) => text.match(/[\\d.]+/g).map(Number);
  const behind = (element) => {
    for (; element; element = element.parentElement) {
      const [r, g, b, a = 1] = parse(getComputedStyle(element).backgroundColor);
      if (a === 1) return [r, g, b];
    }
    return [255, 255, 255];
  };
  const faults = new Set();
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let seen = 0;
  while (walk.nextNode() && seen < 6000) {
    const element = walk.currentNode.parentElement;
    if (!walk.currentNode.data.trim() || ["SCRIPT", "STYLE"].includes(element.tagName)) continue;
    seen += 1;
    const [a, b] = [light(parse(getComputedStyle(element).color).slice(0, 3)), light(behind(element))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) faults.add(`${ratio.toFixed(2)} ${element.tagName}.${element.className}: ${walk.currentNode.data.slice(0, 40)}`);
  }
  return [...faults];
})()
"""

failures = []


def check(what, holds, shown=""):
    print(f"  {'ok  ' if holds else 'FAIL'} {what}{f' ({shown})' if shown != '' else ''}")
    if not holds:
        failures.append(what)


def opening():
    """A new browser every time: nothing is warm."""
    loads, paints, wholes = [], [], []
    for _ in range(RUNS):
        with Chromium() as browser:
            browser.size(*SCREENS["desktop"])
            browser.open(LARGE.as_uri())
            figures = browser.run("""new Promise((done) => requestAnimationFrame(() => setTimeout(() => done([
                performance.getEntriesByType("navigation")[0].loadEventEnd,
                performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? null]), 0)))""")
            loads.append(figures[0])
            paints.append(figures[1])
            whole(browser)
            wholes.append(browser.run("performance.now()"))
    for name, values in [("loaded", loads), ("first contentful paint", paints), ("every row is there", wholes)]:
        values.sort()
        shown = f"median {statistics.median(values):.0f} ms of {', '.join(f'{value:.0f}' for value in values)}"
        # The last rows come while the page can be read already.
        limit = 3 if values is wholes else 1
        check(f"10,000 operations: {name} in under {limit} s", statistics.median(values) < limit * 1000, shown)


def looks(browser, name, path):
    for screen, (width, height, mobile) in SCREENS.items():
        for scheme in ["light", "dark"]:
            browser.size(width, height, mobile)
            browser.media(scheme)
            browser.open(path.as_uri())
            wide = browser.run("document.documentElement.scrollWidth")
            check(f"{name}, {screen}, {scheme}: the page does not scroll sideways", wide <= width, wide)
            faults = browser.run(CONTRAST)
            check(f"{name}, {screen}, {scheme}: contrast of 4.5 and more", faults == [], "; ".join(faults[:5]))
            for part, script in [("top", "scrollTo(0, 0)"), ("table", "document.getElementById('operations').scrollIntoView({behavior: 'instant'})")]:
                browser.run(script + "; new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
                image = browser.call("Page.captureScreenshot", format="png")["data"]
                (FOLDER / f"{name}-{screen}-{scheme}-{part}.png").write_bytes(base64.b64decode(image))
    browser.size(*SCREENS["desktop"])
    browser.media("light")
    browser.open(path.as_uri())
    asked = {event["params"]["request"]["url"] for event in browser.events if event.get("method") == "Network.requestWillBeSent"}
    check(f"{name}: nothing is loaded", asked <= {path.as_uri()}, len(asked))
    said = [event["params"] for event in browser.events if event.get("method") in ("Log.entryAdded", "Runtime.exceptionThrown", "Runtime.consoleAPICalled")]
    check(f"{name}: the browser complains of nothing", said == [], str(said)[:300] if said else "")


def whole(browser):
    """Waits for the last rows."""
    browser.run("""new Promise((done) => { const wait = () =>
        document.querySelector(".sheet > noscript") ? setTimeout(wait, 5) : done(); wait(); })""")


TYPE = """(text) => { const find = document.getElementById('find'); find.value = text; find.dispatchEvent(new Event("input")); return new Promise((done) => setTimeout(done, 400)); }"""
CHOOSE = """(id, value) => { const field = document.getElementById(id); field.value = value; field.dispatchEvent(new Event("change")); }"""


def narrows(browser):
    """What the script does, at ten thousand operations."""
    browser.size(*SCREENS["desktop"])
    browser.open(LARGE.as_uri())
    whole(browser)
    rows = "document.querySelectorAll('#all-operations tbody tr')"
    count = lambda: browser.run(f"{rows}.length")
    status = lambda: browser.run("document.getElementById('count').textContent")
    everything = count()
    check("there are ten thousand rows", everything >= 10_000, everything)
    check("the controls are shown", browser.run("narrow.checkVisibility()"))
    line = browser.run(f"{rows}[5000].cells[0].textContent")
    first = browser.run(f"[...{rows}].slice(0, 5).map((row) => row.cells[0].textContent)")
    browser.run(f"({TYPE})('{line}')")
    check("a number finds its line", browser.run(f"[...{rows}].every((row) => row.cells[0].textContent === '{line}')") and count() >= 1, status())
    browser.run(f"({TYPE})('UENO ＣＨＡＮＧＥＲＡＴＥＰＬＡＮ')")
    mixed = browser.run(f"[...{rows}].every((row) => row.textContent.includes('site=ueno') && row.textContent.includes('changeRatePlan'))")
    check("words in any case and width find rows that have all of them", mixed and 0 < count() < everything, status())
    browser.run(f"({TYPE})('there is no such row')")
    check("nothing is said where nothing is found", count() == 0 and status().startswith("None of"), status())
    browser.run("document.getElementById('all').click()")
    check("all are shown again, in the first order", count() == everything and browser.run(f"[...{rows}].slice(0, 5).map((row) => row.cells[0].textContent)") == first)
    browser.run(f"({CHOOSE})('risk', 'R5')")
    check("a risk class alone", browser.run(f"[...{rows}].every((row) => row.cells[5].textContent === 'R5')") and count() > 0, status())
    browser.run(f"({CHOOSE})('kind', 'terminate')")
    check("a risk class and a kind", browser.run(f"[...{rows}].every((row) => row.cells[3].textContent.endsWith(' terminate'))") and count() > 0, status())
    browser.run("document.getElementById('all').click()")
    for column, name in [(0, "line"), (1, "name"), (6, "cost"), (9, "place")]:
        values = f"[...{rows}].map((row) => {'Number((row.cells[6].dataset.cost || ' + chr(39) + '0 0' + chr(39) + ').split(String.fromCharCode(32))[0])' if column == 6 else f'row.cells[{column}].textContent'})"
        took = []
        for direction in ["ascending", "descending"]:
            took.append(browser.run(f"""(() => {{ const start = performance.now(); document.querySelectorAll('#all-operations thead button')[{column}].click();
                document.body.offsetHeight; return performance.now() - start; }})()"""))
            sign = 1 if direction == "ascending" else -1
            order = browser.run(f"""(() => {{ const collator = new Intl.Collator(undefined, {{numeric: true}});
                const values = {values}.filter((value) => value !== ""); return values.every((value, index) => index === 0 ||
                {sign} * (typeof value === "number" ? values[index - 1] - value : collator.compare(values[index - 1], value)) <= 0); }})()""")
            marked = browser.run(f"document.querySelectorAll('#all-operations thead th')[{column}].getAttribute('aria-sort')")
            check(f"sorted by {name}, {direction}", order and marked == direction and count() == everything)
        print(f"       by {name}: {', '.join(f'{value:.0f} ms' for value in took)}")
    took = min(browser.run("""(() => { const find = document.getElementById('find'), count = document.getElementById('count'); find.value = "ueno 0%d"; const start = performance.now();
        return new Promise((done) => { new MutationObserver(() => done(performance.now() - start - 120)).observe(count, {childList: true});
        find.dispatchEvent(new Event("input")); }); })()""".replace("%d", str(number))) for number in range(5))
    check("a search takes no longer than a blink", took < 300, f"{took:.0f} ms")
    browser.open(LARGE.as_uri())
    whole(browser)
    last = browser.run(f"{rows}[{everything - 1}].cells[0].textContent")
    found = browser.run(f"window.find('{last}', false, true) && getSelection().anchorNode.parentElement.closest('tr') !== null")
    check("find in page finds rows that were never shown", found, last)
    browser.open(SMALL.as_uri())
    tree = browser.call("Accessibility.getFullAXTree")["nodes"]
    roles = [node.get("role", {}).get("value") for node in tree]
    shown = {role: roles.count(role) for role in ["table", "row", "rowheader", "columnheader", "cell", "search", "status", "main", "navigation"]}
    small = browser.run(f"{rows}.length")
    check("assistive technology sees tables with rows and heads", shown["rowheader"] >= small and shown["columnheader"] >= 10 and shown["main"] == 1, shown)


def without_script(browser):
    browser.call("Emulation.setScriptExecutionDisabled", value=True)
    browser.open(SMALL.as_uri())
    # The protocol's own evaluation still works.
    check("without script the controls are hidden", browser.run("!narrow.checkVisibility()"))
    check("without script all rows are shown", browser.run("[...document.querySelectorAll('#all-operations tbody tr')].every((row) => row.checkVisibility())"))
    browser.call("Emulation.setScriptExecutionDisabled", value=False)


def printed(browser):
    browser.open(LARGE.as_uri())
    whole(browser)
    browser.media("light", "print")
    hidden = browser.run("[...document.querySelectorAll('.portion')].filter((body) => getComputedStyle(body).contentVisibility !== 'visible').length")
    check("on paper every row is laid out", hidden == 0)
    browser.media("light", "")


FOLDER.mkdir(parents=True, exist_ok=True)
opening()
with Chromium() as browser:
    looks(browser, "small", SMALL)
    looks(browser, "large", LARGE)
    narrows(browser)
    without_script(browser)
    printed(browser)
print(f"\nscreenshots are in {FOLDER}")
if failures:
    sys.exit(f"{len(failures)} failed: {'; '.join(failures)}")
