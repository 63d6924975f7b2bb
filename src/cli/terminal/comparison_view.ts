// How a comparison goes, on one line where somebody looks, and as a line an evaluation in a pipe.

import type { CompareEvent, CompareProgressEvent } from "../../experiments/compare_events.js";
import { asTyped } from "../typed_options.js";
import { formatDuration, formatInteger, formatLoss } from "./format.js";
import { makeOneLine } from "./visible_text.js";

/** Shows events on a stream that people read. */
export interface ComparisonView {
  handle(event: CompareEvent): void;
  close(): void;
}

const REDRAW = 200;

function trainingLine({ progress }: CompareProgressEvent): string | null {
  if (progress.type !== "training") return null;
  const { event } = progress;
  if (event.type !== "progress") return null;
  const { step, totalSteps, trainLoss, secondsLeft, phase } = event;
  const of = phase ? `step ${formatInteger(step - phase.from)} of ${formatInteger(phase.to - phase.from)} of ${phase.name}` : `step ${formatInteger(step)}${totalSteps === null ? "" : ` of ${formatInteger(totalSteps)}`}`;
  return `${of}, loss ${formatLoss(trainLoss)}${secondsLeft === null ? "" : `, ${formatDuration(secondsLeft)} left`}`;
}

function stageLine(event: CompareProgressEvent): string | null {
  const { progress, stage } = event;
  if (progress.type === "training") return trainingLine(event);
  const at = stage.name === "writing" ? ` at temperature ${stage.temperature}` : "";
  return `${formatInteger(progress.done)} of ${formatInteger(progress.total)} ${progress.stage}${at}`;
}

/** A live line on a terminal; plain lines elsewhere. */
export function createComparisonView(stream: NodeJS.WriteStream): ComparisonView {
  const live = stream.isTTY === true;
  let shown = 0;
  let drawn = false;
  const clear = (): void => {
    if (drawn) stream.write("\r\u001b[K");
    drawn = false;
  };
  const line = (text: string): void => {
    clear();
    stream.write(`${text}\n`);
  };
  const draw = (text: string): void => {
    const now = performance.now();
    if (!live || now - shown < REDRAW) return;
    shown = now;
    stream.write(`\r\u001b[K${text.slice(0, Math.max(20, (stream.columns ?? 80) - 1))}`);
    drawn = true;
  };
  let stageShown = "";
  return {
    handle: (event) => {
      switch (event.type) {
        case "start":
          for (const notice of event.notices) line(makeOneLine(asTyped(notice)));
          if (event.done.length > 0) line(`Done before: ${event.done.join(", ")}.`);
          return;
        case "planning":
          line(`${event.member} (${event.position} of ${event.count}): a look at its speed.`);
          return;
        case "progress": {
          const name = `${event.member} (${event.position} of ${event.count})`;
          const stage = `${name}: ${event.stage.name}`;
          if (stage !== stageShown) {
            if (!live) line(stage);
            stageShown = stage;
          }
          const { progress } = event;
          if (progress.type === "training" && progress.event.type === "evaluation" && !live) line(`${name}: step ${formatInteger(progress.event.step)}, validation loss ${formatLoss(progress.event.validationLoss)}`);
          const text = stageLine(event);
          if (text) draw(`${name}: ${text}`);
          return;
        }
        case "member": {
          const bits = event.bitsPerCharacter;
          line(`${event.name}: ${bits ? `${event.bound ? "at most " : ""}${bits.value.toFixed(3)} bits per character` : "measured"}${event.steps === null || event.seconds === null ? "" : `, after ${formatInteger(event.steps)} steps in ${formatDuration(event.seconds)}`}.`);
          return;
        }
        case "failed":
          line(`${event.member} failed: ${makeOneLine(asTyped(event.failure))}`);
          return;
        case "end":
          clear();
      }
    },
    close: clear,
  };
}
