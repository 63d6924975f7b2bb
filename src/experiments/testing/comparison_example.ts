// Comparisons as they come out, made by hand: any families and seeds, some of them failed or not begun, any texts.

import type { Figure } from "../../evaluation/figure.js";
import type { CopyFigures, SampleMeasures } from "../../evaluation/measure_samples.js";
import { COMPARED_FAMILIES, type ComparedFamily, type ComparedMember, type Comparison, type MemberGeneration } from "../comparison.js";

/** A figure with an interval of so much to both sides. */
export const figure = (value: number, half = 0.02 * value): Figure => ({ value, low: value - half, high: value + half });

/** How good a family is made to be: bits a character, quality and diversity at temperature 1, size and speed. */
interface Nature {
  readonly bits: number;
  readonly bleu: number;
  readonly selfBleu: number;
  readonly parameters: number;
  readonly speed: number;
  readonly sizes: string;
}

const NATURES: Readonly<Record<ComparedFamily, Nature>> = {
  rnn: { bits: 1.021, bleu: 0.612, selfBleu: 0.588, parameters: 412_000, speed: 21_400, sizes: "1 layer, width 512, windows of 64 tokens" },
  lstm: { bits: 0.874, bleu: 0.695, selfBleu: 0.631, parameters: 1_310_000, speed: 14_800, sizes: "2 layers, width 256, windows of 64 tokens" },
  gru: { bits: 0.881, bleu: 0.688, selfBleu: 0.634, parameters: 1_020_000, speed: 16_100, sizes: "2 layers, width 256, windows of 64 tokens" },
  transformer: { bits: 0.842, bleu: 0.709, selfBleu: 0.642, parameters: 2_860_000, speed: 9_600, sizes: "4 layers of 4 heads, width 192, context of 128 tokens" },
  vae: { bits: 0.951, bleu: 0.671, selfBleu: 0.702, parameters: 1_740_000, speed: 7_900, sizes: "GRU of width 256 on both sides, 32 latent dimensions, β to 1 over 2,000 steps" },
  gan: { bits: 1.164, bleu: 0.724, selfBleu: 0.811, parameters: 1_480_000, speed: 3_200, sizes: "LSTM of width 128 against a convolutional discriminator, 4 roll-outs" },
};

const WORDS = "the little fox found a red ball near the old mill and gave it to her friend who had lost it in the snow last winter".split(" ");
const exampleText = (member: number, text: number, temperature: number): string => {
  const length = 9 + ((member * 7 + text * 11) % 14);
  const words = Array.from({ length }, (_, i) => WORDS[(i * (temperature > 1 ? 5 : 1) + member * 3 + text * 5) % WORDS.length]);
  return `${words[0][0].toUpperCase()}${words.join(" ").slice(1)}.${text % 3 === 1 ? "\nThen they all went home." : ""}`;
};

const copies = (words: number, text: string): CopyFigures => ({ span: figure(words * 0.45), contained: figure(0.014, 0.006), identical: figure(0.008, 0.004), longest: { words, text, sample: 0 } });

/** Measures of about such quality and diversity. */
export function exampleMeasures(bleu: number, selfBleu: number, copied: string): SampleMeasures {
  const orders = (at3: number) => ({ 2: figure(Math.min(1, at3 * 1.22)), 3: figure(at3), 4: figure(at3 * 0.76), 5: figure(at3 * 0.58) });
  const summary = (mean: number) => ({ count: 500, mean, shortest: 3, quartiles: [mean - 4, mean, mean + 5] as const, longest: mean * 3 });
  const mean = 24 + 20 * (selfBleu - 0.6);
  return {
    samples: 500,
    references: 500,
    bleu: orders(bleu),
    selfBleu: orders(selfBleu),
    mauve: figure(Math.min(1, bleu + 0.2), 0.03),
    distinct: [0.11, 0.42, 0.71, 0.86].map((share) => figure(share * (1.6 - selfBleu))),
    repetition: figure(0.02 + 0.1 * Math.max(0, selfBleu - 0.6), 0.004),
    duplicates: figure(0.01, 0.005),
    lengths: { samples: summary(mean), data: summary(24.2), distance: 0.4 + Math.abs(mean - 24.2), mean: figure(mean) },
    novelty: { verbatim: copies(copied.split(" ").length, copied), normalized: copies(copied.split(" ").length, copied) },
  };
}

/** What members are like, and what happened to some of them. */
export interface ExampleOptions {
  readonly families?: readonly ComparedFamily[];
  readonly seeds?: readonly number[];
  readonly temperatures?: readonly number[];
  /** By member: why it failed. */
  readonly failed?: Readonly<Record<string, string>>;
  readonly waiting?: readonly string[];
  /** Whether the data are the embedded stories, whose floor is known. */
  readonly stories?: boolean;
  /** The texts of all members, in place of harmless ones. */
  readonly texts?: readonly string[];
}

function exampleMember(family: ComparedFamily, seed: number, several: boolean, { temperatures = [0.7, 1, 1.3], failed = {}, waiting = [], stories = true, texts }: ExampleOptions): ComparedMember {
  const { bits, bleu, selfBleu, parameters, speed, sizes } = NATURES[family];
  const rank = COMPARED_FAMILIES.indexOf(family);
  const name = several ? `${family}-${seed}` : family;
  const status = name in failed ? "failed" : waiting.includes(name) ? "waiting" : "done";
  const luck = 1 + 0.008 * Math.sin(seed * 5 + rank);
  const bound = family === "vae";
  const steps = Math.round(speed / 8);
  const base = { name, family, seed, status, failure: failed[name] ?? null, notices: [`${name} left out 3 texts of more than 127 tokens (--context).`], sizes, command: `wordloom train stories-train.txt --model ${family} --seed ${seed} --minutes 5 --threads 2 --out comparison/${name}` } as const;
  if (status !== "done") return { ...base, parameters: null, bytes: null, vocabularySize: null, training: null, prediction: null, generations: [] };
  const curve = Array.from({ length: 24 }, (_, i) => {
    const share = ((i + 1) / 24) ** 1.5;
    return { step: Math.max(1, Math.round(steps * share)), seconds: 300 * share, tokens: speed * 300 * share, bitsPerCharacter: bits * luck * (1 + 2.4 * Math.exp(-9 * Math.sqrt(share)) + 0.01 * Math.sin(i * 3 + rank)) };
  });
  const generations = temperatures.map((temperature): MemberGeneration => {
    const change = temperature - 1;
    const own = texts ?? Array.from({ length: 5 }, (_, text) => exampleText(rank + seed, text, temperature));
    const copied = own[0].split(" ").slice(0, 6).join(" ");
    return {
      temperature,
      measures: exampleMeasures(luck * (bleu - 0.35 * change - 0.2 * change ** 2), luck * (selfBleu - 0.55 * change - 0.1 * change ** 2), copied),
      ...(stories ? { stories: { wellFormed: figure(Math.max(0.05, Math.min(0.99, 1.6 - bits - 0.4 * change)), 0.03), sourceNats: temperature > 1.2 && family === "rnn" ? null : figure(31 - 6 * (1 - temperature), 0.5), entropy: 31.27 } } : {}),
      cutOff: 0.012,
      tokensPerSecond: speed / 6,
      texts: own,
    };
  });
  return {
    ...base,
    parameters,
    bytes: parameters * 4 + 1200,
    vocabularySize: 512,
    training: { steps, seconds: 300.4, tokens: speed * 300, bestStep: Math.round(steps * 0.94), reason: "minutes", tokensPerSecond: speed, curve },
    prediction: { bitsPerCharacter: figure(bits * luck, 0.011), perplexity: figure(2 ** (bits * luck * 3.1), 0.16), texts: 500, unknownShare: 0, bound, seconds: 3.2, ...(stories ? { floor: { source: 31.4, model: 31.4 + (bits * luck - 0.78) * 40, above: (bits * luck - 0.78) * 40, entropy: 31.27 } } : {}) },
    generations,
  };
}

/** A comparison of these families with these seeds. */
export function exampleComparison(options: ExampleOptions = {}): Comparison {
  const { families = COMPARED_FAMILIES, seeds = [1], temperatures = [0.7, 1, 1.3] } = options;
  const command = `wordloom compare stories --families ${families.join(",")} --minutes 5${seeds.length > 1 ? ` --seeds ${seeds.join(",")}` : ""}`;
  return {
    data: {
      name: "stories",
      file: "stories",
      sha256: "9f2c4a6e8b0d1f3a5c7e9b1d3f5a7c9e0b2d4f6a8c0e2b4d6f8a0c2e4b6d8f0a",
      testSha256: null,
      kind: "samples",
      train: { texts: 9000, characters: 1_012_482 },
      validation: { texts: 500, characters: 56_120 },
      test: { texts: 500, characters: 55_874 },
    },
    tokenizer: "byte-pair encoding, 512 tokens",
    budget: { minutes: 5 },
    seeds,
    temperatures,
    samples: 500,
    unit: "texts",
    real: exampleMeasures(0.702, 0.611, "the old mill and gave it to her friend"),
    realTexts: options.texts ?? Array.from({ length: 5 }, (_, text) => exampleText(7, text, 1)),
    machine: { cores: 2, processor: "Intel(R) Xeon(R) Processor @ 2.60GHz", threads: 2 },
    version: "0.1.0",
    command,
    repeat: `${command} --tokenizer bpe --vocabulary 512 --samples 500 --temperatures ${temperatures.join(",")} --threads 2 --out comparison`,
    members: families.flatMap((family) => seeds.map((seed) => exampleMember(family, seed, seeds.length > 1, options))),
  };
}
