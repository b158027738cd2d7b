// For each line with a drawing, {"language": …, "text": …}, writes a line with what the parser of that language found in it.
import { createInterface } from "node:readline";
import { Graphviz } from "@hpcc-js/wasm-graphviz";
import { JSDOM } from "jsdom";

const { window } = new JSDOM("<body></body>");
Object.assign(globalThis, { window, document: window.document });
const { default: mermaid } = await import("mermaid");
await mermaid.parse("info"); // only then are its kinds of diagrams there

const parsers = {
  async mermaid(text) {
    const { db } = await mermaid.mermaidAPI.getDiagramFromText(text);
    return { direction: db.getDirection(), states: [...db.getStates().values()], relations: db.getRelations() };
  },
  async dot(text) {
    const graphviz = await Graphviz.load();
    const found = graphviz.layout(text, "dot_json", "twopi"); // the engine that is done soonest
    Graphviz.unload(); // used again, it fails now and then, with "table index is out of bounds"
    return JSON.parse(found);
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { language, text } = JSON.parse(line);
  const found = await parsers[language](text).catch((error) => ({ error: String(error) }));
  process.stdout.write(`${JSON.stringify(found)}\n`);
}
