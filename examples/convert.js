// Trains a model that turns one text into another, and uses it: node examples/convert.js [pairs.tsv]
import { load, train } from "wordloom";

const [data = "dates"] = process.argv.slice(2);
const out = "runs/example-pairs";

const training = train({ data, out, family: "seq2seq", cell: "gru", steps: 300 });
for await (const event of training) {
  if (event.type === "notice") console.log(event.message);
  if (event.type === "evaluation") console.log(`step ${event.step}: validation loss ${event.validationLoss.toFixed(3)}`);
}
await training.result;

const model = await load(out);
const sources = ["le 3 mars 1987", "3 de marzo de 1987", "1987年3月3日"];
for await (const { source, text, best } of model.convert(sources, { beams: 5, nBest: 2 })) {
  console.log(`${source} → ${text} (or ${best[1].text})`);
}
const { exactMatch, chrf } = await model.evaluatePairs(data, { beams: 1 });
console.log(`${(100 * exactMatch).toFixed(1)} % exactly right, chrF ${chrf.toFixed(1)}`);
await model.release();
