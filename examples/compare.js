// Which family for a text: each trained for so many minutes, what it predicts and writes, and a page to look at.
//
//   node examples/compare.js poems.txt [minutes]

import { writeFileSync } from "node:fs";
import { compare, comparisonHtml } from "wordloom";

const [data = "stories", minutes = "1"] = process.argv.slice(2);
const families = ["lstm", "transformer"];
const { comparison, folder } = await compare({ data, families, minutes: Number(minutes), ...(data === "stories" ? { stories: 2000 } : {}) }, {
  onEvent: (event) => {
    if (event.type === "planning") console.log(`${event.member}: ${event.position} of ${event.count}`);
    if (event.type === "failed") console.log(`${event.member} failed: ${event.failure}`);
  },
});
for (const { name, prediction, generations } of comparison.members) {
  if (prediction === null) continue;
  const { value, low, high } = prediction.bitsPerCharacter;
  console.log(`${name}: ${value.toFixed(3)} bits per character, between ${low.toFixed(3)} and ${high.toFixed(3)}; it writes: ${generations[0]?.texts[0]}`);
}
writeFileSync(`${folder}/report.html`, comparisonHtml(comparison));
console.log(`The page: ${folder}/report.html`);
