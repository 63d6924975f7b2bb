// What stands in a comparison's folder: what it is of, the plan of its trainings, and what they came to.

import { z } from "zod";
import { COMPARED_FAMILIES, type ComparedMember, type Comparison } from "./comparison.js";
import { readStudy, type StudyKind } from "./study_folder.js";

const part = z.object({ texts: z.int(), characters: z.int() });

const identitySchema = z.object({
  data: z.object({ name: z.string(), file: z.string(), sha256: z.string(), testSha256: z.string().nullable(), kind: z.enum(["stream", "samples"]), train: part, validation: part, test: part }),
  budget: z.union([z.object({ minutes: z.number() }), z.object({ steps: z.int() })]),
  reading: z.object({ seed: z.int(), validation: z.number(), test: z.number().nullable(), lines: z.boolean().nullable(), column: z.string().nullable(), stories: z.int().nullable() }),
  tokenizer: z.enum(["character", "word", "bpe"]),
  vocabulary: z.int().nullable(),
  samples: z.int(),
  temperatures: z.array(z.number().gt(0)).min(1),
  threads: z.int(),
});

/** All that decides the figures. */
export type ComparisonIdentity = Readonly<z.infer<typeof identitySchema>>;

const plannedSchema = z.object({ family: z.enum(COMPARED_FAMILIES), seed: z.int(), options: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])) });

/** A family's training, step for step. */
export type PlannedMember = Readonly<z.infer<typeof plannedSchema>>;

/** What decides what is done next is checked; figures that this program wrote itself are taken as they stand. */
const memberShape = z.looseObject({
  name: z.string(),
  family: z.enum(COMPARED_FAMILIES),
  seed: z.int(),
  status: z.enum(["waiting", "done", "failed"]),
  failure: z.string().nullable(),
  notices: z.array(z.string()),
  training: z.looseObject({ steps: z.int(), curve: z.array(z.looseObject({ step: z.int() })) }).nullable(),
  prediction: z.looseObject({ bitsPerCharacter: z.looseObject({ value: z.number() }) }).nullable(),
  generations: z.array(z.looseObject({ temperature: z.number(), measures: z.looseObject({ samples: z.int() }), texts: z.array(z.string()) })),
});
const memberSchema = memberShape.transform((member) => member as unknown as ComparedMember);

const stateSchema = z.object({
  identity: identitySchema,
  plan: z.array(plannedSchema),
  unit: z.enum(["texts", "lines", "pieces"]).nullable(),
  real: z.custom<Comparison["real"]>((value) => typeof value === "object"),
  realTexts: z.array(z.string()).readonly(),
  notices: z.array(z.string()).readonly(),
  command: z.string(),
  processor: z.string(),
  members: z.array(memberSchema),
});

export type ComparisonState = Readonly<Omit<z.infer<typeof stateSchema>, "plan" | "members">> & { readonly plan: readonly PlannedMember[]; readonly members: readonly ComparedMember[] };

export const COMPARISON: StudyKind<ComparisonState> = { name: "comparison", format: 1, schema: stateSchema };

/** @throws WordloomError "file_not_found", "invalid_run", "unsupported_version" */
export const readComparison = (file: string): ComparisonState => readStudy(file, COMPARISON);
