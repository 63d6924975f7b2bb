// Trains a model that turns one text into another, and uses it: node examples/convert.js [pairs.tsv] [texts…]
// The run is kept in runs/example-<name of the pairs> and used again; delete the folder to train anew.
import { basename, extname } from "node:path";
import { load, train, WordloomError } from "wordloom";

const [data = "dates", ...texts] = process.argv.slice(2);
const dates = ["le 3 mars 1987", "3 de marzo de 1987", "1987年3月3日"];
const sources = texts.length === 0 && data === "dates" ? dates : texts;
const run = `runs/example-${basename(data, extname(data))}`;

/** The run as it is, or one that is trained now where there is none. */
async function opened() {
  try {
    return await load(run);
  } catch (error) {
    if (!(error instanceof WordloomError && error.code === "file_not_found")) throw error;
  }
  const training = train({ data, out: run, family: "seq2seq", cell: "gru", steps: 300 });
  for await (const event of training) {
    if (event.type === "notice") console.log(event.message);
    if (event.type === "evaluation") console.log(`step ${event.step}: validation loss ${event.validationLoss.toFixed(3)}`);
  }
  await training.result;
  return load(run);
}

async function main() {
  const model = await opened();
  try {
    for await (const { source, text, best } of model.convert(sources, { beams: 5, nBest: 2 })) {
      const others = best.slice(1).map((other) => ` (or ${other.text})`);
      console.log(`${source} → ${text}${others.join("")}`);
    }
    const { exactMatch, chrf } = await model.evaluatePairs(data, { beams: 1 });
    console.log(`${(100 * exactMatch).toFixed(1)} % exactly right, chrF ${chrf.toFixed(1)}`);
  } finally {
    await model.release();
  }
}

try {
  await main();
} catch (error) {
  if (!(error instanceof WordloomError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
