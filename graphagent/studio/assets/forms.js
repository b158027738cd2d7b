// A card for each call that waits: what it is, and the form to decide about it.

const ASKS = {
  confirm: "May this call be made?",
  input: "This call needs something from you",
  external: "Make this call yourself, and say what came of it",
  doubt: "Did this call happen? It was started, and no answer came",
};

/** A field with its label. */
function labelled(words, control, hint) {
  return make("label", { class: "field" }, make("span", null, words, hint && make("small", null, hint)), control);
}

const note = (words) => labelled(words, make("input", { name: "note", type: "text", autocomplete: "off" }));
const button = (words, action, main) => make("button", { type: "submit", value: action, class: main ? "main" : null }, words);
const buttons = (...inside) => make("div", { class: "buttons" }, inside);

/** Approve, perhaps with other arguments, or reject. */
function confirmForm(call) {
  const arguments_ = structure(call.arguments);
  const area = make("textarea", { name: "arguments", rows: 6, spellcheck: "false", "aria-label": "Arguments, as JSON" });
  area.value = arguments_ === undefined ? call.arguments : JSON.stringify(arguments_, null, 2);
  area.dataset.before = area.value;
  return [
    make("details", { class: "edit" }, make("summary", null, "Change the arguments first"), area),
    note("Note (kept on record; the model is told it if you reject)"),
    buttons(button("Approve", "approve", true), button("Reject", "reject")),
  ];
}

/** A control for a field, by its type. */
function control(field) {
  const value = field.value ?? field.default ?? "";
  const needed = field.required !== false && field.value == null;
  const common = { name: `field ${field.name}`, "data-field": field.name, "data-type": field.field_type, required: needed, autocomplete: "off" };
  switch (field.field_type) {
    case "bool": return make("select", common, make("option", { value: "" }, "choose"),
      make("option", { value: "true", selected: value === true }, "yes"), make("option", { value: "false", selected: value === false }, "no"));
    case "int": return make("input", { ...common, type: "number", step: 1, value: scalar(value) });
    case "float": return make("input", { ...common, type: "number", step: "any", value: scalar(value) });
    case "date": return make("input", { ...common, type: "date", value });
    case "list": case "dict": {
      const area = make("textarea", { ...common, rows: 3, spellcheck: "false", placeholder: field.field_type === "list" ? '["one", "two"]' : '{"name": "value"}' });
      area.value = value === "" ? "" : JSON.stringify(value);
      return area;
    }
    default: {
      const area = make("textarea", { ...common, rows: 1 });
      area.value = typeof value === "string" ? value : JSON.stringify(value);
      return area;
    }
  }
}

const TYPES = { str: "text", int: "whole number", float: "number", bool: "yes or no", list: "list, as JSON", dict: "object, as JSON" };

/** Fill in, or refuse to. */
function inputForm(call) {
  return [
    call.fields.map((field) => labelled(field.name, control(field), [TYPES[field.field_type] ?? field.field_type, field.description, field.required === false ? "may stay empty" : ""].filter(Boolean).join(", "))),
    note("Note, if you refuse"),
    buttons(button("Hand in", "answer", true), button("Refuse", "reject")),
  ];
}

/** Deliver what came of it, or refuse to make it. */
function externalForm() {
  return [
    labelled("Result", make("textarea", { name: "result", rows: 3 }), "what the model is told"),
    make("label", { class: "choice" }, make("input", { type: "checkbox", name: "failed" }), "It failed, and the result says why"),
    note("Note, if you refuse"),
    buttons(button("Deliver", "deliver", true), button("Refuse", "reject")),
  ];
}

/** Say what became of it. It is made again only where that cannot be a second time at the same time. */
function doubtForm(call) {
  const early = call.deadline !== null && call.deadline > Date.now() * 1000;
  const choice = (value, words, hint, disabled) => make("label", { class: "choice" },
    make("input", { type: "radio", name: "verdict", value, required: true, disabled }), make("span", null, words, make("small", null, hint)));
  const retry = choice("retry", "It did not happen: make it again", early ? `not before ${clock(call.deadline)}, until then it may still be under way` : "", early);
  if (early) setTimeout(() => { find("input", retry).disabled = false; find("small", retry).textContent = ""; }, Math.min(call.deadline / 1000 - Date.now() + 500, 2 ** 31 - 1));
  return [
    make("fieldset", null, make("legend", null, "Find out first, for instance in the system it talks to. Then:"),
      choice("result", "It happened", "the result goes to the model"), choice("failure", "It failed", "the model is told so"), retry),
    labelled("What came of it", make("textarea", { name: "result", rows: 2 }), "what the model is told, unless it is made again"),
    note("Note"),
    buttons(button("Settle", "settle", true)),
  ];
}

const FORMS = { confirm: confirmForm, input: inputForm, external: externalForm, doubt: doubtForm };

/** What identifies a form: another call, or other arguments, are another form. */
const identity = (run, call) => JSON.stringify([run.id, call.call, call.kind, call.digest]);

/** The card of a call that waits. `named` says of which run it is. */
function waitingCard(run, call, { named = false } = {}) {
  const id = `title-${waitingCard.count = (waitingCard.count ?? 0) + 1}`;
  const made = make("form", { class: "notice waits", "aria-labelledby": id, "data-identity": identity(run, call), onsubmit: (event) => submit(event, run, call) },
    make("h2", { id }, ASKS[call.kind]),
    call.said && make("p", { class: "said" }, `The model said: “${call.said}”`),
    make("div", { class: "asked" }, make("code", { class: "tool" }, call.tool), told(call.arguments || "{}")),
    make("p", { class: "facts" },
      named && ["for ", make("b", null, run.agent_name ?? run.agent_id), run.user_id === null ? null : [", user ", make("b", null, run.user_id)], ", in run ", runLink(run.id, run.id), " · "],
      "asked ", make("span", { title: clock(call.since) }, ago(call.since)),
      call.expires !== null && [" · counts as rejected from ", time(call.expires), " on"]),
    FORMS[call.kind](call),
    make("p", { class: "problem", role: "alert" }));
  return made;
}
