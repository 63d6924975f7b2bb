// What a comparison was made with, and the commands that make it and each of its members again.

import { formatCompact, formatInteger } from "../explanation/quantities.js";
import { escapeMarkup } from "../explanation/markup.js";
import type { EndReason } from "../training/events.js";
import { counted } from "../text/corpus.js";
import type { ComparedMember, Comparison } from "./comparison.js";
import { escaped, memberHead, scrolled } from "./comparison_table.js";
import { partInWords } from "./comparison_words.js";

const REASONS: Readonly<Record<EndReason, string>> = {
  steps: "all its steps",
  minutes: "its time was up",
  converged: "no better for long",
  collapsed: "its texts became alike",
  interrupted: "interrupted",
};

const command = (text: string): string => `<pre><code>${escapeMarkup(text)}</code></pre>`;

function memberRow({ name, family, seed, sizes, parameters, vocabularySize, training, prediction, status }: ComparedMember): string {
  const cells = [String(seed), parameters === null ? "–" : formatCompact(parameters), vocabularySize === null ? "–" : formatInteger(vocabularySize), training ? formatInteger(training.bestStep) : "–", prediction ? `${(100 * prediction.unknownShare).toFixed(2)}&nbsp;%` : "–"];
  const end = training ? REASONS[training.reason] : status === "failed" ? "failed" : "–";
  return `<tr>${memberHead(family, name)}<td class="text"><span dir="auto">${escaped(sizes)}</span></td>${cells.map((cell) => `<td>${cell}</td>`).join("")}<td class="text">${end}</td></tr>`;
}

/** Facts, a table of the members' settings, and commands. */
export function settingsHtml(comparison: Comparison): string {
  const { data, budget, seeds, temperatures, samples, unit, machine, version, tokenizer, members } = comparison;
  const facts: [string, string][] = [
    ["Data", `${data.name}, from ${data.file}; SHA-256 ${data.sha256}${data.testSha256 === null ? "" : `, of the file to measure on ${data.testSha256}`}`],
    ["Learnt from", partInWords(data.train, comparison)],
    ["Best weights by", partInWords(data.validation, comparison)],
    ["Measured by", partInWords(data.test, comparison)],
    ["Tokenizer", tokenizer],
    ["Budget", "minutes" in budget ? `${counted(budget.minutes, "minute")} each` : `${counted(budget.steps, "step")} each`],
    ["Seeds", seeds.join(", ")],
    ["Written", `${formatInteger(samples)} ${unit ?? "texts"} at most at each temperature: ${temperatures.join(", ")}`],
    ...(data.kind === "stream" && members.some(({ family }) => family === "transformer") ? [["Read with", "recurrent families all that came before; a Transformer what stands before in its window, nothing at its beginning"] as [string, string]] : []),
    ["Machine", `${machine.processor}, ${counted(machine.cores, "core")}, ${counted(machine.threads, "thread")}`],
    ["Version", `Wordloom ${version}`],
  ];
  const table = `<table><caption><span>Settings of each training</span></caption>
<thead><tr><th scope="col">Family</th><th scope="col" class="text">Sizes</th><th scope="col">Seed</th><th scope="col">Parameters</th><th scope="col">Vocabulary</th><th scope="col">Best step</th><th scope="col">Unknown tokens</th><th scope="col" class="text">Ended</th></tr></thead>
<tbody>
${members.map(memberRow).join("\n")}
</tbody></table>`;
  return `<dl>${facts.map(([name, fact]) => `<dt>${name}</dt><dd dir="auto">${escaped(fact)}</dd>`).join("")}</dl>
<h3>As it was typed</h3>
${command(comparison.command)}
<h3>The same figures again</h3>
${command(comparison.repeat)}
${scrolled("Settings of each training", table)}
<details><summary><h3>The command of each training, and what it had to say</h3></summary>
${members.map(({ name, command: own, notices }) => `<h4 dir="auto">${escaped(name)}</h4>\n${command(own)}${notices.length === 0 ? "" : `\n<ul>${notices.map((notice) => `<li dir="auto">${escaped(notice)}</li>`).join("")}</ul>`}`).join("\n")}
</details>`;
}
