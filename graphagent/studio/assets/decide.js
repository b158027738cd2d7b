// Deciding: what a form says is sent, and what came of it is told in its place.

/** What a form says, as the studio takes it. Throws where something cannot be read. */
function said(form, action, run, call) {
  const value = (name) => form.elements[name]?.value?.trim() || null;
  const common = { run: run.id, call: call.call, action, by: decider() || null, note: value("note") };
  switch (action) {
    case "approve": {
      const area = form.elements.arguments;
      if (area.value === area.dataset.before) return { ...common, digest: call.digest };
      try { JSON.parse(area.value); } catch (error) { throw new Error(`The arguments are not JSON: ${error.message}`); }
      return { ...common, digest: call.digest, arguments: area.value };
    }
    case "answer": return { ...common, note: null, values: values(form) };
    case "deliver": return { ...common, note: null, result: form.elements.result.value, failed: form.elements.failed.checked };
    case "settle": return { ...common, verdict: form.elements.verdict.value, result: form.elements.verdict.value === "retry" ? null : value("result") };
    default: return common;
  }
}

/** The values of the fields that are filled in. */
function values(form) {
  const found = {};
  for (const control of form.querySelectorAll("[data-field]")) {
    const { field, type } = control.dataset, text = control.value;
    if (text === "") continue;
    if (type === "bool") found[field] = text === "true";
    else if (type === "list" || type === "dict") {
      try { found[field] = JSON.parse(text); } catch (error) { throw new Error(`${field} is a ${type}, to be written as JSON: ${error.message}`); }
    } else found[field] = text;
  }
  return found;
}

/** Send what a form says. A rejection needs nothing but its button. */
async function submit(event, run, call) {
  event.preventDefault();
  const form = event.target, problem = find(".problem", form), action = event.submitter.value;
  problem.textContent = "";
  let body;
  try { body = said(form, action, run, call); } catch (error) { problem.textContent = error.message; return; }
  for (const each of form.querySelectorAll("button")) each.disabled = true;
  try {
    const answer = await fetch(`${STUDIO.root}decide`, {
      method: "POST", headers: { "content-type": "application/json", "x-graphagent-key": STUDIO.key }, body: JSON.stringify(body),
    });
    if (answer.ok) settled(form, run, call, body, await answer.json());
    else problem.textContent = (answer.headers.get("content-type") ?? "").startsWith("application/json") ? (await answer.json()).message : await answer.text();
  } catch {
    problem.textContent = "The studio does not answer. Nothing is known to be decided; load the page again to see.";
  }
  for (const each of form.querySelectorAll("button")) each.disabled = false;
}

const DONE = { approve: "Approved", reject: "Rejected", answer: "Handed in", deliver: "Delivered", settle: "Settled" };

/** Put what was decided in the place of the form, and say what follows. */
function settled(form, run, call, body, answer) {
  const waits = answer.waiting.length, over = sort(answer.state) !== "acts" && !waits;
  const told = make("article", { class: "notice done", role: "status", tabindex: -1 },
    make("h2", null, `${DONE[body.action]}: ${call.tool}`),
    make("p", null, answer.by ? `On record, by ${answer.by}. ` : "On record. ",
      waits ? `The run still waits for ${counted(waits, "other decision")}.` : over ? "The run is over."
        : "The run goes on as soon as a worker takes it: " , !waits && !over && make("code", null, "graphagent recover MODULE:AGENT --watch")));
  form.replaceWith(told);
  count(STUDIO.waiting = Math.max(0, STUDIO.waiting - 1));
  told.focus();
  if (typeof decidedHere === "function") decidedHere(told);
}

/** Bring the cards in a place up to what waits. A form that somebody fills in is left alone. */
function cards(place, wanted) {
  const there = new Map([...place.querySelectorAll("form")].map((form) => [form.dataset.identity, form]));
  for (const { run, call, named } of wanted) {
    const id = identity(run, call);
    if (there.has(id)) there.delete(id);
    else place.append(waitingCard(run, call, { named }));
  }
  for (const gone of there.values()) gone.remove();
}

/** The notices of a run: why it failed, and what it waits for. */
function decide(place, run, error, waiting) {
  for (const old of place.querySelectorAll(".broken, .ended")) old.remove();
  place.prepend(...trouble(run, error));
  if (!waiting.length && sort(run.state) !== "waits") for (const old of place.querySelectorAll(".done")) if (run.seq > Number(old.dataset.seq ?? run.seq)) old.remove();
  cards(place, waiting.map((call) => ({ run, call })));
}
