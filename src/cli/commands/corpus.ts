// wordloom corpus: writes the embedded corpus, to read it or to train something else on it.

import type { Command } from "commander";
import { WordloomError } from "../../errors.js";
import { generateStories, storyEntropy } from "../../text/stories/index.js";
import { parseNumber } from "../options.js";
import { Output } from "../terminal/output.js";

const EXAMPLES = `
Examples:
  $ wordloom corpus stories -n 5
  $ wordloom corpus stories -n 20000 --jsonl > stories.jsonl`;

/** Adds `corpus` to the program. */
export function addCorpusCommand(program: Command): void {
  program
    .command("corpus")
    .description("Writes the embedded corpus: small English stories of known entropy, a line each.")
    .argument("<name>", "stories")
    .option("-n, --number <n>", "how many stories", parseNumber, 100)
    .option("--seed <n>", "chooses the stories", parseNumber, 0)
    .option("--jsonl", "with mood, summary, Chinese text and exact log-probability, as JSON lines")
    .addHelpText("after", EXAMPLES)
    .action((name: string, { number, seed, jsonl = false }: { number: number; seed: number; jsonl?: boolean }) => {
      if (name !== "stories") throw new WordloomError("invalid_argument", `There is no embedded corpus "${name}"; the one there is is called stories.`);
      if (!Number.isInteger(number) || number < 1 || !Number.isInteger(seed) || seed < 0) {
        throw new WordloomError("invalid_argument", "The number of stories must be a whole number of 1 or more, and the seed one of 0 or more.");
      }
      const output = new Output(process.stdout);
      for (const story of generateStories(number, seed)) output.write(jsonl ? `${JSON.stringify(story)}\n` : `${story.text}\n`);
      process.stderr.write(`${number} stories; the source's exact entropy is ${storyEntropy().toFixed(4)} nats a story.\n`);
    });
}
