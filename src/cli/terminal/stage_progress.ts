// One line that says how far a long stage is, where somebody looks.

import { formatInteger } from "./format.js";

export type Stage = { readonly stage: string; readonly done: number; readonly total: number };

/** How far a stage is, with the time left, on a terminal; nothing in a pipe. */
export function stageProgress(stream: NodeJS.WriteStream): (((event: Stage) => void) & { end(): void }) | undefined {
  if (!stream.isTTY) return undefined;
  let stage = "";
  let beginning = 0;
  let shown = 0;
  const show = (event: Stage): void => {
    const now = performance.now();
    if (event.stage !== stage) [stage, beginning] = [event.stage, now];
    else if (now - shown < 200 && event.done < event.total) return;
    shown = now;
    const left = ((now - beginning) / event.done) * (event.total - event.done);
    stream.write(`\r\u001b[K${formatInteger(event.done)} of ${formatInteger(event.total)} ${event.stage}${event.done > 1 ? `, ${Math.ceil(left / 1000)} s left` : ""}`);
  };
  return Object.assign(show, { end: () => void stream.write("\r\u001b[K") });
}
