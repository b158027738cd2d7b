// Two runs side by side. What differs has a sign of its own (≠) and a colour.

const [FIRST, SECOND] = DATA.runs, FOUND = DATA.difference;
const json = (value) => typeof value === "string" ? value : JSON.stringify(value);
const missing = (value) => value === "(nothing)" ? "missing" : null;

/** A table under its title; where it is too wide, it scrolls by itself. */
const titled = (title, table) => make("section", null, make("h2", null, title),
  make("div", { class: "scrolls", tabindex: 0, role: "region", "aria-label": title }, table));

/** A table with a name for each row, and what each of the runs has there. */
function beside(title, rows) {
  return titled(title, make("table", null,
    make("thead", null, make("tr", null, make("th", { scope: "col", class: "name" }, ""), make("th", { scope: "col", class: "sign" }, ""),
      make("th", { scope: "col" }, "First"), make("th", { scope: "col" }, "Second"))),
    make("tbody", null, rows.map(([name, first, second, differs, hollow]) => make("tr", { class: differs ? "differs" : null },
      make("th", { scope: "row" }, name), sign(differs), make("td", { class: hollow && missing(first) }, first), make("td", { class: hollow && missing(second) }, second))))));
}

const sign = (differs) => differs === null ? make("td", { class: "sign" }) : make("td", { class: "sign", title: differs ? "not the same" : "the same" }, differs ? "≠" : "=");

/** What each run came to. */
function sums() {
  const { first, second } = FOUND;
  const name = (run) => make("code", null, run.id), id = (run) => DATA.studio ? runLink(run.id, name(run)) : name(run);
  const row = (words, value, shown = String) => [words, shown(value(first)), shown(value(second)), json(value(first)) !== json(value(second))];
  return beside("What they came to", [
    ["run", id(FIRST), id(SECOND), null],
    ...(FIRST.parent_id || SECOND.parent_id ? [["forked from", origin(FIRST), origin(SECOND), null]] : []),
    row("state", (side) => side.state, badge), row("steps", (side) => side.steps), row("tool calls", (side) => side.calls),
    row("took", (side) => side.seconds, (value) => duration(Number(value))), row("tokens", (side) => side.tokens),
  ]);
}

const origin = (run) => run.parent_id ? [make("code", null, run.parent_id), ` after step ${run.parent_seq}`] : "—";

/** One step of a run, in short, and what it has there that the other run has not. */
function step(found, changes, side) {
  if (!found) return make("td", { class: "missing" }, "(nothing)");
  const { tokens } = found, more = changes.length - MOST;
  return make("td", null, make("b", null, happened(found.trigger)[0]), ` → ${found.state}`,
    tokens && make("small", null, ` ${tokens[0]} tokens in, ${tokens[1]} out`),
    make("div", { class: "told" }, found.told.join(" · ").slice(0, 300)),
    changes.length > 0 && make("ul", { class: "what" }, changes.slice(0, MOST).map((change) => make("li", { class: missing(change[side]) },
      make("code", null, change[0]), " ", json(change[side]).slice(0, 300))), more > 0 && make("li", null, `and ${counted(more, "other value")}`)));
}

const MOST = 8;  // values that are told of a step
const SIGNS = { "=": "the same", "≠": "not the same", "−": "only in the first", "+": "only in the second" };

/** A row: two steps that belong beside each other. */
function row([first, second, changes], place, parted) {
  const sign = first === null ? "+" : second === null ? "−" : changes.length ? "≠" : "=";
  return make("tr", { class: `${sign === "=" ? "" : "differs"} ${parted ? "parted" : ""}`, "data-row": place + 1 },
    make("th", { scope: "row" }, first === second ? String(first) : `${first ?? "–"} | ${second ?? "–"}`),
    make("td", { class: "sign", title: SIGNS[sign] }, sign, make("span", { class: "unseen" }, SIGNS[sign])),
    step(FIRST.steps[first - 1], changes, 1), step(SECOND.steps[second - 1], changes, 2));
}

/** The steps, one beside the other: those that are alike in a fold, and all from where the runs parted. */
function steps() {
  const alike = FOUND.seq === null ? DATA.rows.length : FOUND.seq - 1;
  const table = (title, from, to) => titled(title, make("table", null,
    make("thead", null, make("tr", null, make("th", { scope: "col", class: "number" }, "Step"), make("th", { scope: "col", class: "sign" }, ""), make("th", { scope: "col" }, "First"), make("th", { scope: "col" }, "Second"))),
    make("tbody", null, DATA.rows.slice(from, to).map((each, place) => row(each, from + place, from + place === FOUND.seq - 1)))));
  return [
    alike > 0 && make("details", { open: FOUND.seq === null }, make("summary", null, `${counted(alike, "step")} alike`), table("Alike", 0, alike)),
    FOUND.seq !== null && table(`From step ${FOUND.seq} on`, alike, DATA.rows.length),
  ];
}

/** What differs, place by place. */
const changes = (title, list) => list.length > 0 && beside(title, list.map(({ path, first, second }) => [make("code", null, path), json(first), json(second), true, true]));

/** Ask which runs to compare. */
function choose() {
  const field = (name, words, run) => make("label", null, words, make("input", { name, value: run?.id ?? new URLSearchParams(location.search).get(name) ?? "", list: "known", required: true, autocomplete: "off", placeholder: "the id of a run" }));
  return make("form", { method: "get", action: `${STUDIO.root}compare` }, field("first", "First run", FIRST), field("second", "Second run", SECOND),
    make("datalist", { id: "known" }, DATA.known.map((id) => make("option", { value: id }))), make("button", { type: "submit", class: "main" }, "Compare"));
}

const verdict = () => FOUND.seq === null ? "Both went the same way to the end." : `They went the same way for ${counted(FOUND.seq - 1, "step")}, and parted at step ${FOUND.seq}.`;

find("#content").append(...[
  make("header", null, make("h1", null, "Two runs compared"), find(".look") ? null : looks()),
  DATA.studio && choose(),
  ...(FOUND ? [make("p", { class: "verdict" }, verdict()), sums(), ...steps(), changes(`What differs in step ${FOUND.seq}`, FOUND.changes),
    changes("What differs in the arguments of calls", FOUND.arguments), changes("What differs in the session state they wrote", FOUND.state)] : []),
].filter(Boolean));
