// What is known exactly of the embedded stories, as columns: nats a text above the source, and texts that it could have written.

import type { ComparedMember, Comparison, MemberPrediction } from "./comparison.js";
import { type Column, generationAt, type Value } from "./comparison_columns.js";

const nats = (value: number): string => value.toFixed(2);
const percent = (value: number): string => `${(100 * value).toFixed(1)}\u00A0%`;

/** Of what was written at these temperatures, all unless given. No columns for other texts. */
export function storyColumns({ members, temperatures: all }: Comparison, temperatures: readonly number[] = all): Column[] {
  const known = members.some(({ prediction, generations }) => prediction?.floor || generations.some(({ stories }) => stories));
  if (!known) return [];
  const floor = (name: string, explain: string, of: (floor: NonNullable<MemberPrediction["floor"]>) => number, more: Partial<Column> = {}): Column => ({
    group: "prediction",
    name,
    explain,
    format: nats,
    of: ({ prediction }) => (prediction?.floor ? of(prediction.floor) : null),
    real: null,
    bound: () => false,
    ...more,
  });
  const bound = ({ prediction }: ComparedMember): boolean => prediction?.bound ?? false;
  const written = (temperature: number) => (member: ComparedMember): Value => generationAt(member, temperature)?.stories?.wellFormed ?? null;
  return [
    floor("nats a story", "What the model needs for a text of the test part.", ({ model }) => model, { bound }),
    floor("source", "What the source itself needs for these texts: no model can need less on average.", ({ source }) => source),
    floor("above", "The difference: an estimate of the divergence between the source and the model.", ({ above }) => above, { bound, best: "lowest" }),
    ...temperatures.map((temperature): Column => ({
      group: "writing",
      name: `well-formed at ${temperature}`,
      explain: `Texts written at temperature ${temperature} that the source could have written, from beginning to end.`,
      format: percent,
      of: written(temperature),
      real: 1,
      bound: () => false,
      best: "highest",
    })),
  ];
}
