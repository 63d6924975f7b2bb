// Reads what mauve-text and scikit-learn compute from fixtures/divergence_frontier.json.

import { readFileSync } from "node:fs";

interface Frontier {
  readonly p: readonly number[];
  readonly curve: readonly (readonly number[])[];
  readonly area: number;
}

interface DivergenceFrontierFixture {
  /** Clusters for 1, 2, 3 and so on texts. */
  readonly buckets: readonly number[];
  /** Points one after the other, and the inertia that is reached with each number of clusters. */
  readonly clustering: { readonly width: number; readonly points: readonly number[]; readonly inertia: Readonly<Record<string, number>> };
  readonly cases: readonly {
    readonly name: string;
    readonly samples: readonly number[];
    readonly references: readonly number[];
    readonly plain: Frontier;
    readonly smoothed: Frontier;
  }[];
}

export const divergenceFrontierFixture = () => JSON.parse(readFileSync(new URL("../../../fixtures/divergence_frontier.json", import.meta.url), "utf8")) as DivergenceFrontierFixture;
