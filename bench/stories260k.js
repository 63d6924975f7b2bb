// Reads a llama2.c checkpoint into the llama dialect and continues its documented story greedily.
//
//   node bench/stories260k.js FOLDER      a folder with stories260K.bin, tok512.bin and stories260K.md
//
// Prints the story, whether 200 tokens agree with the documented text word for word, and whether a saved and re-opened
// folder gives identical logits. Exit code 1 if either does not hold.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ProgramDecoder } from "../dist/generation/program_decoder.js";
import { createModel, parseModelConfig } from "../dist/models/model_config.js";
import { nameParameters, parameterSpecs } from "../dist/nn/module.js";
import { nodeBackend } from "../dist/runtime/node_backend.js";
import { ParameterBuffers } from "../dist/runtime/parameters.js";
import { readJsonFile, writeJsonFile } from "../dist/storage/json_file.js";
import { readSafetensors, writeSafetensors } from "../dist/storage/safetensors.js";
import { restoreWeights, storedWeights } from "../dist/training/checkpoint.js";
import { z } from "zod";

const TOKENS = 200;
const BEGINNING = 1; // the token that begins every text

/** Header and weights of a llama2.c file (version 0: seven int32, then float32 tensors one after another). */
function readCheckpoint(path) {
  const bytes = readFileSync(path);
  const [width, feedForward, layers, heads, keyValueHeads, vocabulary, context] = new Int32Array(bytes.buffer, bytes.byteOffset, 7);
  const values = new Float32Array(bytes.buffer, bytes.byteOffset + 28, (bytes.length - 28) >> 2);
  let offset = 0;
  const take = (count) => values.subarray(offset, (offset += count));
  const head = width / heads;
  const config = {
    model_type: "llama", architectures: ["LlamaForCausalLM"], vocab_size: Math.abs(vocabulary), max_position_embeddings: context,
    hidden_size: width, intermediate_size: feedForward, num_hidden_layers: layers, num_attention_heads: heads, num_key_value_heads: keyValueHeads,
    hidden_act: "silu", dropout: 0, rms_norm_eps: 1e-5, rope_theta: 10000, tie_word_embeddings: vocabulary > 0,
  };
  const weights = new Map([["model.embed_tokens.weight", take(Math.abs(vocabulary) * width)]]);
  const perLayer = (name, count, change = (data) => data) => {
    for (let layer = 0; layer < layers; layer++) weights.set(`model.layers.${layer}.${name}.weight`, change(take(count)));
  };
  // llama2.c turns neighbouring pairs, the llama dialect the two halves of a head: the rows of each head change places.
  const inHalves = (data) => {
    const turned = new Float32Array(data.length);
    const rows = data.length / width;
    for (let row = 0; row < rows; row++) {
      const within = row % head;
      const target = row - within + (within % 2) * (head / 2) + (within >> 1);
      turned.set(data.subarray(row * width, (row + 1) * width), target * width);
    }
    return turned;
  };
  perLayer("input_layernorm", width);
  perLayer("self_attn.q_proj", width * width, inHalves);
  perLayer("self_attn.k_proj", width * head * keyValueHeads, inHalves);
  perLayer("self_attn.v_proj", width * head * keyValueHeads);
  perLayer("self_attn.o_proj", width * width);
  perLayer("post_attention_layernorm", width);
  perLayer("mlp.gate_proj", width * feedForward);
  perLayer("mlp.down_proj", width * feedForward);
  perLayer("mlp.up_proj", width * feedForward);
  weights.set("model.norm.weight", take(width));
  return { config, weights };
}

/** The texts of a llama2.c tokenizer: int32 longest, then for each token a float32 score, an int32 length, the bytes. */
function readVocabulary(path, count) {
  const bytes = readFileSync(path);
  const pieces = [];
  let offset = 4;
  for (let token = 0; token < count; token++) {
    const length = bytes.readInt32LE(offset + 4);
    pieces.push(bytes.subarray(offset + 8, offset + 8 + length));
    offset += 8 + length;
  }
  return pieces;
}

function textOf(tokens, pieces) {
  const parts = tokens.map((token, i) => {
    const piece = pieces[token];
    const byte = /^<0x([0-9A-F]{2})>$/.exec(piece.toString("latin1"));
    if (byte) return Buffer.from(byte[1], "hex");
    return i === 0 && piece[0] === 0x20 ? piece.subarray(1) : piece; // the space of the first word is not written
  });
  return Buffer.concat(parts).toString("utf8");
}

async function open(config, fill) {
  const model = createModel(parseModelConfig(config, "the checkpoint"));
  const buffers = new ParameterBuffers(parameterSpecs(nameParameters(model)));
  fill(buffers);
  return { buffers, decoder: await ProgramDecoder.compile(model.decoder(), buffers, nodeBackend, { device: "cpu", threads: 1 }) };
}

async function greedy(decoder, count) {
  const tokens = [];
  const allLogits = [];
  let token = BEGINNING;
  let state = decoder.start(1);
  for (let i = 0; i < count; i++) {
    const step = await decoder.step(Int32Array.of(token), state);
    state = step.state;
    allLogits.push(step.logits.slice());
    token = step.logits.indexOf(Math.max(...step.logits));
    if (token === BEGINNING) break;
    tokens.push(token);
  }
  return { tokens, allLogits };
}

const [folder] = process.argv.slice(2);
if (!folder) {
  console.error("Give the folder that holds stories260K.bin, tok512.bin and stories260K.md.");
  process.exit(2);
}
const { config, weights } = readCheckpoint(join(folder, "stories260K.bin"));
const first = await open(config, (buffers) => {
  for (const { name } of buffers.specs) buffers.values(name).set(weights.get(name));
});
const { tokens, allLogits } = await greedy(first.decoder, TOKENS);
const text = textOf(tokens, readVocabulary(join(folder, "tok512.bin"), config.vocab_size));
console.log(text);

const documented = /-t 0\.0\n([\s\S]*?)```/.exec(readFileSync(join(folder, "stories260K.md"), "utf8"))[1].trim();
const agrees = documented.startsWith(text.trim());
console.log(`\n${first.buffers.count.toLocaleString("en-US")} parameters; ${tokens.length} tokens ${agrees ? "agree with" : "differ from"} the documented story.`);

const saved = mkdtempSync(join(tmpdir(), "stories260k-"));
writeSafetensors(join(saved, "model.safetensors"), storedWeights(first.buffers), { format: "pt" });
writeJsonFile(join(saved, "config.json"), config);
const second = await open(readJsonFile(join(saved, "config.json"), z.looseObject({}), "the config"), (buffers) => restoreWeights(buffers, readSafetensors(join(saved, "model.safetensors")).tensors, saved));
const again = await greedy(second.decoder, TOKENS);
rmSync(saved, { recursive: true });
const identical = again.allLogits.length === allLogits.length && again.allLogits.every((logits, i) => logits.every((value, j) => value === allLogits[i][j]));
console.log(`Saved and opened again, the logits are ${identical ? "identical" : "different"}.`);
process.exitCode = agrees && identical ? 0 : 1;
