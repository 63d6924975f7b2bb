// Texts from points of a latent space: how they are asked for, and what becomes of each point.

import * as z from "zod";
import { WordloomError } from "../errors.js";
import { must, parseOptions, strictOptions, whole } from "../generation/option_checks.js";
import { parseSamplingOptions } from "../generation/sampling_options.js";
import { RandomStream } from "../runtime/random.js";
import { given } from "./given_options.js";
import { placeOfLabel } from "./latent_labels.js";
import type { PlacedPoint, WriteOptions } from "./latent_space.js";
import type { LatentWriteOptions } from "./model_options.js";
import type { OpenedLatent } from "./opened_latent.js";

/** A text written from a point. */
export interface DecodedText {
  readonly text: string;
  readonly tokens: readonly number[];
  /** Of all tokens together, given the point, in nats. */
  readonly logProbability: number;
  /** Whether the model ended it; otherwise it was cut off. */
  readonly complete: boolean;
  readonly point: readonly number[];
  readonly label?: string;
}

const checkedElsewhere = z.unknown().optional();
const writeOptions = strictOptions(
  {
    beams: whole(must("number of beams must be a whole number of 1 or more", "leave it out for 1, which is greedy"), 1).optional(),
    maxTokens: whole(must("largest number of tokens must be a whole number of 1 or more", "leave it out for as many as the model holds"), 1).optional(),
    temperature: checkedElsewhere,
    topK: checkedElsewhere,
    topP: checkedElsewhere,
    minP: checkedElsewhere,
    seed: checkedElsewhere,
    label: z.string({ error: must("label must be a string", "give one that the model was trained with") }).optional(),
  },
  "option of writing from points",
  '{ temperature: 0.8, label: "happy" }',
);

/**
 * How texts are written from points: greedily unless a beam or a temperature and the like are given.
 * @throws WordloomError "invalid_argument"
 */
export function writingOf(options: LatentWriteOptions): WriteOptions & { readonly seed: number } {
  const { beams, maxTokens, temperature, topK, topP, minP, seed = 0 } = parseOptions(writeOptions, given(options)) as LatentWriteOptions;
  const drawn = given({ temperature, topK, topP, minP });
  const random = Object.keys(drawn).length > 0;
  if (random && (beams ?? 1) > 1) throw new WordloomError("invalid_argument", `Words are either drawn at random or searched for with ${beams} beams; leave the beams or the temperature and the like out.`);
  parseSamplingOptions({ ...drawn, seed });
  return { ...given({ beams, maxTokens }), ...(random ? { sampling: { ...drawn, seed } } : {}), seed };
}

/** The label of each text: the one that was asked for; where none was, of a model that knows labels, in turn. */
export function labelInTurn(latent: OpenedLatent, asked: string | undefined): (index: number) => number | null {
  const { labels } = latent.run.config;
  const place = placeOfLabel({ labels, path: latent.path }, asked);
  if (labels.length === 0) return () => null;
  return (index) => place ?? index % labels.length;
}

/** A text's label by its name; nothing for none. */
export const labelled = ({ run }: OpenedLatent, label: number | null): { label?: string } => (label === null ? {} : { label: run.config.labels[label] });

/** Writes texts from points, in their order. */
export async function* decoded(latent: OpenedLatent, points: readonly PlacedPoint[], options: WriteOptions, first = 0): AsyncGenerator<DecodedText, void, void> {
  let i = 0;
  for await (const { text, ...rest } of latent.space.write(points, options, first)) {
    const { point, label } = points[i++];
    yield { text: text.trim(), ...rest, point: Array.from(point), ...labelled(latent, label) };
  }
}

/** Points drawn from N(0, 1): the i-th depends on the seed and on i alone. */
export function priorPoint(seed: number, index: number, width: number): number[] {
  const random = new RandomStream(seed, `point ${index} of the prior`);
  return Array.from({ length: width }, () => random.normal());
}
