// Comparisons with the smallest budgets, by the built library.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type * as Compare from "./compare.js";
import type { CompareEvent } from "./compare_events.js";
import type { CompareOptionsInput } from "./compare_options.js";
import type { ComparedMember } from "./comparison.js";
import { generateStories } from "../text/stories/index.js";

const { compare } = (await import(new URL("../../dist/experiments/compare.js", import.meta.url).href)) as typeof Compare;

let folder: string;
const file = (name: string): string => join(folder, name);
/** Their first few words: short lines compile quickly. */
const stories = (count: number, seed: number): string[] => generateStories(count, seed).map(({ text }) => text.split(" ").slice(0, 4).join(" "));
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "wordloom-compare-"));
  writeFileSync(file("lines.txt"), stories(240, 1).join("\n"));
  writeFileSync(file("others.txt"), stories(240, 3).join("\n"));
  writeFileSync(file("prose.txt"), stories(600, 2).join(" "));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const tiny = (out: string, more: Partial<CompareOptionsInput> = {}): CompareOptionsInput => ({ data: file("lines.txt"), lines: true, steps: 10, validation: 0.1, test: 0.2, samples: 10, temperatures: [0.8, 1], threads: 1, out: file(out), ...more });

/** Without what a clock decides and where the folder is. */
function figures(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(figures);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).flatMap(([name, part]) => (["seconds", "tokensPerSecond", "command"].includes(name) ? [] : [[name, figures(part)]])));
}
const figuresOf = (members: readonly ComparedMember[]): unknown => figures(members);

describe("a comparison", () => {
  const events: CompareEvent[] = [];
  let members: readonly ComparedMember[];
  let interrupted: Compare.CompareOutcome;
  beforeAll(async () => {
    // Interrupted when the first family has been measured, and gone on with.
    const interruption = new AbortController();
    const onEvent = (event: CompareEvent): void => {
      if (event.type === "progress" && event.stage.name === "writing" && event.member === "vae") interruption.abort();
    };
    const first = await compare(tiny("cut", { families: ["rnn", "vae"] }), { signal: interruption.signal, onEvent });
    interrupted = first;
    const second = await compare(tiny("cut", { families: ["rnn", "vae"] }), { onEvent: (event) => events.push(event) });
    ({ members } = second.comparison);
  });

  it("that was interrupted repeats nothing that was done", () => {
    expect(interrupted.reason).toBe("interrupted");
    expect(interrupted.comparison.members.map(({ status }) => status)).toEqual(["done", "waiting"]);
    expect(members.map(({ status }) => status)).toEqual(["done", "done"]);
    expect(events[0]).toMatchObject({ type: "start", done: ["rnn"] });
    const stages = events.flatMap((event) => (event.type === "progress" ? [`${event.member} ${event.stage.name}`] : []));
    expect([...new Set(stages)]).toEqual(["vae writing"]);
    expect(events.some(({ type }) => type === "planning")).toBe(false);
  });

  it("has each family's curve, prediction and texts, all measured on the same parts", () => {
    for (const { name, training, prediction, generations, parameters, bytes, vocabularySize, sizes, command } of members) {
      expect(training).toMatchObject({ steps: 10, reason: "steps" });
      expect(training!.curve.at(-1)).toMatchObject({ step: 10, tokens: training!.tokens });
      const { value, low, high } = prediction!.bitsPerCharacter;
      expect(low < value && value < high).toBe(true);
      expect(prediction!.bound).toBe(name === "vae");
      expect(Math.abs(training!.curve.at(-1)!.bitsPerCharacter / value - 1)).toBeLessThan(0.35); // the same unit, of another part of the texts
      expect(generations.map(({ temperature }) => temperature)).toEqual([0.8, 1]);
      for (const { measures, texts } of generations) expect([measures.samples, measures.references, texts.length]).toEqual([10, 24, 10]);
      expect(parameters! > 1000 && bytes! > 4 * parameters! && sizes !== "").toBe(true);
      expect(command).toMatch(new RegExp(`^npx wordloom train .*--family ${name} .*--steps 10`));
      expect(vocabularySize).toBe(members[0].vocabularySize);
    }
  });

  it("gives the same figures again: from its plan, in another folder, without a break", async () => {
    const again = await compare({ data: file("lines.txt"), plan: file("cut/comparison.json"), out: file("again") });
    expect(figuresOf(again.comparison.members)).toEqual(figuresOf(members));
    expect(again.comparison.real).toEqual(JSON.parse(readFileSync(file("cut/comparison.json"), "utf8")).real);
  });

  it("that was interrupted while it looked at a family's speed plans nothing, and goes on", async () => {
    const interruption = new AbortController();
    const onEvent = (event: CompareEvent): void => void (event.type === "planning" && setTimeout(() => interruption.abort(), 300));
    const timed = tiny("planning", { families: ["rnn"], steps: undefined, minutes: 0.01, temperatures: [1] });
    const { reason } = await compare(timed, { signal: interruption.signal, onEvent });
    expect(reason).toBe("interrupted");
    expect(JSON.parse(readFileSync(file("planning/comparison.json"), "utf8")).plan).toEqual([]);
    const { comparison } = await compare(timed);
    expect(comparison.members[0]).toMatchObject({ status: "done", training: { reason: "steps" } });
    const more = await compare({ ...timed, families: undefined, seeds: 2 });
    expect(more.comparison.members.map(({ name, status }) => [name, status])).toEqual([["rnn", "done"], ["rnn-2", "done"]]);
  });

  it("takes in further families, and one that fails does not stop the rest", async () => {
    const prose = { data: file("prose.txt"), lines: false, test: 0.4 };
    const { comparison } = await compare(tiny("prose", { ...prose, families: ["gan", "rnn"] }));
    const [gan, rnn] = comparison.members;
    expect(gan).toMatchObject({ status: "failed", failure: expect.stringContaining("The family gan reads and writes lines"), training: null });
    expect(rnn).toMatchObject({ status: "done", failure: null });
    expect(comparison.unit).toBe("pieces");
    expect(comparison.real!.samples).toBe(rnn.generations[0].measures.samples); // measures depend on how many there are
    const more = await compare(tiny("prose", { ...prose, families: ["vae"] }));
    expect(more.comparison.members.map(({ name, status }) => [name, status])).toEqual([["gan", "failed"], ["rnn", "done"], ["vae", "failed"]]);
  });

  it.each<[string, Partial<CompareOptionsInput> & { readonly data?: string }, RegExp]>([
    ["of other data in its folder", { data: "prose.txt", lines: false }, /holds a comparison of other data/],
    ["with another budget in its folder", { steps: 11 }, /holds a comparison with steps 10, but steps 11 was asked for; repeat its command/],
    ["of another split in its folder", { test: 0.3 }, /holds a comparison whose data was read or split in another way \(.*test 0\.2/],
    ["by a plan of other data", { plan: "cut/comparison.json", data: "others.txt", out: "x" }, /The plan ".*comparison\.json" is of other data/],
    ["with a plan and a budget", { plan: "cut/comparison.json", steps: 5000, out: "x" }, /--steps is decided by the plan/],
    ["of no family there is", { families: ["elman" as never] }, /--families must be a list of some of rnn, lstm/],
    ["of a family twice", { families: ["rnn", "rnn"] }, /The family rnn is asked for twice/],
    ["with two budgets", { minutes: 1 }, /Both --minutes and --steps/],
    ["measured on the data itself", { test: "lines.txt", out: "x" }, /lines\.txt" is the data itself/],
    ["with a test file beside a plan of a share", { plan: "cut/comparison.json", test: "others.txt", out: "x" }, /sets a share aside to measure on; leave --test out/],
    ["with nothing to learn from", { validation: 0.5, test: 0.5 }, /leave nothing to learn from/],
  ])("%s is refused in a sentence", async (_, { data = "lines.txt", plan, out = "cut", ...options }, sentence) => {
    const { data: _data, ...rest } = tiny(out, options);
    if (typeof options.test === "string") rest.test = file(options.test);
    const given = plan === undefined ? rest : { out: file(out), plan: file(plan), ...(options.steps === undefined ? {} : { steps: options.steps }), ...(typeof options.test === "string" ? { test: file(options.test) } : {}) };
    const refusal = await compare({ data: file(data), ...given }).then(() => "nothing", (error: Error) => error.message);
    expect(refusal).toMatch(sentence);
    expect(refusal).toMatch(/^[^\n]*[^.]\.$/);
  });
});
