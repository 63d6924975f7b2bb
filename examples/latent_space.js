// Sentences as points: trains a variational autoencoder, walks between two sentences and draws the map of all:
// node examples/latent_space.js [sentences.txt]
// The run is kept in runs/example-<name of the sentences>-vae and used again; delete the folder to train anew.
import { writeFileSync } from "node:fs";
import { basename, extname } from "node:path";
import { latentHtml, load, train, WordloomError } from "wordloom";

const [data = "stories"] = process.argv.slice(2);
const run = `runs/example-${basename(data, extname(data))}-vae`;

/** The run as it is, or one that is trained now where there is none. */
async function opened() {
  try {
    return await load(run);
  } catch (error) {
    if (!(error instanceof WordloomError && error.code === "file_not_found")) throw error;
  }
  const size = data === "stories" ? { stories: 2000, label: "mood" } : {};
  const training = train({ data, out: run, family: "vae", steps: 300, width: 128, ...size });
  for await (const event of training) {
    if (event.type === "notice") console.log(event.message);
    if (event.type === "evaluation") console.log(`step ${event.step}: −ELBO ${event.validationLoss.toFixed(3)} a token, KL ${event.validationDivergence.toFixed(1)} nats a sentence`);
  }
  await training.result;
  return load(run);
}

async function main() {
  const model = await opened();
  try {
    const [first, second] = await model.generate({ count: 2, seed: 3 }).result;
    console.log("From one sentence to another:");
    for (const { text } of await model.interpolate(first.text, second.text, { steps: 5 })) console.log(`  ${text}`);
    console.log("Near the first:");
    for (const { text } of await model.vary(first.text, { count: 3, scale: 0.5 })) console.log(`  ${text}`);
    const space = await model.explainLatent(data);
    writeFileSync("space.html", latentHtml(space));
    console.log(`${space.texts.length} sentences drawn in space.html`);
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
