import { describe, expect, it } from "vitest";

import { WordloomError } from "../../errors.js";
import { reportError } from "./report_error.js";
import { FakeWriteStream } from "./testing/terminal_screen.js";

function report(error: unknown, debug = false): { code: number; text: string } {
  const stream = new FakeWriteStream();
  return { code: reportError(error, { stream: stream.asStdout, debug }), text: stream.written };
}

describe("reportError", () => {
  it("writes a person's mistake as one sentence and gives 2", () => {
    const error = new WordloomError("file_not_found", "There is no file poems.txt; check its name.");
    expect(report(error)).toEqual({ code: 2, text: "wordloom: There is no file poems.txt; check its name.\n" });
  });

  it("gives 1 and a hint for faults of its own", () => {
    const hint = " (this is a fault of Wordloom; run again with --debug for the details)\n";
    expect(report(new WordloomError("internal", "A buffer was lost."))).toEqual({
      code: 1,
      text: `wordloom: A buffer was lost.${hint}`,
    });
    expect(report(new TypeError("x is not a function"))).toEqual({
      code: 1,
      text: `wordloom: x is not a function${hint}`,
    });
    expect(report(new RangeError())).toEqual({ code: 1, text: `wordloom: RangeError${hint}` });
    expect(report("a string")).toEqual({ code: 1, text: `wordloom: a string${hint}` });
    expect(report(undefined)).toEqual({ code: 1, text: `wordloom: undefined${hint}` });
  });

  it("adds stack and causes only when debugging", () => {
    const error = new WordloomError("disk_full", "The run could not be saved.", {
      cause: new Error("ENOSPC: no space left"),
    });
    expect(report(error).text).not.toMatch(/ENOSPC|at /);
    const { code, text } = report(error, true);
    expect(code).toBe(2);
    expect(text).toMatch(/^wordloom: The run could not be saved\.\n/);
    expect(text).toMatch(/report_error\.test/);
    expect(text).toMatch(/ENOSPC: no space left/);
    expect(report(new Error("broken"), true).text).not.toMatch(/run again/);
  });

  it("keeps names with escape codes and line feeds harmless", () => {
    expect(report(new WordloomError("file_not_found", "There is no file \u001B[2J\nx.")).text).toBe(
      "wordloom: There is no file ␛[2J↵x.\n",
    );
  });

  it("is quiet when only the reader of a pipe has gone", () => {
    const gone = Object.assign(new Error("write EPIPE"), { code: "EPIPE" });
    expect(report(gone)).toEqual({ code: 0, text: "" });
    expect(report(new WordloomError("interrupted", "Stopped.", { cause: gone }))).toEqual({ code: 0, text: "" });
    const circular = new Error("round");
    circular.cause = circular;
    expect(report(circular).code).toBe(1);
  });
});
