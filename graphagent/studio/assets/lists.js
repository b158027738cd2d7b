// The lists of the studio: runs, sessions, and what waits for a person. The first page of each looks again by itself.

const AGAIN = 3000;  // milliseconds between two looks
const query = (changes) => {
  const asked = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(changes)) value ? asked.set(name, value) : asked.delete(name);
  return asked.size ? `?${asked}` : location.pathname;
};

/** A table: titles, rows of cells. */
function table(label, titles, rows) {
  return make("div", { class: "scrolls", tabindex: 0, role: "region", "aria-label": label },
    make("table", null, make("thead", null, make("tr", null, titles.map((title) => make("th", { scope: "col" }, title)))),
      make("tbody", null, rows.map((cells) => make("tr", null, cells.map((cell, place) => make(place ? "td" : "th", place ? null : { scope: "row" }, cell)))))));
}

const short = (id) => id.length > 22 ? `${id.slice(0, 13)}…` : id;
const only = (name, value, ...inside) => make("a", { class: "only", href: query({ [name]: value, before: "" }), title: `Only ${name} ${value}` }, ...inside);

/** Where a fork comes from. */
const origin = (run) => make("small", { class: "origin", title: `Forked from run ${run.parent_id} after step ${run.parent_seq}` },
  "forked from ", runLink(run.parent_id, make("code", null, short(run.parent_id))), ` after step ${run.parent_seq}`);

const damage = (row) => row.damage && make("span", { class: "badge broken", title: row.damage }, "damaged");

const VIEWS = {
  runs: {
    titles: ["Run", "State", "Agent", "Session", "User", "Steps", "Began", "Took"],
    cells: (run) => [[runLink(run.id, make("code", { title: run.id }, short(run.id))), run.parent_id && origin(run)], damage(run) ?? standing(run.state), only("agent", run.agent_id, run.agent_name ?? run.agent_id),
      only("session", run.session_id, make("code", { title: run.session_id }, short(run.session_id))), run.user_id === null ? "" : only("user", run.user_id, run.user_id),
      String(run.seq), time(run.created_at), duration((run.updated_at - run.created_at) / 1e6)],
    none: "No run fits.",
  },
  sessions: {
    titles: ["Session", "Name", "User", "Began", "Last changed", "State"],
    cells: (session) => [make("a", { href: `${STUDIO.root}?session=${encodeURIComponent(session.id)}`, title: "Its runs" }, make("code", { title: session.id }, short(session.id))),
      session.name ?? "", session.user_id === null ? "" : only("user", session.user_id, session.user_id), time(session.created_at), time(session.updated_at),
      damage(session) ?? (Object.keys(session.state).length ? make("details", null, make("summary", null, counted(Object.keys(session.state).length, "entry").replace("entrys", "entries")), shown(session.state)) : "")],
    none: "There are no sessions.",
  },
};

const GROUP_WORDS = { "": "All", running: "Running", waiting: "Waiting for people", over: "Ended" };
const KIND_WORDS = { "": "All", confirm: "Approvals", input: "Forms", external: "Results to deliver", doubt: "Doubts" };

/** Links that narrow the list by one thing. */
function choices(name, words) {
  return make("nav", { class: "choices", "aria-label": `Only of one ${name}` }, Object.entries(words).map(([value, each]) =>
    make("a", { href: query({ [name]: value, before: "" }), "aria-current": (DATA.filters[name] ?? "") === value ? "true" : null }, each)));
}

/** The form that narrows the list by what is typed. */
function filters() {
  const field = (name) => make("label", null, make("span", null, name), make("input", { name, value: DATA.filters[name], autocomplete: "off", size: 14 }));
  return make("form", { class: "filters", method: "get", role: "search", onsubmit: (event) => { for (const each of event.target.elements) each.disabled = !each.value; } },
    make("label", null, make("span", null, "state"), make("select", { name: "state" }, make("option", { value: "" }, "any"),
      DATA.states.map((state) => make("option", { value: state, selected: state === DATA.filters.state, title: MEANS[state] }, state)))),
    field("agent"), field("session"), field("user"), make("button", { type: "submit" }, "Filter"),
    Object.values(DATA.filters).some(Boolean) && make("a", { href: location.pathname }, "Show all"));
}

/** The way to older ones, and back. */
function pager() {
  return make("nav", { class: "pager", "aria-label": "Pages" },
    DATA.first ? null : make("a", { class: "button", href: query({ before: "" }) }, "Newest"),
    DATA.next && make("a", { class: "button", href: query({ before: DATA.next }), rel: "next" }, "Older"));
}

function showRows() {
  const view = VIEWS[DATA.view];
  find("#rows").replaceChildren(DATA.rows.length ? table(DATA.view, view.titles, DATA.rows.map(view.cells)) : make("p", { class: "nothing" }, view.none), pager());
}

function showWaiting() {
  const place = find("#rows");
  cards(find("#waiting"), DATA.rows.map(({ run, ...call }) => ({ run, call, named: true })));
  find("#damaged").replaceChildren(...Object.values(DATA.damaged).map((told) => make("p", { class: "nothing" }, told)));
  find("#nothing").hidden = DATA.rows.length > 0;
  find("#pager").replaceChildren(pager());
  return place;
}

const show = () => DATA.view === "inbox" ? showWaiting() : showRows();

/** Look again, and show what changed. */
async function look() {
  if (document.hidden || !DATA.first || find("#rows").contains(document.activeElement) && DATA.view !== "inbox") return;
  try {
    const answer = await fetch(location.href, { headers: { accept: "application/json" } });
    if (!answer.ok) return;
    const text = await answer.text();
    if (text === look.before) return;
    look.before = text;
    Object.assign(DATA, parsed(text));
    count(DATA.calls);
    show();
  } catch { /* the studio is away; the next look may find it */ }
}

const TITLES = { runs: "Runs", sessions: "Sessions", inbox: "Waiting for people" };
find("#content").append(make("h1", null, TITLES[DATA.view]));
if (DATA.view === "runs") find("#content").append(choices("state", GROUP_WORDS), filters());
if (DATA.view === "inbox") {
  find("#content").append(choices("kind", KIND_WORDS), make("div", { id: "rows" }, make("div", { id: "waiting" }), make("div", { id: "damaged" }),
    make("p", { id: "nothing", class: "nothing" }, "Nothing waits for anybody."), make("div", { id: "pager" })));
} else find("#content").append(make("div", { id: "rows" }));
show();
setInterval(look, AGAIN);
