// Gathers what an encoder–decoder's README.md says of it.

import { sequenceArchitecture, type SequenceToSequenceConfig } from "../models/sequence_to_sequence_config.js";
import type { Tokenizer } from "../text/tokenizer.js";
import { modelCard, type CardValue } from "../training/model_card.js";
import type { PairData } from "./pair_data.js";
import type { PairSettings } from "./pair_settings.js";
import type { FinishedRun } from "./run_task.js";
import { bestOf, commonContents, commonFlags, commonHyperparameters } from "./run_card.js";

export interface PairCardContents extends FinishedRun {
  readonly config: SequenceToSequenceConfig;
  readonly settings: PairSettings;
  readonly tokenizer: Tokenizer;
  readonly data: PairData;
  readonly trainingTokens: number;
  readonly validationTokens: number;
}

function sizesOf(config: SequenceToSequenceConfig): Record<string, CardValue> {
  if (config.model_type === "wordloom-seq2seq-transformer") {
    return { layers: config.encoder_layers, heads: config.num_attention_heads, width: config.hidden_size, "feed-forward": config.intermediate_size, norm: config.norm_first ? "pre" : "post" };
  }
  return { layers: config.num_hidden_layers, width: config.hidden_size, embedding: config.embedding_size, attention: config.attention };
}

/** The command that begins the same run again, every setting spelled out. */
export function pairCommand({ config, settings, tokenizer }: Pick<PairCardContents, "config" | "settings" | "tokenizer">): string[] {
  const { source, target, language, view, count, lowercase } = settings.data.reading;
  const asked = { source, target, language, view, stories: count, "target-file": settings.data.targetFile, "validation-target": settings.data.validationTarget, embeddings: settings.data.embeddings };
  const flags: [string, CardValue][] = [
    ["family", "seq2seq"],
    ["cell", settings.cell],
    ...Object.entries(sizesOf(config)),
    ["context", config.max_position_embeddings],
    ["dropout", config.dropout],
    ["label-smoothing", config.label_smoothing],
    ["long-pairs", settings.longPairs],
    ["batch-tokens", settings.tokensPerBatch],
    ["tokenizer", tokenizer.kind === "byte_pair" ? "bpe" : tokenizer.kind],
    ["vocabulary", Math.max(config.vocab_size, config.source_vocab_size)],
    ["validation", settings.data.validation],
    ...commonFlags(settings),
    ...Object.entries(asked).filter(([, value]) => value !== null),
  ];
  const switches = [
    settings.joint ? "--joint" : "--no-joint",
    ...(lowercase ? ["--lowercase"] : []),
    ...(config.model_type === "wordloom-seq2seq-recurrent" && config.input_feeding ? ["--input-feeding"] : []),
  ];
  return ["npx", "wordloom", "train", settings.data.file, ...flags.flatMap(([name, value]) => [`--${name}`, String(value)]), ...switches];
}

/** Writes README.md into the run folder. */
export function writePairCard(contents: PairCardContents): void {
  const { folder, config, settings, data } = contents;
  const best = bestOf(contents);
  folder.writeModelCard(
    modelCard({
      ...commonContents(contents, data.corpus, data.description),
      family: sequenceArchitecture(config),
      task: "text2text-generation",
      transformersClass: null,
      usage: `echo "..." | npx wordloom generate . --input -`,
      sizes: sizesOf(config),
      hyperparameters: {
        ...commonHyperparameters(settings),
        "positions a batch": settings.tokensPerBatch,
        dropout: config.dropout,
        "label smoothing": config.label_smoothing,
        seed: settings.seed,
      },
      best: best ? { step: best.step, trainLoss: best.trainLoss, validationLoss: best.validationLoss, bitsPerCharacter: null } : null,
      command: pairCommand(contents),
    }),
  );
}
