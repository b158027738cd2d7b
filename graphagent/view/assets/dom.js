"use strict";
// What all pages share. Whatever comes from a run enters the document as a text node or an attribute, never as markup.

const find = (selector, inside = document) => inside.querySelector(selector);

/** An element with attributes (`on…` are listeners) and children: texts, elements, lists; null, false and 0 are nothing. */
function make(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.flat(9).filter((child) => child !== null && child !== undefined && child !== false && child !== 0 && child !== ""));
  return made;
}

/** A number as it was written: beyond what JavaScript can hold, or with a zero after the point. */
class Exact {
  constructor(source) { this.source = source; }
  valueOf() { return Number(this.source); }
  toJSON() { return JSON.rawJSON ? JSON.rawJSON(this.source) : this.source; }
}

const exactly = (_, value, context) =>
  typeof value === "number" && context && String(value) !== context.source ? new Exact(context.source) : value;
const parsed = (text) => JSON.parse(text, exactly);

/** The JSON object or list that a text is, or undefined. */
function structure(text) {
  if (typeof text !== "string" || !/^\s*[[{]/.test(text)) return undefined;
  try { return parsed(text); } catch { return undefined; }
}

const DATA = parsed(find("#data").textContent);

// -- how things read --------------------------------------------------------------------------------------------------

/** A time span in seconds, in two figures. */
function duration(seconds) {
  for (const [unit, size, limit] of [["ms", 0.001, 1], ["s", 1, 100], ["min", 60, 6000], ["h", 3600, 172800]]) {
    if (seconds < limit) return `${(seconds / size).toFixed(seconds / size >= 10 || seconds === 0 ? 0 : 1)} ${unit}`;
  }
  return `${Math.round(seconds / 86400)} d`;
}

const two = (number) => String(number).padStart(2, "0");

/** Microseconds since the epoch as local date and time. */
function clock(micros) {
  const at = new Date(micros / 1000);
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

const time = (micros) => make("time", { datetime: new Date(micros / 1000).toISOString() }, clock(micros));
const ago = (micros) => `${duration(Math.max(0, Date.now() * 1000 - micros) / 1e6)} ago`;
const counted = (number, what) => `${number} ${what}${number === 1 ? "" : "s"}`;
const scalar = (value) => typeof value === "string" ? value : value instanceof Exact ? value.source : JSON.stringify(value);

/** The picture, sound or film that a text is, all of it; null where it is none. What lies elsewhere is never fetched. */
function medium(text) {
  switch (/^data:(image|audio|video)\/[^,]*;base64,/.exec(text)?.[1]) {
    case "image": return make("img", { src: text, alt: "Picture" });
    case "audio": return make("audio", { src: text, controls: true, preload: "metadata" });
    case "video": return make("video", { src: text, controls: true, preload: "metadata" });
    default: return null;
  }
}

/** A JSON value as a person reads it: names beside values, long texts with their lines. */
function shown(value) {
  if (typeof value === "string" && value.startsWith("data:")) return medium(value) ?? make("span", { class: "text" }, value);
  if (value === null || typeof value !== "object" || value instanceof Exact) {
    return make("span", { class: typeof value === "string" ? "text" : "literal" }, scalar(value) || "“”");
  }
  const entries = Object.entries(value);
  if (!entries.length) return make("span", { class: "literal" }, Array.isArray(value) ? "[]" : "{}");
  if (Array.isArray(value)) return make("ol", { class: "values", start: 0 }, value.map((item) => make("li", null, shown(item))));
  return make("dl", { class: "values" }, entries.map(([name, item]) => [make("dt", null, name), make("dd", null, shown(item))]));
}

/** A text as it is: a structure where it is JSON, else its lines. */
function told(text) {
  const value = structure(text);
  return value === undefined ? medium(text) ?? make("p", { class: "prose" }, text) : shown(value);
}

/** The badge of a state. */
const badge = (state, words = state) => make("span", { class: `badge ${sort(state)}`, title: MEANS[state] ?? state }, words);

/** How a run stands, in words for somebody who does not know its states. */
const standing = (state) => badge(state, STANDING[state] ?? (sort(state) === "acts" ? `at work: ${state}` : state));
const STANDING = { ready: "not begun", confirm: "waits for approval", input: "waits for input", external: "waits for a result", doubt: "in doubt" };

const ENDS = { completed: "done", failed: "broken", cancelled: "ended" };
const WAITS = ["confirm", "input", "external", "doubt"];
const sort = (state) => ENDS[state] ?? (WAITS.includes(state) ? "waits" : "acts");

const GATES = { confirm: "approval", input: "input", external: "an external result", doubt: "a verdict" };

// What the words of the machine mean, for those who see them for the first time.
const MEANS = {
  ready: "Nothing has happened yet.",
  recall: "Looks up history, memories and knowledge.",
  reasoning: "Thinks before it answers.",
  model: "The model is being asked.",
  tool: "Tools are being called.",
  confirm: "Waits for a person to approve a call.",
  input: "Waits for a person to fill in what a call needs.",
  external: "Waits for somebody to make a call elsewhere and deliver its result.",
  doubt: "A call was started and nobody knows what became of it: a person has to say.",
  respond: "The model's answer is being checked.",
  remember: "Memories and the summary are being updated.",
  completed: "The run has answered.",
  failed: "The run could not go on.",
  cancelled: "Somebody ended the run.",
};
