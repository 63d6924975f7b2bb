// The oracle of the synthetic benchmark (Yu et al. 2017, section 5): an LSTM with fixed N(0, 1) weights, as a language model.

import { RecurrentLanguageModel } from "../../dist/models/recurrent.js";
import { nameParameters, parameterSpecs } from "../../dist/nn/module.js";
import { ParameterBuffers } from "../../dist/runtime/parameters.js";
import { RandomStream } from "../../dist/runtime/random.js";
import { readNpz } from "./npz.js";

/** What the benchmark fixes: sizes, the length of a sequence, and the token before its first. */
export const PROTOCOL = { vocabularySize: 5000, embeddingWidth: 32, width: 32, length: 20, startToken: 0 };

/** The published file's gates in the order of ours: input, forget, candidate, output. */
const GATES = ["i", "f", "c", "og"];

const { vocabularySize, embeddingWidth, width } = PROTOCOL;
const SHAPES = {
  emb: [vocabularySize, embeddingWidth],
  ...Object.fromEntries(GATES.flatMap((gate) => [[`W${gate}`, [embeddingWidth, width]], [`U${gate}`, [width, width]], [`b${gate}`, [width]]])),
  Wo: [width, vocabularySize],
  bo: [vocabularySize],
};

/** (rows, columns) → (columns, rows): the published weights stand on the right of a product, ours are stored transposed. */
function transposed(data, rows, columns) {
  const turned = new Float32Array(data.length);
  for (let row = 0; row < rows; row++) for (let column = 0; column < columns; column++) turned[column * rows + row] = data[row * columns + column];
  return turned;
}

/** A language model of the oracle's sizes with the arrays of the published file as its weights. */
function build(arrays) {
  const model = new RecurrentLanguageModel({ cell: "lstm", vocabularySize, layers: 1, width, embeddingWidth, dropout: 0, tieEmbeddings: false });
  const buffers = new ParameterBuffers(parameterSpecs(nameParameters(model)));
  const fill = (name, pieces) => {
    const values = buffers.values(name);
    pieces.reduce((start, piece) => (values.set(piece, start), start + piece.length), 0);
  };
  fill("embedding.weight", [arrays.get("emb")]);
  fill("rnn.weight_ih_l0", GATES.map((gate) => transposed(arrays.get(`W${gate}`), embeddingWidth, width)));
  fill("rnn.weight_hh_l0", GATES.map((gate) => transposed(arrays.get(`U${gate}`), width, width)));
  fill("rnn.bias_ih_l0", GATES.map((gate) => arrays.get(`b${gate}`)));
  buffers.values("rnn.bias_hh_l0").fill(0); // the published oracle has one bias a gate, ours has two that are added
  fill("head.weight", [transposed(arrays.get("Wo"), width, vocabularySize)]);
  fill("head.bias", [arrays.get("bo")]);
  return { model, buffers };
}

/**
 * The published oracle.
 * @param path target_params.npz: `emb` (5000, 32), for each gate W (32, 32), U (32, 32), b (32) in x·W + h·U + b, `Wo` (32, 5000), `bo` (5000)
 * @returns {Promise<{ model: RecurrentLanguageModel, buffers: ParameterBuffers }>}
 * @throws WordloomError as `readNpz` does
 */
export async function readOracle(path) {
  return build(await readNpz(path, SHAPES));
}

/**
 * Another oracle of the same protocol, all weights and biases drawn from N(0, 1): scores under it compare with each other,
 * not with published ones.
 * @param seed a whole number from 0 on
 */
export function randomOracle(seed) {
  const random = new RandomStream(seed, "oracle");
  const draw = (shape) => Float32Array.from({ length: shape.reduce((product, size) => product * size, 1) }, () => random.normal());
  return build(new Map(Object.entries(SHAPES).map(([name, shape]) => [name, draw(shape)])));
}
