// How a language model reads a text, from its run: predictions, attention, layers, saliency and hidden units.

import { followProperties } from "../explanation/follow_properties.js";
import type { LensLayer, Reading, Saliency, UnitLayer } from "../explanation/reading.js";
import { textProperties } from "../explanation/text_properties.js";
import { isRecurrent } from "../models/model_config.js";
import { hostTensor, type HostTensor, type SessionOptions } from "../runtime/backend.js";
import type { ExplainedToken } from "./model_options.js";
import { chosenTokens } from "./chosen_tokens.js";
import { Predictions, readToken, tokenName, type Prediction } from "./predictions.js";
import type { LanguageRun, RunModel } from "./run_model.js";
import { SaliencyReader } from "./saliency_reader.js";
import { carriedInput, TextReader, type StateLayer } from "./text_reader.js";

/** Tokens that a recurrent model, whose context has no end, reads at most. */
const MOST_READ = 4096;
/** Tokens before a prediction that saliency looks at in a recurrent model; those before them it leaves in the state. */
const SALIENCY_WINDOW = 128;

/** A reading, and what of the text was not read as it stands. */
export interface ReadText {
  readonly reading: Reading;
  readonly truncated: boolean;
  readonly unknown: readonly string[];
}

/** Explains texts with the model of one run, whose programs are kept for the next text. */
export class ReadingExplainer {
  private readonly reader: TextReader;
  private readonly saliency: SaliencyReader;

  constructor(
    private readonly run: Extract<RunModel, LanguageRun>,
    session: SessionOptions,
  ) {
    this.reader = new TextReader(run.model, run.buffers, session);
    this.saliency = new SaliencyReader(run.model, run.buffers, session);
  }

  /**
   * @param token whose probability saliency explains; each in turn up to 64 unless given, of more the last
   * @throws WordloomError "invalid_argument" for a token that the text does not have; "interrupted"
   */
  async explain(text: string, token: ExplainedToken | undefined, signal: AbortSignal): Promise<ReadText> {
    const { model, tokenizer, settings } = this.run;
    const { ids, read, truncated } = this.sequence(text);
    const names = ids.map((id) => tokenName(tokenizer, id));
    const isSpecial = (index: number): boolean => settings.kind === "samples" && (index === 0 || index === read);
    const marked = names.map((name, index) => ({ text: name, special: isSpecial(index) }));
    const chosen = chosenTokens({ tokens: marked, source: 0 }, token);

    const next = Array.from({ length: read }, (_, i) => ids[i + 1] ?? null);
    const layers = new Map<string | null, Predictions>();
    const traced = await this.reader.read(ids.slice(0, read), (logits, positions, layer) => {
      const predictions = layers.get(layer) ?? new Predictions(tokenizer, model.vocabularySize, next);
      layers.set(layer, predictions);
      predictions.take(logits, positions);
    });
    const predictions = [...layers.values()].at(-1)!.rows; // those of the last layer, or the only ones
    const units = traced.attention.length > 0 ? [] : traced.states.map(unitLayer);
    const spoken = marked.slice(0, read).map((one) => (one.special ? "" : tokenizer.kind === "word" ? ` ${one.text}` : one.text));
    return {
      reading: {
        title: text,
        tokens: marked.map((one, i) => readToken(one, predictions[i - 1])),
        source: 0,
        read,
        next: read < ids.length ? [] : predictions[read - 1].alternatives,
        attention: traced.attention,
        lens: [...layers].flatMap(([layer, { rows }]) => (layer === null ? [] : [lensLayer(layer, rows)])),
        saliency: await this.explained(ids.slice(0, read), ids, chosen, traced.states, signal),
        units,
        properties: followProperties(textProperties(spoken), units),
      },
      truncated,
      unknown: tokenizer.unknown(text),
    };
  }

  /** The tokens of a text, of which the first `read` are read: a sample with its marks, the last of which is only predicted. */
  private sequence(text: string): { ids: number[]; read: number; truncated: boolean } {
    const { model, tokenizer, settings } = this.run;
    const most = Math.min(model.contextLength, MOST_READ);
    const tokens = Array.from(tokenizer.encode(text));
    const ids = settings.kind === "samples" ? [tokenizer.bosId, ...tokens] : tokens;
    if (ids.length > most) return { ids: ids.slice(0, most), read: most, truncated: true };
    return { ids: settings.kind === "samples" ? [...ids, tokenizer.eosId] : ids, read: ids.length, truncated: false };
  }

  private async explained(tokens: readonly number[], ids: readonly number[], chosen: readonly number[], states: readonly StateLayer[], signal: AbortSignal): Promise<Saliency[]> {
    const window = isRecurrent(this.run.config) ? SALIENCY_WINDOW : Infinity;
    const saliency: Saliency[] = [];
    // Predictions with one beginning are explained together.
    for (const [first, group] of groupBy(chosen, (token) => Math.max(0, token - window))) {
      const part = tokens.slice(first, window === Infinity ? undefined : first + window);
      const explained = group.map((token) => ({ position: token - 1 - first, target: ids[token] }));
      const found = await this.saliency.attribute(part, explained, signal, first > 0 ? stateBefore(states, first) : undefined);
      saliency.push(...found.map((one, i) => ({ token: group[i], first, ...one })));
    }
    return saliency;
  }
}

function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => number): Map<number, Item[]> {
  const groups = new Map<number, Item[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}

/** What a recurrent model carries to a position: what its layers held after the one before. */
function stateBefore(states: readonly StateLayer[], position: number): Record<string, HostTensor> {
  return Object.fromEntries(states.map(({ name, width, values }) => [carriedInput(name), hostTensor(values.slice((position - 1) * width, position * width), [1, width])]));
}

function lensLayer(name: string, rows: readonly Prediction[]): LensLayer {
  return { name, predictions: rows.map(({ alternatives: [likeliest], logProbability }) => ({ ...likeliest, logProbability })) };
}

const STATE_NAMES: Readonly<Record<string, string>> = { h: "hidden", c: "cell" };

/** h0 is the hidden state of layer 1, c0 its cell. */
function unitLayer({ name, width, values }: StateLayer): UnitLayer {
  return { name: `layer ${Number(name.slice(1)) + 1}, ${STATE_NAMES[name[0]]}`, width, values };
}
