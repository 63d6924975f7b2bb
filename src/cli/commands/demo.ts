// wordloom demo, what `npm start` runs: trains on the embedded corpus, writes new stories, and measures both exactly.

import { availableParallelism } from "node:os";
import type { Command } from "commander";
import { load } from "../../api/load.js";
import { parseTrainOptions, type TrainOptionsInput } from "../../api/train_options.js";
import { parseStory, storyEntropy } from "../../text/stories/index.js";
import { RunFolder } from "../../training/run_folder.js";
import { parseNumber } from "../options.js";
import { wrapText } from "../terminal/visible_text.js";
import { runTraining } from "./train.js";

const EXAMPLES = `
Examples:
  $ wordloom demo
  $ wordloom demo --minutes 5 --seed 2`;
const FOLDER = "runs/stories-demo";
const STORIES = 20_000;
const VALIDATION_SHARE = 0.1;
const STORIES_SHOWN = 4;
const STORIES_MEASURED = 100;
/** Minutes in which four cores learn to write well-formed stories; fewer take in proportion longer. */
const MINUTES = { onFourCores: 1.4, most: 4 };

function defaultMinutes(): number {
  const minutes = (MINUTES.onFourCores * 4) / Math.min(4, availableParallelism());
  return Math.min(MINUTES.most, minutes);
}

/** Adds `demo` to the program. */
export function addDemoCommand(program: Command): void {
  program
    .command("demo")
    .description("Trains on the embedded corpus for a minute or so on four cores, up to four minutes on fewer, writes new stories and measures them.")
    .option("--minutes <m>", "minutes of training", parseNumber, defaultMinutes())
    .option("--threads <n>", "threads (all cores)", parseNumber)
    .option("--seed <n>", "chooses all random numbers", parseNumber, 1)
    .addHelpText("after", EXAMPLES)
    .action(async (flags: { minutes: number; threads?: number; seed: number }) => demo(flags));
}

async function demo({ minutes, threads, seed }: { minutes: number; threads?: number; seed: number }): Promise<void> {
  const options: TrainOptionsInput = {
    data: "stories",
    stories: STORIES,
    validation: VALIDATION_SHARE,
    out: FOLDER,
    family: "transformer",
    dialect: "llama",
    layers: 2,
    heads: 4,
    width: 128,
    batch: 24,
    dropout: 0,
    lr: 3e-3,
    warmup: 100,
    minutes,
    seed,
    ...(threads === undefined ? {} : { threads }),
  };
  parseTrainOptions(options); // before the last demo goes
  RunFolder.remove(FOLDER);
  let validationTokens = 0;
  const end = await runTraining(options, {
    json: false,
    hint: false,
    onEvent: (event) => {
      if (event.type === "start") ({ validationTokens } = event);
    },
  });
  if (end.reason === "interrupted") return;
  const model = await load(FOLDER, { threads });
  try {
    const samples = await model.generate({ count: STORIES_MEASURED, maxTokens: 160, seed }).result;
    const columns = Math.min(process.stdout.columns ?? 100, 100);
    process.stdout.write("\nNew stories, written by the model:\n");
    for (const { text } of samples.slice(0, STORIES_SHOWN)) process.stdout.write(`\n${wrapText(text, columns - 2).map((line) => `  ${line}`).join("\n")}\n`);
    const wellFormed = samples.filter(({ text }) => parseStory(text).wellFormed).length;
    const natsPerStory = (end.bestValidationLoss * validationTokens) / (STORIES * VALIDATION_SHARE);
    const entropy = storyEntropy();
    process.stdout.write(
      `\n${wellFormed} of ${STORIES_MEASURED} new stories are well-formed under the grammar that wrote the corpus.\n` +
        `It needs ${natsPerStory.toFixed(2)} nats for a story that it has not seen; the source's exact entropy, which no model can beat, is ${entropy.toFixed(2)}: ${((natsPerStory / entropy - 1) * 100).toFixed(1)} % above.\n` +
        `\nWrite more:       npx wordloom generate ${FOLDER} -n 3\nUse your own text: npx wordloom train yours.txt --minutes 5\n`,
    );
  } finally {
    await model.release();
  }
}
