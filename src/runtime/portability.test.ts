// What a browser page needs must not reach for Node.js: neither its modules nor its globals, however indirectly.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

/** What a page imports to build, compile and run a model. */
const ENTRANCES = [
  "tensor/index.ts",
  "onnx/lower.ts",
  "onnx/flops.ts",
  "runtime/backend.ts",
  "runtime/parameters.ts",
  "runtime/program.ts",
  "runtime/random.ts",
  "runtime/web_backend.ts",
  "models/gpt2.ts",
  "models/llama.ts",
  "models/recurrent.ts",
  "models/recurrent_sequence_to_sequence.ts",
  "models/transformer_sequence_to_sequence.ts",
  "generation/beam_search.ts",
  "explanation/attention_html.ts",
  "explanation/attention_svg.ts",
];

const NODE_GLOBALS = /(?<![.\w$])(?:Buffer|process|require|global|__dirname|__filename|setImmediate|clearImmediate)(?=\s*[.([])/;
const withoutComments = (source: string): string => source.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/.*$/gm, "");

interface SourceFile {
  readonly source: string;
  /** Modules whose code it loads; imports of types alone vanish when it is compiled. */
  readonly imports: readonly string[];
}

function read(file: URL): SourceFile {
  const source = withoutComments(readFileSync(file, "utf8"));
  const statements = source.matchAll(/(?:^|\n)\s*(?:import|export)\s+(?!type\b)(?:[^"';]*?\sfrom\s+)?"([^"]+)"/g);
  const lazy = source.matchAll(/(?<!typeof )\bimport\("([^"]+)"\)/g);
  return { source, imports: [...statements, ...lazy].map(([, specifier]) => specifier) };
}

/** Every file that the entrances load, and the packages that those import. */
function closure(entrances: readonly string[]): { files: Map<string, SourceFile>; packages: Set<string> } {
  const files = new Map<string, SourceFile>();
  const packages = new Set<string>();
  const waiting = entrances.map((entrance) => new URL(`../${entrance}`, import.meta.url));
  for (let file = waiting.pop(); file; file = waiting.pop()) {
    if (files.has(file.href)) continue;
    const contents = read(file);
    files.set(file.href, contents);
    for (const specifier of contents.imports) {
      if (specifier.startsWith(".")) waiting.push(new URL(specifier.replace(/\.js$/, ".ts"), file));
      else packages.add(specifier);
    }
  }
  return { files, packages };
}

describe("what a browser loads", () => {
  const { files, packages } = closure(ENTRANCES);

  it("is found by following the imports", () => {
    const names = [...files.keys()].map((href) => fileURLToPath(href).replaceAll("\\", "/"));
    for (const expected of ["tensor/operators/matmul.ts", "runtime/ort_session.ts", "nn/layers.ts", "errors.ts"]) {
      expect(names.some((name) => name.endsWith(`/src/${expected}`)), expected).toBe(true);
    }
  });

  it("needs few packages, all made for the browser too", () => {
    expect([...packages].sort()).toEqual(["@bufbuild/protobuf", "@bufbuild/protobuf/codegenv2", "onnxruntime-web", "string-width", "zod"]);
  });

  it("uses no global of Node.js", () => {
    const found = [...files].flatMap(([href, { source }]) => (NODE_GLOBALS.test(source) ? [`${href}: ${NODE_GLOBALS.exec(source)?.[0]}`] : []));
    expect(found).toEqual([]);
  });

  it("would be noticed where it does not hold", () => {
    const native = closure(["runtime/node_backend.ts"]);
    expect(native.packages).toContain("node:module");
    expect([...native.files.values()].some(({ source }) => NODE_GLOBALS.test(source))).toBe(true);
  });
});
