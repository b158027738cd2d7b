// The steps of a run beside its graph, and one of them shown: by the list, the slider, the graph, or played one by one.

const STEPS = [], CALLS = new Map(), ROWS = [];
const list = find("#steps"), slider = find("#slider");
let at = 0;  // the number of the step that is shown

/** The state that a step left. */
const left = (step) => step.seq > 1 ? STEPS[step.seq - 2].state : "ready";
const offset = (step) => (step.at - STEPS[0].at) / 1e6;
const copied = (step) => step.seq <= (DATA.run.parent_seq ?? 0);  // a fork has the steps of its parent up to where it began
const decides = (step) => DECISIONS.includes(step.trigger);

// -- the list ---------------------------------------------------------------------------------------------------------

/** Take in one more step. */
function add(step) {
  step.took = Number(step.took);
  for (const said of step.messages) for (const call of said.tool_calls ?? []) CALLS.set(call.id, call);
  STEPS.push(step);
  const words = happened(step.trigger)[0];
  const row = make("li", { id: `step-${step.seq}`, role: "option", "aria-selected": "false", "data-seq": step.seq,
    class: copied(step) && (step.seq === DATA.run.parent_seq ? "copied forked" : "copied"),
    "aria-label": `Step ${step.seq}${copied(step) ? ", as in its parent" : ""}: ${words}, then ${step.state}. ${step.told.join(". ")}`.slice(0, 300) },
    make("span", { class: "number" }, String(step.seq)),
    make("span", { class: "what" }, make("b", null, words), " ", make("span", { class: `to ${sort(step.state)}` }, `→ ${step.state}`)),
    make("span", { class: "took", title: `${offset(step).toFixed(3)} s after the start` }, step.seq > 1 ? duration(step.took) : ""),
    make("span", { class: "told" }, step.told.join(" · ").slice(0, 200)),
    make("span", { class: `bar ${decides(step) ? "waited" : ""}` }));
  ROWS.push(row);
  list.append(row);
}

/** Draw how long each step took. A wait for a person is a bar of its own kind: it would dwarf all others. */
function measure() {
  const longest = Math.max(1e-6, ...STEPS.filter((step) => !decides(step)).map((step) => step.took));
  const waited = Math.max(1e-6, ...STEPS.filter(decides).map((step) => step.took));
  STEPS.forEach((step, place) => {
    ROWS[place].lastChild.style.width = `${100 * step.took / (decides(step) ? waited : longest)}%`;
  });
  slider.max = STEPS.length;
}

// -- one step ---------------------------------------------------------------------------------------------------------

/** Show the run as of a step. */
function go(number, { jump = true } = {}) {
  const wanted = Math.min(Math.max(number, 1), STEPS.length), before = at;
  if (!STEPS.length) return;
  at = wanted;
  const [low, high] = before < at ? [before, at] : [at, before];
  for (let place = Math.max(low - 1, 0); place < high; place++) {
    ROWS[place].classList.toggle("future", place >= at);
    ROWS[place].setAttribute("aria-selected", String(place === at - 1));
  }
  const row = ROWS[at - 1], step = STEPS[at - 1];
  list.setAttribute("aria-activedescendant", row.id);
  if (jump) row.scrollIntoView({ block: "nearest" });
  slider.value = at;
  slider.setAttribute("aria-valuetext", `Step ${at} of ${STEPS.length}: ${happened(step.trigger)[0]}, then ${step.state}`);
  find("#place").textContent = `step ${at} of ${STEPS.length}`;
  find("#back").disabled = at === 1;
  find("#forward").disabled = at === STEPS.length;
  graph.show(STEPS, at);
  explain(step);
  history.replaceState(null, "", at === STEPS.length ? "#" : `#${at}`);
}

/** Show what a step carried. */
function explain(step) {
  const [words, meaning] = happened(step.trigger);
  const raw = make("details", { ontoggle: (event) => {
    if (event.target.open && event.target.children.length === 1) {
      event.target.append(make("pre", { tabindex: 0 }, JSON.stringify({ data: step.data, messages: step.messages }, null, 2)));
    }
  } }, make("summary", null, "As it is on record"));
  const facts = [
    copied(step) && "as in the run it was forked from", time(step.at), `${duration(offset(step))} after the start`, step.seq > 1 && (decides(step) ? `waited ${duration(step.took)}` : `took ${duration(step.took)}`),
    step.tokens && `${step.tokens[0]} tokens in, ${step.tokens[1]} out`,
  ].filter(Boolean);
  const detail = find("#detail");
  detail.replaceChildren(
    make("h2", { id: "detail-title" }, make("span", { class: "number" }, String(step.seq)), words),
    make("p", { class: "path" }, make("code", null, left(step)), make("span", { class: "arrow" }, ` ${step.trigger} → `), badge(step.state)),
    make("p", { class: "facts" }, facts.map((fact, place) => [place ? " · " : "", fact])),
    make("p", { class: "meaning" }, `${meaning} ${ENDS[step.state] ? "" : `Then: ${(MEANS[step.state] ?? "").replace(/^./, (first) => first.toLowerCase())}`}`),
    ...[carried(step), callsAfter(step), stateAfter(step)].flat(9).filter(Boolean), ...outcome(step), raw);
  for (const notice of document.querySelectorAll("#notices > .broken, #notices > .ended")) notice.hidden = step.seq === STEPS.length;  // it is told below
  find("#panel").scrollTop = step.seq === STEPS.length ? 0 : detail.offsetTop - find("#panel").offsetTop;
  clearTimeout(explain.timer);
  explain.timer = setTimeout(() => { find("#spoken").textContent = `Step ${step.seq} of ${STEPS.length}: ${words}. ${step.told[0] ?? ""}`; }, 400);
}

/** At the end of a run: what was asked, and what it answered. */
function outcome(step) {
  if (step.seq < STEPS.length || sort(step.state) === "acts" || WAITS.includes(step.state)) return [];
  const said = STEPS.flatMap((each) => each.messages);
  const question = STEPS[0].messages.findLast((each) => each.role === "user");
  const answer = said.findLast((each) => each.role === "assistant" && each.content);
  return [question && card("message user", "What was asked", null, content(question.content)),
    answer && card("message assistant", step.state === "completed" ? "What it answered" : "What it said last", null, content(answer.content))].filter(Boolean);
}

// -- moving about -----------------------------------------------------------------------------------------------------

let playing = null;

/** Stop playing, or play from the start, or from where it was stopped. */
function play() {
  if (playing) return stop();
  if (at === STEPS.length) go(1);
  find("#play").textContent = "Stop";
  playing = setInterval(() => { go(at + 1); if (at === STEPS.length) stop(); }, Math.min(Math.max(20000 / STEPS.length, 30), 700));
}

function stop() {
  clearInterval(playing);
  playing = null;
  find("#play").textContent = "Replay";
}

const by = (number) => () => { stop(); go(at + number); };
const MOVES = {
  ArrowDown: by(1), ArrowUp: by(-1), PageDown: by(10), PageUp: by(-10),
  Home: () => { stop(); go(1); }, End: () => { stop(); go(STEPS.length); },
};
list.addEventListener("keydown", (event) => {
  if (!MOVES[event.key]) return;
  event.preventDefault();
  MOVES[event.key]();
});
list.addEventListener("click", (event) => {
  const row = event.target.closest("li");
  if (row) { stop(); go(Number(row.dataset.seq), { jump: false }); }
});
slider.addEventListener("input", () => { stop(); go(Number(slider.value)); });
find("#play").addEventListener("click", play);
find("#back").addEventListener("click", by(-1));
find("#forward").addEventListener("click", by(1));

/** Show the next step that fits, from the one shown on and round. */
function next(fits) {
  const found = [...STEPS.slice(at), ...STEPS.slice(0, at)].find(fits);
  if (found) { stop(); go(found.seq); }
}
graph.onstate = (state) => next((step) => step.state === state);
graph.onarc = (source, target) => next((step) => left(step) === source && step.state === target);

// -- what stands above ------------------------------------------------------------------------------------------------

/** Of which run this one is a fork, and, in the studio, the ways there. */
function parent(run) {
  const id = make("code", null, run.parent_id);
  return [" · forked from ", DATA.studio ? runLink(run.parent_id, id) : id, ` after step ${run.parent_seq}`,
    DATA.studio && [" (", compareLink(run.parent_id, run.id, "compare"), ")"]];
}

/** Show who ran, how the run stands, and what it waits for. */
function introduce({ run, error, waiting }) {
  const models = STEPS.filter((step) => step.trigger === "call" || step.trigger === "reply").length;
  const tokens = STEPS.reduce((sum, step) => sum + (step.tokens ? step.tokens[0] + step.tokens[1] : 0), 0);
  const decided = STEPS.filter((step) => decides(step) && step.trigger !== "revise").length;
  const facts = [
    counted(run.seq, "step"), duration((run.updated_at - run.created_at) / 1e6), models && counted(models, "model call"),
    CALLS.size && counted(CALLS.size, "tool call"), tokens && counted(tokens, "token"), decided && counted(decided, "decision"),
  ].filter(Boolean);
  find("#head").replaceChildren(
    make("h1", null, run.agent_name ?? run.agent_id),
    make("span", { class: "live", title: "Steps appear as they are recorded" }, "live"),
    standing(run.state),
    make("span", { class: "facts" }, facts.join(" · ")),
    make("span", { class: "ids" }, "run ", make("code", null, run.id), " · session ", make("code", null, run.session_id),
      run.user_id === null ? null : [" · user ", make("code", null, run.user_id)],
      run.parent_id && parent(run),
      " · began ", time(run.created_at),
      DATA.studio && [" · ", compareLink(run.id, "", "compare with…")]));
  notice({ run, error, waiting });
}

/** Show, above all else, why a run failed and what it waits for. */
function notice({ run, error, waiting }) {
  const place = find("#notices");
  if (DATA.studio) return decide(place, run, error, waiting);
  place.replaceChildren(...trouble(run, error), ...(waiting.length ? [make("article", { class: "notice waits" },
    make("h2", null, `Waits for ${waiting.length === 1 ? GATES[waiting[0].kind] : counted(waiting.length, "decision")}`),
    make("ul", { class: "asked-for" }, waiting.map((call) => make("li", null, make("code", { class: "signature" }, call.signature), make("span", { class: "quiet" }, ` needs ${GATES[call.kind]}`)))),
    make("p", null, "Decide with ", make("code", null, `graphagent inbox --run ${run.id}`), " or, in a browser, with ", make("code", null, "graphagent studio"), "."))] : []));
}

const trouble = (run, error) => run.state !== "failed" && run.state !== "cancelled" ? [] : [
  make("article", { class: `notice ${sort(run.state)}` }, make("h2", null, run.state === "failed" ? `Failed: ${error?.type ?? "error"}` : "Cancelled"),
    make("p", { class: "prose" }, error?.message ?? ""))];

function begin() {
  DATA.steps.forEach(add);
  measure();
  introduce(DATA);
  graph.fit();
  at = STEPS.length;
  const asked = Number(location.hash.slice(1));
  go(Number.isInteger(asked) && asked > 0 ? asked : STEPS.length);
}
