// A generator of lines against a discriminator: what each phase does, and what is written in the end.
//
//   node examples/adversarial.js names.txt

import { load, train } from "wordloom";

const [data = "stories"] = process.argv.slice(2);
const training = train({ data, family: "gan", estimator: "policy", likelihoodSteps: 300, discriminatorSteps: 50, rounds: 20, out: "runs/adversarial-example" });
let phase = "";
for await (const event of training) {
  if (event.type === "progress" && event.phase && event.phase.name !== phase) {
    phase = event.phase.name;
    console.log(`${phase}: steps ${event.phase.from} to ${event.phase.to}`);
  }
  if (event.type === "evaluation") {
    console.log(`  after step ${event.step}: ${event.validationLoss.toFixed(3)} nats a held-out token, Self-BLEU-3 ${event.sampleSelfBleu.toFixed(3)} (of real texts ${event.realSelfBleu.toFixed(3)})`);
  }
}
const { run } = await training.result;

const model = await load(run);
for (const { text } of await model.generate({ count: 5 }).result) console.log(text.trim());
await model.release();
