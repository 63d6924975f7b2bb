// The sizes that a recurrent variational autoencoder refuses; variational_autoencoder.test.ts has what all families promise.

import { expect, it } from "vitest";
import { RecurrentVariationalAutoencoder } from "./recurrent_variational_autoencoder.js";

it("refuses an odd width, which cannot be divided among two directions", () => {
  const config = { cell: "gru", vocabularySize: 7, contextLength: 9, layers: 2, width: 5, embeddingWidth: 3, latentWidth: 3, labelCount: 0, dropout: 0, wordDropout: 0, freeBits: { perDimension: 0, total: 0 } } as const;
  expect(() => new RecurrentVariationalAutoencoder(config)).toThrow("The width 5 cannot be divided");
});
