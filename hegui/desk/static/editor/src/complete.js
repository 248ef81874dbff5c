// What may be written at the cursor: keys the schema allows there with their Chinese titles, values it lists, data items, units.
import { placeOf } from "./place.js";

// `words`: {nodes: {name: {keys: {key: {title, about, node, values, takes}}}}, roots: {…}, concepts: [{id, label, about}], units: []}
export function completionOf(words, root) {
  return (context) => {
    const line = context.state.doc.lineAt(context.pos);
    const lines = context.state.doc.toString().split("\n");
    const place = placeOf(lines, line.number - 1, context.pos - line.from);
    const from = line.from + place.from;
    if (!context.explicit && from === context.pos && place.value !== null) return null;
    const options = place.value === null ? keysAt(words, root, place.path, lines, context) : valuesAt(words, root, place.path);
    return options.length ? { from, options, validFor: /^[\p{L}\p{N}_“”‘’·.()-]*$/u } : null;
  };
}

function nodeAt(words, root, path) {
  let node = words.nodes[root];
  for (const key of path) {
    const next = node && (node.keys[key] ?? node.other);
    node = next && words.nodes[next.node];
  }
  return node;
}

function keysAt(words, root, path, lines, context) {
  const node = nodeAt(words, root, path);
  if (!node) return [];
  const inFlow = /\{[^}]*$/.test(context.state.doc.lineAt(context.pos).text.slice(0, context.pos - context.state.doc.lineAt(context.pos).from));
  const keys = Object.entries(node.keys).map(([key, one]) => ({
    label: key, detail: one.title, info: one.about, type: "property", apply: `${key}: `, boost: one.needed ? 1 : 0,
  }));
  return inFlow || !node.takes ? keys : [...keys, ...named(words, node.takes)];
}

function valuesAt(words, root, path) {
  const holder = nodeAt(words, root, path.slice(0, -1));
  const entry = holder && (holder.keys[path[path.length - 1]] ?? holder.other);
  if (!entry) return [];
  const listed = (entry.values ?? []).map((value) => ({ label: value, type: "enum" }));
  return [...listed, ...named(words, entry.takes)];
}

function named(words, takes) {
  const units = words.units.map((name) => ({ label: name, type: "unit", detail: words.said.unit }));
  if (takes === "unit") return units;
  if (takes !== "formula") return [];
  const concepts = words.concepts.flatMap((one) => [
    { label: one.label, detail: one.id, info: one.about, type: "variable", boost: 2 },
    { label: one.id, detail: one.label, info: one.about, type: "variable" },
  ]);
  return [...concepts, ...units];
}
