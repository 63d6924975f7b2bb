// The synthetic benchmark's learning curves as a picture: NLL_oracle and NLL_gen by step, a run a line, beside published scores.
//
//   node bench/oracle/oracle_plot.js RUNS.json OUT.svg     RUNS.json holds the `runs` of `oraclePlotSvg`

import { fileURLToPath } from "node:url";
import { EXIT_CODES, reportError } from "../../dist/cli/terminal/report_error.js";
import { WordloomError } from "../../dist/errors.js";
import { lineChartSvg } from "../../dist/explanation/line_chart_svg.js";
import { writeFileAtomic } from "../../dist/storage/atomic_file.js";
import { readJsonFile } from "../../dist/storage/json_file.js";
import { z } from "zod";

/** Scores under the published oracle, nats a token (Yu et al. 2017, table 1; likelihood training also as reported since). */
const PUBLISHED = [
  { y: [9.04, 9.07], label: "maximum likelihood, published: 9.04–9.07" },
  { y: 8.74, label: "SeqGAN, published: 8.74" },
];
const NOTE = "The oracle's own sequences score 5.765 under it, far below this axis.";

const curve = z.array(z.object({ step: z.number(), value: z.number() })).min(1);
const runsSchema = z.array(
  z.object({
    name: z.string(),
    /** Runs of one method share a colour. */
    method: z.string().optional(),
    nllOracle: curve,
    nllGen: curve.optional(),
    /** The step at which adversarial training begins. */
    adversarialFrom: z.number().optional(),
  }),
).min(1);

/** Where adversarial training begins, one mark for all runs that begin it at the same step. */
function beginnings(runs) {
  const begun = new Map();
  for (const { name, adversarialFrom } of runs) if (adversarialFrom !== undefined) begun.set(adversarialFrom, [...(begun.get(adversarialFrom) ?? []), name]);
  return [...begun].map(([step, names]) => ({ x: step, label: begun.size === 1 ? "adversarial training begins" : `adversarial: ${names.join(", ")}` }));
}

/** A range that shows how the curves end: an untrained model's first scores would squash it, and are cut off. */
function rangeOfEnds(curves, others) {
  const values = curves.flatMap((points) => points.slice(Math.floor(points.length / 10)).map(({ value }) => value)).concat(others);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const margin = 0.05 * (high - low || 1);
  return [low - margin, high + margin];
}

/**
 * @param runs for each: its name, the method whose colour it has, scores by step, and where adversarial training begins
 * @param options.published whether the oracle is the published one, so that published scores compare
 * @param options.stepLabel what a step is
 * @returns a standalone SVG document: NLL_oracle, and below it NLL_gen where a run has it
 */
export function oraclePlotSvg(runs, { published = true, stepLabel = "epoch" } = {}) {
  const marks = beginnings(runs);
  const chart = (title, label, key, references, note) => {
    const shown = runs.filter((run) => run[key]);
    const curves = shown.map((run) => run[key]);
    return {
      title,
      x: { label: stepLabel },
      y: { label, range: rangeOfEnds(curves, references.flatMap(({ y }) => y)) },
      series: shown.map(({ name, method, [key]: points }) => ({ name, group: method, points: points.map(({ step, value }) => ({ x: step, y: value })) })),
      marks: [...marks, ...references],
      note,
    };
  };
  const charts = [chart("Samples under the oracle: NLL_oracle", "nats a token", "nllOracle", published ? PUBLISHED : [], published ? NOTE : undefined)];
  if (runs.some((run) => run.nllGen)) charts.push(chart("The oracle's sequences under the model: NLL_gen", "nats a token", "nllGen", []));
  return lineChartSvg(charts);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    const [from, to, ...more] = process.argv.slice(2);
    if (!to || more.length > 0) throw new WordloomError("invalid_argument", "Give a file of runs and the picture to write: RUNS.json OUT.svg.");
    writeFileAtomic(to, [Buffer.from(oraclePlotSvg(readJsonFile(from, runsSchema, "the runs")))]);
    process.exitCode = EXIT_CODES.success;
  } catch (error) {
    process.exitCode = reportError(error);
  }
}
