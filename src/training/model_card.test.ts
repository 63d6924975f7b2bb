// Checks that the card tells everything, and that no text in it, however hostile, can act as Markdown, YAML or shell.
import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { modelCard } from "./model_card.js";
import type { ModelCard } from "./model_card.js";

const card: ModelCard = {
  name: "poems-lstm",
  family: "lstm",
  task: "text-generation",
  transformersClass: null,
  sizes: { layers: 2, width: 256, tied: true },
  parameters: 1234567,
  data: [
    {
      name: "poems.txt",
      bytes: 98765,
      sha256: "ab".repeat(32),
      split: "the last 10 % held out",
      trainingTokens: 88888,
      validationTokens: 9877,
    },
  ],
  tokenizer: { kind: "character", vocabularySize: 65 },
  hyperparameters: { optimizer: "adamw", "learning rate": 0.001, "early stopping": null },
  training: { steps: 2000, seconds: 754, device: "cpu", threads: 4 },
  best: { step: 1800, trainLoss: 1.4, validationLoss: 1.5, bitsPerCharacter: 1.5 / Math.LN2 },
  samples: ["So late the night,\nso far the day."],
  command: ["npx", "wordloom", "train", "my poems.txt", "--steps", "2000"],
  version: "0.1.0",
};

/** The content of the first fenced block after a heading, by CommonMark's rule, and what follows it. */
function firstBlock(markdown: string, heading: string): { content: string; rest: string } {
  const lines = markdown.split(`\n## ${heading}\n\n`).slice(1).join(`\n## ${heading}\n\n`).split("\n");
  const fence = /^`{3,}/.exec(lines[0])?.[0] ?? "none";
  const end = lines.findIndex((line, i) => i > 0 && /^ {0,3}(`{3,})[ \t]*$/.exec(line)?.[1].startsWith(fence));
  return { content: lines.slice(1, end).join("\n"), rest: lines.slice(end + 1).join("\n") };
}

describe("modelCard", () => {
  it("tells what was trained, on what, how well, and how to repeat it", () => {
    const markdown = modelCard(card);
    for (const text of [
      "# `poems-lstm`",
      "A model of the `lstm` family with 1,234,567 parameters, trained by Wordloom `0.1.0`.",
      "| `layers` | 2 |",
      "| `tied` | true |",
      "| data | `poems.txt` |",
      "| size | 98,765 bytes |",
      `| SHA-256 | \`${"ab".repeat(32)}\` |`,
      "| split | `the last 10 % held out` |",
      "| tokens | 88,888 for training, 9,877 for validation |",
      "Tokenizer: `character`, 65 tokens.",
      "| `optimizer` | `adamw` |",
      "| `learning rate` | 0.001 |",
      "| `early stopping` | none |",
      "Trained for 2,000 steps in 12.6 min on `cpu` with 4 threads.",
      "The weights are those of step 1,800, the best evaluation.",
      "| training loss, nats per token | 1.4000 |",
      "| validation loss, nats per token | 1.5000 |",
      "| validation perplexity per token | 4.4817 |",
      "| validation bits per character | 2.1640 |",
      "```text\nSo late the night,\nso far the day.\n```",
      "```sh\nnpx wordloom train 'my poems.txt' --steps 2000\n```",
    ]) {
      expect(markdown).toContain(text);
    }
  });

  it("begins with front matter that the hub reads", () => {
    const tags = ["tags:", '  - "wordloom"', '  - "lstm"'];
    const entries = ["library_name: wordloom", 'pipeline_tag: "text-generation"', ...tags];
    expect(modelCard(card).split("\n").slice(0, 9)).toEqual(["---", ...entries, "---", "", "# `poems-lstm`"]);
    const published = modelCard({ ...card, transformersClass: "GPT2LMHeadModel" });
    expect(published).toContain("library_name: transformers\n");
    expect(published).toContain("opens unchanged in Python's transformers as `GPT2LMHeadModel`.");
  });

  it("leaves out what is not known", () => {
    const markdown = modelCard({ ...card, best: null, samples: [] });
    expect(markdown).toContain("Not evaluated yet.");
    expect(markdown).not.toContain("## Samples");
    const best = { step: 1, trainLoss: 1, validationLoss: 1, bitsPerCharacter: null };
    expect(modelCard({ ...card, best })).not.toContain("bits per character");
  });

  it("keeps every sample inside its fence, whatever it holds", () => {
    const pieces = fc.constantFrom("```", "````text", "~~~", "`", "\n", "\n\n", "---", "# x", "<b>", " ", "a", "|");
    const sample = fc.oneof(fc.array(pieces, { maxLength: 30 }).map((parts) => parts.join("")), fc.string());
    fc.assert(
      fc.property(sample, (text) => {
        const { content, rest } = firstBlock(modelCard({ ...card, samples: [text] }), "Samples");
        const clean = text.replace(/\r\n?/g, "\n").replace(/\n$/, "");
        expect(content).toBe(clean);
        expect(rest.startsWith("\n## Use\n")).toBe(true);
      }),
      { seed: 2, numRuns: 500 },
    );
  });

  it("shows control characters instead of sending them to a terminal", () => {
    const { content } = firstBlock(modelCard({ ...card, samples: ["\u001b[2J\u0000\u009b tab\t end"] }), "Samples");
    expect(content).toBe("␛[2J␀\ufffd tab\t end");
  });

  it("keeps names inside their cells and spans, and out of YAML", () => {
    const name = "a`b``|c\n---\n# no: <b>\u0085\u{1f600}";
    const [data] = card.data;
    const markdown = modelCard({ ...card, name, family: name, data: [{ ...data, name }] });
    const cleaned = "a`b``|c --- # no: <b>\ufffd\u{1f600}";
    expect(markdown).toContain(`# \`\`\` ${cleaned} \`\`\`\n`);
    expect(markdown).toContain(`| data | \`\`\` ${cleaned.replace("|", "\\|")} \`\`\` |\n`);
    expect(markdown).toContain('  - "a`b``|c\\n---\\n# no: <b>\\U00000085\\U0001f600"\n---\n');
    expect(markdown.split("\n").filter((line) => line === "---")).toHaveLength(2);
  });

  it.runIf(process.platform !== "win32")("quotes the command such that a shell gives back the arguments", () => {
    const words = ["it's", "a b", "$HOME", "`id`", "", "*", "ü", "line\nbreak", "--x=1", "\\", '"', "!"];
    const { content } = firstBlock(modelCard({ ...card, command: ["printf", "%s\\0", ...words] }), "Repeat");
    expect(execFileSync("sh", ["-c", content], { encoding: "utf8" }).split("\0")).toEqual([...words, ""]);
  });
});
