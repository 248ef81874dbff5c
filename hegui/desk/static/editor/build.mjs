// Writes editor.js, everything the editor needs in one file, and THIRD-PARTY.txt, the licences of what went into it.
import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

const sources = [...readdirSync("src").sort().map((name) => `src/${name}`), "package-lock.json"];
const digest = createHash("sha256");
for (const name of sources) digest.update(readFileSync(name));

const made = await build({
  entryPoints: ["src/page.js"],
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2020",
  charset: "utf8",
  legalComments: "none",
  metafile: true,
  // A test holds this digest to the sources: whoever changes them builds again.
  banner: { js: `// Built by build.mjs; licences: THIRD-PARTY.txt; sources: ${digest.digest("hex")}` },
  outfile: "editor.js",
});

const packages = new Set();
for (const input of Object.keys(made.metafile.inputs)) {
  const found = input.match(/^node_modules\/((?:@[^/]+\/)?[^/]+)\//);
  if (found) packages.add(found[1]);
}
const texts = new Map();
for (const name of [...packages].sort()) {
  const about = JSON.parse(readFileSync(`node_modules/${name}/package.json`, "utf8"));
  const licence = `node_modules/${name}/LICENSE`;
  if (!existsSync(licence)) throw new Error(`${name} has no LICENSE`);
  const text = readFileSync(licence, "utf8").trim();
  texts.set(text, [...(texts.get(text) ?? []), `${name} ${about.version} (${about.license})`]);
}
const parts = [...texts].map(([text, names]) => `${names.join("\n")}\n\n${text}\n`);
writeFileSync("THIRD-PARTY.txt", `editor.js contains:\n\n${parts.join(`\n${"-".repeat(80)}\n\n`)}`);
