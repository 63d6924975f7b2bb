// wordloom train: trains a model of a text and shows how it goes.

import type { Command } from "commander";
import { train } from "../../api/train.js";
import { BASELINES, DISCRIMINATORS, ESTIMATORS, OBJECTIVES, PENALTIES } from "../../api/adversarial_options.js";
import { ANNEALINGS, ATTENTIONS, DIALECTS, FAMILIES, LONG_PAIRS, NORMS, OPTIMIZERS, SCHEDULES, SEQUENCE_CELLS, TOKENIZERS, VIEWS, type TrainOptionsInput } from "../../api/train_options.js";
import { DEVICES } from "../../runtime/backend.js";
import type { EndEvent, TrainingEvent } from "../../training/events.js";
import { shellArgument } from "../../training/shell_argument.js";
import { INTERRUPTED, onInterrupt, parseNumber, parseNumberOrText } from "../options.js";
import { createTrainingView } from "../terminal/training_view.js";

const EXAMPLES = `
Examples:
  $ wordloom train poems.txt                        until it stops improving
  $ wordloom train poems.txt --minutes 10           sizes chosen to fit the text and the time
  $ wordloom train names.txt --lines --family gru --out runs/names
  $ wordloom train shop.csv --column description --tokenizer bpe --steps 2000
  $ wordloom train poems.txt --out runs/poems-transformer --resume --steps 4000
  $ wordloom train dates --minutes 4                written dates of many languages to ISO 8601
  $ wordloom train train.de --target-file train.en --validation val.de --validation-target val.en --lowercase
  $ wordloom train captions.txt --family vae        sentences as points: generate, interpolate, vary
  $ wordloom train reviews.csv --column text --label stars
  $ wordloom train captions.txt --family gan        a generator against a discriminator
  $ wordloom train replies.tsv --source question --target answer --cell gru --attention additive

nanoGPT's recipe for a CPU (tinyshakespeare, validation loss 1.88 or lower):
  $ wordloom train input.txt --no-lines --layers 4 --heads 4 --width 128 --context 64 --batch 12 \\
      --steps 2000 --dropout 0 --lr 3e-3 --warmup 100`;

const list = (values: readonly string[]): string => values.join(" | ");

/** Adds `train` to the program. */
export function addTrainCommand(program: Command): void {
  program
    .command("train")
    .description("Trains a model of a text, one that makes one text of another, one that makes points of sentences, or a generator against a discriminator. Ctrl-C saves it; --resume goes on exactly where it was.")
    .argument("<data>", 'a .txt, .jsonl, .csv or .tsv file, or one of the embedded "stories" and "dates"')
    .option("--out <folder>", "the run's folder (runs/<data>-<family>)")
    .option("--resume", "go on with the run in that folder")
    .option("--family <name>", `${list(FAMILIES)} (transformer; seq2seq for pairs)`)
    .option("--dialect <name>", `of a transformer: ${list(DIALECTS)} (gpt2)`)
    .optionsGroup("How long:")
    .option("--steps <n>", "end after so many steps (not of a gan: --likelihood-steps and --rounds)", parseNumber)
    .option("--minutes <m>", "end after so many minutes (neither: when it stops improving)", parseNumber)
    .option("--evaluate-every <n>", "steps between two evaluations", parseNumber)
    .optionsGroup("Text:")
    .option("--lines", "plain text: each line is a sample")
    .option("--no-lines", "plain text: one long text")
    .option("--column <name>", "the column of a table or of JSON lines")
    .option("--validation <part>", "held out: a share below 1, a number of samples (of pairs: of sources) or characters, or a file (0.1)", parseNumberOrText)
    .option("--tokenizer <kind>", list(TOKENIZERS))
    .option("--vocabulary <n>", "the most tokens that the tokenizer may have", parseNumber)
    .option("--lowercase", "read everything in small letters (seq2seq, vae and gan)")
    .option("--stories <n>", "of what is embedded: how many stories or dates to draw", parseNumber)
    .optionsGroup("Pairs of texts (--family seq2seq, also chosen by a look at the data):")
    .option("--source <column>", "the column of sources, by name or by number from 1")
    .option("--target <column>", "the column of targets")
    .option("--target-file <file>", "a second file, whose lines are the targets of the data's lines")
    .option("--language <column>", "the column that names each target's language, for a model of several")
    .option("--validation-target <file>", "where --validation is a file of sources: that of their targets")
    .option("--view <name>", `of the embedded stories: ${list(VIEWS)}`)
    .option("--joint", "one vocabulary for both sides (byte pairs' default)")
    .option("--no-joint", "a vocabulary for each side (characters' and words' default)")
    .option("--long-pairs <how>", `pairs longer than --context: ${list(LONG_PAIRS)} (truncate)`)
    .option("--attention <kind>", `of recurrent cells: ${list(ATTENTIONS)} (general)`)
    .option("--input-feeding", "of recurrent cells: feed the decoder what it attended to")
    .option("--label-smoothing <share>", "probability that is spread over all tokens", parseNumber)
    .option("--embeddings <file>", "word vectors to begin with, in word2vec's or fastText's text format")
    .optionsGroup("Sentences as points of a latent space (--family vae):")
    .option("--latent <n>", "dimensions of the latent space (32)", parseNumber)
    .option("--label <column>", "the column that labels each text, so that texts can be written by label (vae and gan); of stories: mood")
    .option("--annealing <name>", `how the divergence's weight grows: ${list(ANNEALINGS)} (linear)`)
    .option("--annealing-steps <n>", "steps after which it has grown (a third of the run; cyclical: all of it)", parseNumber)
    .option("--cycles <n>", "cyclical: how often it grows anew (4)", parseNumber)
    .option("--beta <x>", "the divergence's weight in the end (1)", parseNumber)
    .option("--free-bits <nats>", "nats that cost nothing in each dimension (0.2)", parseNumber)
    .option("--free-bits-total <nats>", "nats that cost nothing in all together (0; given alone, none in each)", parseNumber)
    .option("--word-dropout <share>", "share of the words that the decoder does not see while training (0)", parseNumber)
    .option("--aggressive <n>", "updates of the encoder alone before each of the decoder, at first (0)", parseNumber)
    .optionsGroup("A generator against a discriminator, on lines of text (--family gan):")
    .option("--discriminator <kind>", `${list(DISCRIMINATORS)} (cnn)`)
    .option("--estimator <name>", `how its verdict reaches the generator: ${list(ESTIMATORS)} (policy: roll-outs as in SeqGAN; gumbel: relaxation as in RelGAN)`)
    .option("--objective <name>", `${list(OBJECTIVES)} (standard; with gumbel relativistic)`)
    .option("--likelihood-steps <n>", "steps by likelihood alone, first", parseNumber)
    .option("--discriminator-steps <n>", "steps of the discriminator alone, behind them (a tenth as many)", parseNumber)
    .option("--rounds <n>", "rounds of both in turns (100)", parseNumber)
    .option("--generator-updates <n>", "of the generator in a round (1)", parseNumber)
    .option("--discriminator-updates <n>", "of the discriminator in a round (3)", parseNumber)
    .option("--likelihood-updates <n>", "of the generator by likelihood in a round, so that it does not forget (1)", parseNumber)
    .option("--adversarial-lr <rate>", "the generator's learning rate in rounds (a tenth of --lr)", parseNumber)
    .option("--discriminator-lr <rate>", "the discriminator's learning rate (0.001)", parseNumber)
    .option("--roll-outs <n>", "policy: how often each beginning of a text is gone on from (4)", parseNumber)
    .option("--baseline <name>", `policy: what is expected of a token: ${list(BASELINES)} (mean)`)
    .option("--final-temperature <x>", "gumbel: where the relaxation's temperature ends (0.1)", parseNumber)
    .option("--spectral-norm", "bound the discriminator's weights")
    .option("--gradient-penalty <kind>", `bound its steepness: ${list(PENALTIES)}`)
    .option("--penalty-weight <x>", "of the gradient penalty (r1 1, interpolated 10)", parseNumber)
    .optionsGroup("Models with an encoder and a decoder (seq2seq and vae), and generators (gan):")
    .option("--cell <name>", `${list(SEQUENCE_CELLS)} (transformer; of dates gru, of a gan lstm, of a vae of other texts than stories lstm)`)
    .option("--norm <where>", `of a transformer: ${list(NORMS)} (pre)`)
    .option("--feed-forward <n>", "of a transformer: width between a layer's two linear maps", parseNumber)
    .option("--batch-tokens <n>", "source and target positions in a batch (4096; of short sentences of a vae 2048)", parseNumber)
    .optionsGroup("Sizes:")
    .option("--layers <n>", "layers", parseNumber)
    .option("--width <n>", "width of the layers", parseNumber)
    .option("--heads <n>", "transformer: attention heads", parseNumber)
    .option("--key-value-heads <n>", "llama: heads of keys and values", parseNumber)
    .option("--embedding <n>", "recurrent: width of the learned embedding, 0 for one-hot input (not of pairs)", parseNumber)
    .option("--context <n>", "tokens in a window; of pairs, the most of a source or target (256); of a gan, the most of a text and its end (what 99 of 100 texts have)", parseNumber)
    .option("--dropout <share>", "share of activations zeroed while training", parseNumber)
    .option("--tie", "use the embedding as the output's weight (a transformer's default)")
    .option("--no-tie", "give the output a weight of its own (a recurrent model's default)")
    .optionsGroup("Optimization:")
    .option("--batch <n>", "windows in a batch, of a gan texts (not of pairs)", parseNumber)
    .option("--accumulation <n>", "batches whose gradients are added up for a step", parseNumber)
    .option("--optimizer <name>", `${list(OPTIMIZERS)} (adamw)`)
    .option("--lr <rate>", "highest learning rate", parseNumber)
    .option("--schedule <name>", list(SCHEDULES))
    .option("--minimum-lr <rate>", "where linear and cosine end (a tenth of --lr)", parseNumber)
    .option("--warmup <steps>", "steps over which the rate rises", parseNumber)
    .option("--weight-decay <x>", "weight decay of matrices", parseNumber)
    .option("--momentum <x>", "of sgd and rmsprop", parseNumber)
    .option("--beta1 <x>", "of adam and adamw", parseNumber)
    .option("--beta2 <x>", "of adam and adamw", parseNumber)
    .option("--clip <norm>", "largest norm of the gradient; 0 for no clipping (1)", parseNumber)
    .optionsGroup("Machine:")
    .option("--seed <n>", "chooses all random numbers (1)", parseNumber)
    .option("--threads <n>", "threads (all cores)", parseNumber)
    .option("--device <name>", `${list(DEVICES)} (cpu)`)
    .optionsGroup("Output:")
    .option("--json", "events as JSON lines on the standard output")
    .addHelpText("after", EXAMPLES)
    .action(async (data: string, { json = false, debug: _debug, ...options }: Record<string, unknown>) => {
      await runTraining({ data, ...options } as TrainOptionsInput, { json: json === true, hint: true });
    });
}

export interface ShowOptions {
  /** JSON lines on the standard output instead of a view on the standard error. */
  readonly json: boolean;
  /** Whether to say at the end what can be done next. */
  readonly hint: boolean;
  /** Hears every event too. */
  readonly onEvent?: (event: TrainingEvent) => void;
}

/** Trains with a view on the terminal; a Ctrl-C saves and ends. */
export async function runTraining(options: TrainOptionsInput, { json, hint, onEvent }: ShowOptions): Promise<EndEvent> {
  const training = train(options);
  const view = createTrainingView({ stream: json ? process.stdout : process.stderr, json });
  const release = onInterrupt(() => training.stop());
  try {
    for await (const event of training) {
      view.handle(event);
      onEvent?.(event);
    }
  } finally {
    view.close();
    release();
  }
  const end = await training.result;
  if (hint) process.stderr.write(whatNext(end, options));
  if (end.reason === "interrupted") process.exitCode = INTERRUPTED;
  return end;
}

function whatNext(end: EndEvent, { data, targetFile }: TrainOptionsInput): string {
  const second = targetFile === undefined ? "" : ` --target-file ${shellArgument(targetFile)}`;
  if (end.reason === "interrupted") return `Saved. Go on with: wordloom train ${shellArgument(data)}${second} --out ${shellArgument(end.run)} --resume\n`;
  const [kind] = end.family.split(" ");
  const example = data === "dates" ? "3 mars 1987" : "…";
  if (kind === "seq2seq") return `Convert with it: wordloom generate ${shellArgument(end.run)} --input "${example}"\n`;
  if (kind === "gan") return `Write with it: wordloom generate ${shellArgument(end.run)} -n 10\n`;
  if (kind === "vae") return `Write with it: wordloom generate ${shellArgument(end.run)} -n 10; from one sentence to another: wordloom interpolate ${shellArgument(end.run)} "…" "…"\n`;
  return `Write with it: wordloom generate ${shellArgument(end.run)}\n`;
}
