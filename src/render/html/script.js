
"use strict";

// The rows that did not come with the document: a lot at a time, whenever there is time, and all of them before they
// are needed.
const others = (() => {
  const lots = [...document.querySelectorAll(".sheet > noscript")];
  const next = () => {
    const lot = lots.shift();
    const read = document.createElement("template");
    read.innerHTML = lot.textContent;
    lot.parentElement.querySelector("table").append(...read.content.querySelectorAll("tbody"));
    lot.remove();
  };
  const all = () => {
    while (lots.length) next();
  };
  const later = window.requestIdleCallback ?? ((work) => setTimeout(work, 10));
  const go = () => {
    if (!lots.length) return;
    next();
    later(go);
  };
  window.addEventListener("load", () => later(go));
  window.addEventListener("beforeprint", all);
  return { all };
})();

// Narrows and sorts the table of all operations. Rows that are not shown leave the document, so that finding and
// printing keep to what is shown; they stay in the list below and come back.
(() => {
  const table = document.getElementById("all-operations");
  const narrow = document.getElementById("narrow");
  if (!table || !narrow) return;
  const PORTION = 50;
  const KIND = 3, RISK = 5, COST = 6, WAVE = 7, PLACE = 10;
  const field = (id) => document.getElementById(id);
  const [find, kind, risk, account, count] = ["find", "kind", "risk", "account", "count"].map(field);
  const heads = [...table.tHead.rows[0].cells];
  const collator = new Intl.Collator(undefined, { numeric: true });
  const number = new Intl.NumberFormat("en");
  let sorted = null; // The column and direction, or null for the order of the plan.
  let read = null;

  const cell = (row, column) => (row.cells[column] ? row.cells[column].textContent : "");
  const folded = (text) => text.normalize("NFKC").toLowerCase();

  // Only when something is asked for: opening the file costs nothing.
  const rows = () => {
    others.all();
    read ??= Array.from(table.querySelectorAll("tbody > tr"), (row) => ({
      row,
      text: folded(Array.from(row.cells, (cell) => cell.textContent).join("\n")),
      kind: row.cells[KIND].lastChild.data.trim(),
      risk: cell(row, RISK),
      place: cell(row, PLACE),
      cost: (row.cells[COST].dataset.cost || "0 0").split(" ").map(Number),
    }));
    return read;
  };

  const compare = (column) => {
    if (column === COST) return (a, b) => a.cost[0] - b.cost[0] || a.cost[1] - b.cost[1];
    if (column === WAVE) return (a, b) => Number(cell(a.row, WAVE)) - Number(cell(b.row, WAVE));
    if (column === KIND) return (a, b) => collator.compare(a.kind, b.kind);
    const texts = new Map(rows().map((entry) => [entry, cell(entry.row, column)]));
    return (a, b) => {
      const [left, right] = [texts.get(a), texts.get(b)];
      // What is empty comes last, whichever way.
      if (!left || !right) return (left ? -1 : right ? 1 : 0) * (sorted.down ? -1 : 1);
      return collator.compare(left, right);
    };
  };

  const show = () => {
    const words = folded(find.value).split(/\s+/).filter(Boolean);
    const of = account && account.value;
    let shown = rows().filter(
      (entry) =>
        (!kind.value || entry.kind === kind.value) &&
        (!risk.value || entry.risk === risk.value) &&
        (!of || entry.place === of || entry.place.startsWith(of + "/")) &&
        words.every((word) => entry.text.includes(word)),
    );
    if (sorted) {
      const order = compare(sorted.column);
      shown = shown.slice().sort(sorted.down ? (a, b) => order(b, a) : order);
    }
    const bodies = [];
    for (let first = 0; first < shown.length; first += PORTION) {
      const body = document.createElement("tbody");
      const portion = shown.slice(first, first + PORTION);
      if (portion.length === PORTION) body.className = "portion";
      body.append(...portion.map((entry) => entry.row));
      bodies.push(body);
    }
    for (const body of [...table.tBodies]) body.remove();
    table.append(...bodies);
    const [some, all] = [shown.length, rows().length].map((length) => number.format(length));
    count.textContent =
      shown.length === rows().length ? `${all} operations` : shown.length ? `${some} of ${all} operations` : `None of ${all} operations`;
  };

  const sort = (column, down) => {
    sorted = column === null ? null : { column, down };
    heads.forEach((head, index) => {
      if (index === column) head.setAttribute("aria-sort", down ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    });
  };

  let timer;
  find.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(show, 120);
  });
  for (const choice of [kind, risk, account]) if (choice) choice.addEventListener("change", show);
  field("all").addEventListener("click", () => {
    for (const input of [find, kind, risk, account]) if (input) input.value = "";
    sort(null);
    show();
  });
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    button.addEventListener("click", () => {
      sort(column, sorted !== null && sorted.column === column && !sorted.down);
      show();
    });
    head.append(button);
  });
  table.classList.add("sorts");
  narrow.hidden = false;
})();
