// What a step carried, as a person reads it: messages, calls and results, decisions, patches, memories, and the rest.

const DECISIONS = ["approve", "reject", "revise", "answer", "deliver", "settle"];
const ROLES = { system: "System", developer: "System", user: "User", assistant: "Model", tool: "Tool" };

/** A card: a heading, something small beside it, and what is in it. */
function card(kind, heading, aside, ...inside) {
  return make("article", { class: `card ${kind}` }, make("h3", null, heading, aside && make("small", null, aside)), inside);
}

/** What a message contains: text, or parts of text, pictures, sounds and others. */
function content(value) {
  if (typeof value === "string") return value === "" ? null : told(value);
  if (!Array.isArray(value)) return value === null || value === undefined ? null : shown(value);
  return value.map((part) => part.type === "text" ? told(part.text) : enclosed(part) ?? shown(part));
}

/** A picture, a sound or a film of a message, if it is in the page; else what it was. Of files, only the names. */
function enclosed({ image_url, video_url, input_audio, file }) {
  if (file) return make("p", { class: "medium" }, "File: ", make("code", null, file.filename ?? file.file_id ?? "without a name"), ` ${file.file_data ?? ""}`);
  const sound = input_audio?.data, here = /^[\w+/]+=*$/.test(sound ?? "-");
  const whole = image_url?.url ?? video_url?.url ?? (here ? `data:audio/${input_audio.format};base64,${sound}` : sound);
  return medium(whole) ?? (typeof whole === "string" && whole.startsWith("[") ? make("p", { class: "medium" }, whole) : null);
}

/** A call as the model asked for it. */
function asked(call, marks) {
  const call_ = call.function ?? {};
  const gate = marks?.gate;
  return make("div", { class: "call" },
    make("h4", null, make("code", null, call_.name), gate && make("span", { class: "badge waits", title: MEANS[gate] }, `needs ${GATES[gate] ?? gate}`)),
    told(call_.arguments || "{}"),
    marks?.problem && make("p", { class: "problem" }, `Not called: ${marks.problem}`));
}

/** One message of the conversation. */
function message(said, step) {
  const role = ROLES[said.role] ?? said.role;
  const calls = (said.tool_calls ?? []).map((call) => asked(call, step.data?.calls?.[call.id]));
  const name = said.role === "tool" ? CALLS.get(said.tool_call_id)?.function?.name : said.name;
  return card(`message ${said.role}`, role, name, content(said.content), said.refusal && told(said.refusal),
    said.audio && [told(said.audio.transcript ?? ""), enclosed({ input_audio: { format: "wav", ...said.audio } })], calls);
}

/** A decision: what was decided, by whom, when, and why. */
function decision(step) {
  const data = step.data ?? {}, call = CALLS.get(data.call)?.function;
  const what = step.trigger === "settle" ? `Settled: ${data.verdict === "retry" ? "make it again" : data.verdict}`
    : data.expired ? "Expired: rejected by policy" : happened(step.trigger)[0];
  const rows = [["By", data.by ?? "nobody named"], ["When", time(step.at)], data.note && ["Note", data.note]].filter(Boolean);
  return card(`decision ${step.trigger === "reject" || data.verdict === "failure" ? "no" : "yes"}`, what, null,
    make("dl", { class: "facts" }, rows.map(([name, value]) => [make("dt", null, name), make("dd", null, value)])),
    call && make("div", { class: "call" }, make("h4", null, make("code", null, call.name)),
      data.arguments === undefined ? told(call.arguments || "{}") : [
        make("h5", null, "Asked for"), told(call.arguments || "{}"), make("h5", null, "Changed to"), told(data.arguments)]));
}

/** What was changed in the session's state: one line for each operation. */
function patch(operations) {
  const SIGNS = { set: "=", extend: "+=", remove: "−=", delete: "" };
  return card("patch", "Session state", counted(operations.length, "change"), make("ul", { class: "patch" },
    operations.map(([operation, path, value, was]) => make("li", { class: operation },
      make("code", null, `${operation === "delete" ? "delete " : ""}${path.join(".") || "(all of it)"} ${SIGNS[operation] ?? operation}`),
      operation === "delete" ? null : shown(value), was?.length && make("small", null, "was ", scalar(was[0]))))));
}

/** The call that a step is about, where it brings no message of the model itself. */
function about(step) {
  const call = CALLS.get(step.data?.call)?.function;
  return call && card("call", call.name, step.data.attempt ? `attempt ${step.data.attempt}` : null, told(call.arguments || "{}"));
}

function recovered(calls) {
  return card("recovered", "Calls under way when the process ended", null, make("dl", { class: "values" },
    Object.entries(calls).map(([id, verdict]) => [make("dt", null, CALLS.get(id)?.function?.name ?? id),
      make("dd", null, verdict === "again" ? "is called again" : "outcome unknown: a person has to say")])));
}

/** All that a step carried. */
function carried(step) {
  const data = step.data ?? {}, parts = [];
  const rest = { ...data };
  const take = (name) => { const value = rest[name]; delete rest[name]; return value; };
  if (DECISIONS.includes(step.trigger)) {
    parts.push(decision(step));
    for (const name of ["call", "by", "note", "verdict", "digest", "arguments", "expired"]) take(name);
  } else if (step.trigger === "start" || step.trigger === "result") {
    parts.push(about(step));
    for (const name of ["call", "attempt"]) take(name);
  }
  if (step.trigger === "recover") parts.push(recovered(take("calls") ?? {}));
  if (step.trigger === "call") take("calls");
  if (step.trigger === "cancel") parts.push(card("broken", "Why", null, told(String(take("reason") ?? ""))));
  const error = rest.error;
  if (error && typeof error === "object") {
    take("error");
    parts.push(card("broken", error.type ?? "Error", null, told(String(error.message ?? ""))));
  } else if (take("error") === true) parts.push(make("p", { class: "problem" }, "The call failed; this is what the model is told:"));
  parts.push(step.messages.map((said) => message(said, step)));
  for (const said of take("then") ?? []) parts.push(message(said, step));
  if (Array.isArray(data.state)) parts.push(patch(take("state")));
  const conflicts = take("conflicts");
  if (conflicts) parts.push(card("broken", "Left out: somebody else changed it meanwhile", null, shown(conflicts)));
  const memories = take("memories");
  if (memories) parts.push(card("memory", step.trigger === "recalled" ? "Memories given" : "Memories", null, shown(memories)));
  const summary = take("summary");
  if (summary) parts.push(card("memory", "Summary of the session", null, shown(summary)));
  take("preamble");
  if (step.tokens) take("usage");
  if (Object.keys(rest).length) parts.push(card("rest", "Also on record", null, shown(rest)));
  return parts;
}
