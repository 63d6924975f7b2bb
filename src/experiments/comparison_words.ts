// A comparison in sentences, drawn from its numbers alone: what was compared, who predicts best, who writes nearest to real texts, what failed.

import type { Figure } from "../evaluation/figure.js";
import { counted } from "../text/corpus.js";
import type { ComparedFamily, ComparedMember, ComparedPart, Comparison } from "./comparison.js";
import { bits } from "./comparison_columns.js";
import { meanOverSeeds, membersByFamily, overlap } from "./comparison_rows.js";

/** "a", "a and b", "a, b and c". */
export const listed = (names: readonly string[]): string => (names.length < 2 ? (names[0] ?? "") : `${names.slice(0, -1).join(", ")} and ${names[names.length - 1]}`);

const withInterval = ({ value, low, high }: Figure): string => `${bits(value)} [${bits(low)}, ${bits(high)}]`;

export const comparisonTitle = (comparison: Comparison): string => {
  const families = membersByFamily(comparison).map(({ family }) => family);
  return families.length === 1 ? `${families[0]} on ${comparison.data.name}` : `${listed(families)} compared on ${comparison.data.name}`;
};

/** A part of the data in words: "9,000 texts (1,012,482 characters)". */
export function partInWords({ texts, characters }: ComparedPart, { data }: Comparison): string {
  return data.kind === "stream" ? counted(characters, "character") : `${counted(texts, "text")} (${counted(characters, "character")})`;
}

/** What was done, in one sentence. */
export function whatWasCompared(comparison: Comparison): string {
  const { data, budget, seeds, machine, tokenizer } = comparison;
  const families = membersByFamily(comparison).length;
  const many = seeds.length > 1 ? `, with each of ${seeds.length} seeds,` : "";
  const length = "minutes" in budget ? `about ${counted(budget.minutes, "minute")}` : counted(budget.steps, "step");
  const parts = `${partInWords(data.train, comparison)} of ${data.name}, chose its best weights by ${partInWords(data.validation, comparison)} and was measured by another ${partInWords(data.test, comparison)} that it never saw`;
  return `${families === 1 ? "One family" : `Each of ${families} families`}${many} learnt for ${length} from ${parts}; tokenizer: ${tokenizer}; on ${counted(machine.threads, "thread")} of ${machine.processor} (${counted(machine.cores, "core")}).`;
}

/** What is said of a family: means over its seeds that are done. */
interface FamilyFigures {
  readonly family: ComparedFamily;
  readonly bits: Figure | null;
  readonly bound: boolean;
  /** Quality and diversity at each temperature. */
  readonly writing: readonly { readonly temperature: number; readonly bleu: Figure; readonly selfBleu: Figure }[];
}

function writingOf(members: readonly ComparedMember[], temperatures: readonly number[]): FamilyFigures["writing"] {
  return temperatures.flatMap((temperature) => {
    const measures = members.flatMap(({ generations }) => generations.filter((one) => one.temperature === temperature).map((one) => one.measures));
    const bleu = meanOverSeeds(measures.map((one) => one.bleu[3]));
    const selfBleu = meanOverSeeds(measures.flatMap((one) => (one.selfBleu ? [one.selfBleu[3]] : [])));
    return bleu && selfBleu ? [{ temperature, bleu, selfBleu }] : [];
  });
}

/** Of each family what is left when its seeds are averaged; families of which nothing is done have no figures. */
export function familyFigures(comparison: Comparison): FamilyFigures[] {
  return membersByFamily(comparison).map(({ family, members }) => {
    const done = members.filter(({ status }) => status === "done");
    return {
      family,
      bits: meanOverSeeds(done.flatMap(({ prediction }) => (prediction ? [prediction.bitsPerCharacter] : []))),
      bound: done.some(({ prediction }) => prediction?.bound),
      writing: writingOf(done, comparison.temperatures),
    };
  });
}

function aboutPrediction(families: readonly FamilyFigures[], seeds: number): string[] {
  const known = families.flatMap(({ family, bits: figure, bound }) => (figure ? [{ family, figure, bound }] : [])).sort((a, b) => a.figure.value - b.figure.value);
  if (known.length === 0) return [];
  const [best, ...others] = known;
  const atMost = best.bound ? "at most " : "";
  const over = seeds > 1 ? ", over its seeds" : "";
  const figures = `${atMost}${withInterval(best.figure)} bits per character${over}`;
  if (others.length === 0) return [`${best.family} predicts the test part with ${figures}.`];
  const near = others.filter(({ figure }) => overlap(figure, best.figure)).map(({ family }) => family);
  const told = near.length === 0 ? "no other's interval reaches its own." : `the ${near.length === 1 ? "interval" : "intervals"} of ${listed(near)} ${near.length === 1 ? "overlaps" : "overlap"} its own.`;
  const bounds = others.filter(({ bound }) => bound).map(({ family }) => family);
  const caution = bounds.length === 0 ? [] : [`The figure of ${listed(bounds)} is a bound from above: it may predict better than that.`];
  return [`${best.family} predicts the test part best, with ${figures}; ${told}`, ...caution];
}

const between = (a: Figure, b: Figure, part: number): Figure => ({ value: a.value + part * (b.value - a.value), low: a.low + part * (b.low - a.low), high: a.high + part * (b.high - a.high) });

/** Where a family is as diverse as real texts: its quality there and the temperature, both between two that were tried. */
export function atDiversity(writing: FamilyFigures["writing"], selfBleu: number): { readonly bleu: Figure; readonly temperature: number } | null {
  let best: { bleu: Figure; temperature: number } | null = null;
  writing.forEach((point, i) => {
    const next = writing[Math.min(i + 1, writing.length - 1)];
    const span = next.selfBleu.value - point.selfBleu.value;
    const part = span === 0 ? (point.selfBleu.value === selfBleu ? 0 : -1) : (selfBleu - point.selfBleu.value) / span;
    if (part < 0 || part > 1) return;
    const found = { bleu: between(point.bleu, next.bleu, part), temperature: point.temperature + part * (next.temperature - point.temperature) };
    if (best === null || found.bleu.value > best.bleu.value) best = found;
  });
  return best;
}

function aboutWriting(families: readonly FamilyFigures[], { real, temperatures }: Comparison): string[] {
  const writing = families.filter(({ writing }) => writing.length > 0);
  if (writing.length === 0) return [];
  if (!real?.selfBleu) return ["The test part has too few texts to say what real ones would score beside the written."];
  const [quality, diversity] = [real.bleu[3].value, real.selfBleu[3].value];
  const reached = writing.flatMap(({ family, writing }) => {
    const found = atDiversity(writing, diversity);
    return found ? [{ family, ...found }] : [];
  });
  const never = writing.filter(({ family }) => reached.every((other) => other.family !== family));
  const range = temperatures.length === 1 ? `temperature ${temperatures[0]}` : `temperatures from ${Math.min(...temperatures)} to ${Math.max(...temperatures)}`;
  const lessDiverse = ({ writing: points }: FamilyFigures): boolean => points.every(({ selfBleu }) => selfBleu.value > diversity);
  const outside = ([["more", never.filter((family) => !lessDiverse(family))], ["less", never.filter(lessDiverse)]] as const).flatMap(([how, families]) =>
    families.length === 0 ? [] : [`At ${range}, ${listed(families.map(({ family }) => family))} ${families.length === 1 ? "is" : "are"} ${how} diverse than real texts.`],
  );
  if (reached.length === 0) return outside;
  const [best, ...others] = reached.sort((a, b) => Math.abs(a.bleu.value - quality) - Math.abs(b.bleu.value - quality));
  const near = others.filter(({ bleu }) => overlap(bleu, best.bleu)).map(({ family }) => family);
  const rest = near.length === 0 ? "" : `; ${listed(near)} ${near.length === 1 ? "is" : "are"} as near within ${near.length === 1 ? "its interval" : "their intervals"}`;
  const comes = others.length === 0 ? "has a quality of" : "comes nearest in quality:";
  return [`As diverse as real texts (Self-BLEU-3 ${bits(diversity)}), ${best.family} ${comes} BLEU-3 ${withInterval(best.bleu)} against ${bits(quality)} of real texts, at a temperature of about ${best.temperature.toFixed(2)}${rest}.`, ...outside];
}

function aboutStatus({ members }: Comparison): string[] {
  const failed = members.filter(({ status }) => status === "failed").map(({ name, failure }) => `${name} failed: ${failure ?? "no reason was given"}`.replace(/[^.!?]$/u, "$&."));
  const waiting = members.filter(({ status }) => status === "waiting");
  const named = (what: string, some: readonly ComparedMember[]): string[] => (some.length === 0 ? [] : [`${what}: ${listed(some.map(({ name }) => name))}.`]);
  return [...failed, ...named("Trained, but not measured to the end yet", waiting.filter(({ training }) => training !== null)), ...named("Not trained yet", waiting.filter(({ training }) => training === null))];
}

/** What the numbers say, a few sentences. */
export function verdict(comparison: Comparison): string[] {
  const families = familyFigures(comparison);
  return [...aboutPrediction(families, comparison.seeds.length), ...aboutWriting(families, comparison), ...aboutStatus(comparison)];
}
