// What all pages of the studio have at their top: where to go, and who decides.

const STUDIO = DATA.studio;
const NAME = "graphagent name";
const link = (to, ...inside) => make("a", { href: STUDIO.root + to }, ...inside);
const compareLink = (first, second, ...inside) => link(`compare?${new URLSearchParams({ first, second })}`, ...inside);
const runLink = (id, ...inside) => link(`runs/${encodeURIComponent(id)}`, ...inside);

/** The name that goes on record with what is decided here. */
function decider() {
  if (STUDIO.fixed) return STUDIO.name;
  try { return localStorage.getItem(NAME) ?? STUDIO.name; } catch { return STUDIO.name; }
}

function rename(name) {
  try { localStorage.setItem(NAME, name.trim()); } catch { /* it is remembered for this page only */ }
  STUDIO.name = name.trim();
}

/** Show how many calls wait. */
function count(number, inside = document) {
  const place = find(".count", find("nav", inside) ?? inside);
  place.textContent = number > 99 ? "99+" : String(number);
  place.hidden = !number;
}

/** The links, and the name. */
function menu() {
  const here = DATA.view;
  const to = (view, path, words) => make("a", { href: STUDIO.root + path, "aria-current": here === view ? "page" : null }, words);
  const made = make("nav", { "aria-label": "Studio" },
    to("runs", "", "Runs"), to("sessions", "sessions", "Sessions"), to("inbox", "inbox", ["Inbox", make("span", { class: "count", title: "So many calls wait for people" })]), to("compare", "compare", "Compare"),
    make("label", { class: "who", title: "Goes on record with everything you decide" }, "You are ",
      STUDIO.fixed ? make("b", null, STUDIO.name)
        : make("input", { id: "who", value: decider(), placeholder: "your name", autocomplete: "name", size: 14, oninput: (event) => rename(event.target.value) })),
    find(".look") ? null : looks());
  count(STUDIO.waiting, made);
  return made;
}

find("#menu").append(menu());
