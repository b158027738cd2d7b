// What stood at each step: the state of the session, as far as this run knows it, and the calls it had asked for.

const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value) && !(value instanceof Exact);

/** A JSON value in one way only, so that equal ones are equal texts. */
const canonical = (value) => JSON.stringify(value, (_, each) => isObject(each) && each.constructor === Object
  ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1))) : each);

/** A list without these items, of equal ones the first; null where it does not have them. */
function without(items, taken) {
  const kept = items.map((item) => [canonical(item), item]);
  for (const item of taken) {
    const place = kept.findIndex(([text]) => text === canonical(item));
    if (place < 0) return null;
    kept.splice(place, 1);
  }
  return kept.map(([, item]) => item);
}

/** The state after one operation. The state given is left as it was. */
function applied(state, [operation, path, ...values]) {
  if (!path.length) {
    const grown = values[0];
    if (operation === "set") return grown;
    if (operation === "remove") return (Array.isArray(state) && without(state, grown)) || state;
    if (Array.isArray(grown)) return Array.isArray(state) ? [...state, ...grown] : grown;
    return isObject(state) ? state : grown;
  }
  const [key, ...rest] = path, takes = operation === "delete" || operation === "remove";
  if (takes && !isObject(state)) return state;
  const entries = new Map(isObject(state) ? Object.entries(state) : []);
  if (operation === "delete" && !rest.length) entries.delete(key);
  else if (!takes || entries.has(key)) entries.set(key, applied(entries.get(key), [operation, rest, ...values]));
  return Object.fromEntries(entries);
}

const within = (state, path) => path.reduce((inside, key) => isObject(inside) && Object.hasOwn(inside, key) ? inside[key] : undefined, state);
const isEmpty = (value) => Array.isArray(value) ? !value.length : isObject(value) && !Object.keys(value).length;

/** The state without what is at a path, nor what held nothing else: whether that was there before, nobody said. */
function pruned(state, path) {
  const less = applied(state, ["delete", path]), above = path.slice(0, -1);
  return above.length && isEmpty(within(less, above)) ? pruned(less, above) : less;
}

/** The state before one operation, as far as that says what was there. */
function undone(state, [operation, path, ...values]) {
  if (operation === "remove") return applied(state, ["extend", path, values[0]]);
  const was = operation === "set" ? values[1] : operation === "delete" ? values[0] : [];
  if (was.length) return applied(state, ["set", path, was[0]]);
  const before = operation !== "extend" ? null : Array.isArray(values[0]) ? applied(state, ["remove", path, values[0]]) : state;
  if (before && !isEmpty(within(before, path))) return before;
  return path.length ? pruned(state, path) : {};
}

/** The state of the session after each step, as far as the run wrote it or says what it replaced; null where it wrote none. */
function statesOf(steps) {
  const patches = steps.map((step) => Array.isArray(step.data?.state) ? step.data.state : []);
  const all = patches.flat();
  if (!all.length) return null;
  let state = all.reduceRight(undone, all.reduce(applied, {}));
  return patches.map((patch) => state = patch.reduce(applied, state));
}

const statesSoFar = () => {
  if (statesSoFar.count !== STEPS.length) [statesSoFar.count, statesSoFar.found] = [STEPS.length, statesOf(STEPS)];
  return statesSoFar.found;
};

/** The parts of the state that a step changed, by their names at the top. */
const changedBy = (step) => new Set((Array.isArray(step.data?.state) ? step.data.state : []).map(([, path]) => path[0]));

/** The session's state after a step, with what that step changed marked. */
function stateAfter(step) {
  const states = statesSoFar(), state = states?.[step.seq - 1], changed = changedBy(step);
  if (!isObject(state) || !Object.keys(state).length && !changed.size) return null;
  const gone = [...changed].filter((name) => name !== undefined && !Object.hasOwn(state, name));
  const mark = (words) => make("small", { class: "changed" }, words);
  return make("details", { class: "card state", open: changed.size > 0 },
    make("summary", { class: "title" }, "Session state after this step ", make("small", null, changed.size ? `${counted(changed.size, "entry").replace("entrys", "entries")} changed` : "not changed here")),
    make("dl", { class: "values" }, Object.entries(state).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => [
      make("dt", null, name, changed.has(name) && mark(" ● changed")), make("dd", null, shown(value))]),
      gone.map((name) => [make("dt", null, name, mark(" ● gone")), make("dd", null, "")])),
    make("p", { class: "quiet" }, "As far as this run wrote it, or said what it replaced; what else its session holds is in ", make("code", null, "graphagent sessions"), "."));
}

const STANDS = { planned: "to be made", started: "under way", confirm: "waits for approval", input: "waits for input", external: "waits for a result", doubt: "in doubt" };
const nameOf = (id) => CALLS.get(id)?.function?.name ?? id;

/** The calls that are open after a step, and how each stands. */
function callsAfter(step) {
  const open = Object.entries(step.open);
  return open.length > 0 && make("section", { class: "card calls" }, make("h3", null, "Calls open after this step"), make("dl", { class: "values" },
    open.map(([id, how]) => [make("dt", null, make("code", { title: id }, nameOf(id))), make("dd", null, STANDS[how] ?? how)])));
}
