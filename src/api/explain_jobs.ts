// What a trained run attends to, as a job for a worker thread.

import { WordloomError } from "../errors.js";
import type { AttentionMap } from "../explanation/attention_map.js";
import { AttentionReader } from "./attention_reader.js";
import { openedRun, type OpenRequest } from "./model_jobs.js";
import type { ExplainOptions } from "./model_options.js";
import { alignmentLabels, alignmentLayers, convertJob, sourceIds } from "./pair_jobs.js";
import { promptTokens } from "./writing.js";

/** The attention paid while a text is converted (a model of pairs) or read (a language model). */
export async function explainJob(request: OpenRequest & { readonly text: string; readonly options: ExplainOptions }, _emit: (event: unknown) => void, signal: AbortSignal): Promise<AttentionMap> {
  const { text, options, ...where } = request;
  const opened = openedRun(where);
  const { run } = opened;
  if (text.trim() === "") throw new WordloomError("invalid_argument", "There is no text to explain; give one.");
  if (run.kind === "pairs") {
    const { ids } = sourceIds(run, text, options.targetLanguage);
    const { target, ...convert } = options;
    const written = target ?? (await convertJob({ ...where, sources: [text], options: convert, first: 0 }, () => undefined, signal))[0].text;
    const tokens = Array.from(run.tokenizer.encode(run.settings.data.reading.lowercase ? written.toLowerCase() : written)).slice(0, run.config.max_position_embeddings - 1);
    const layers = await alignmentLayers(opened, run, ids, tokens);
    if (layers.length === 0) throw noAttention(request.run);
    return { ...alignmentLabels(run, ids, tokens), kind: "alignment", layers, title: `${text} → ${written}` };
  }
  const tokens = promptTokens(run.tokenizer, run.settings.kind, text);
  if (tokens.length > run.model.contextLength) {
    throw new WordloomError("invalid_argument", `The text has ${tokens.length} tokens, but the model's context holds ${run.model.contextLength}; give a shorter one.`);
  }
  const reader = new AttentionReader(run.buffers, opened.session);
  const layers = await reader.self(run.model, tokens).finally(() => reader.release());
  if (layers.length === 0) throw noAttention(request.run);
  const labels = tokens.map((id) => run.tokenizer.tokenText(id));
  return { source: labels, target: labels, kind: "self", layers, title: text };
}

const noAttention = (run: string): WordloomError =>
  new WordloomError("invalid_argument", `The model in "${run}" has no attention to show; explain a Transformer, or an encoder–decoder trained with attention.`);
