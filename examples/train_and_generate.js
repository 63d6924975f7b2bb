// Trains a small model of a text file and writes with it: node examples/train_and_generate.js poems.txt
import { load, train } from "wordloom";

const [data = "stories"] = process.argv.slice(2);
const out = "runs/example";

const training = train({ data, out, family: "gru", steps: 300, layers: 1, width: 128 });
for await (const event of training) {
  if (event.type === "notice") console.log(event.message);
  if (event.type === "evaluation") console.log(`step ${event.step}: validation loss ${event.validationLoss.toFixed(3)}`);
}
await training.result;

const model = await load(out);
for await (const event of model.generate({ temperature: 0.8, maxTokens: 200, seed: 1 })) {
  if (event.type === "text") process.stdout.write(event.text);
}
process.stdout.write("\n");
await model.release();
