import { describe, expect, it } from "vitest";

import { WordloomError } from "../../errors.js";
import type { GenerationEvent } from "../../generation/generate.js";
import { createGenerationView, type GenerationViewOptions } from "./generation_view.js";
import { FakeWriteStream, TerminalScreen } from "./testing/terminal_screen.js";

type Options = Omit<GenerationViewOptions, "stream">;

const piece = (text: string): GenerationEvent => ({ type: "text", sample: 0, text });
const whole = (sample: number, text: string): GenerationEvent => ({
  type: "sample",
  sample,
  text,
  tokens: [...text].map((_, index) => index),
  finishReason: "length",
});

function inPipe(options: Options, events: readonly GenerationEvent[]): string[] {
  const stream = new FakeWriteStream();
  const view = createGenerationView({ stream: stream.asStdout, ...options });
  events.forEach((event) => view.handle(event));
  view.close();
  return stream.writes;
}

function onTerminal(options: Options, events: readonly GenerationEvent[]): string {
  const stream = new FakeWriteStream(new TerminalScreen(40, 24));
  const view = createGenerationView({ stream: stream.asStdout, ...options });
  events.forEach((event) => view.handle(event));
  view.close();
  return stream.screen?.text ?? "";
}

describe("one sample", () => {
  it("is written as it comes and ends with one line feed", () => {
    expect(inPipe({ count: 1, prompt: "Once" }, [piece(" upon"), piece(" a time"), whole(0, " upon a time")])).toEqual([
      "Once",
      " upon",
      " a time",
      "\n",
    ]);
    expect(inPipe({ count: 1 }, [piece("line\n"), whole(0, "line\n")])).toEqual(["line\n"]);
    expect(inPipe({ count: 1 }, [whole(0, "")])).toEqual([]);
  });

  it("ends its line when it is broken off", () => {
    expect(inPipe({ count: 1 }, [piece("half a")])).toEqual(["half a", "\n"]);
  });

  it("goes into a pipe as it is, also when a character comes in two pieces", () => {
    expect(
      inPipe({ count: 1 }, [piece("\u001B[1m\uD83D"), piece("\uDE00\r"), piece("\nx"), whole(0, "")]).join(""),
    ).toBe("\u001B[1m😀\r\nx\n");
  });

  it("cannot act on a terminal", () => {
    const text = "a\u001B[2J\u001B[Hb\rc\td\n\u009B1A\u0007";
    expect(onTerminal({ count: 1, color: false }, [...[...text].map(piece), whole(0, text)])).toBe(
      "a␛[2J␛[Hb␍c␉d\n<U+009B>1A␇",
    );
    expect(onTerminal({ count: 1 }, [piece("a\r"), piece("\nb\r"), whole(0, "")])).toBe("a\nb␍");
  });

  it("sets the prompt off where there are colours", () => {
    const stream = new FakeWriteStream();
    createGenerationView({ stream: stream.asStdout, count: 1, prompt: "Once", color: true }).handle(piece(" upon"));
    expect(stream.writes).toEqual(["\u001B[1mOnce\u001B[22m", " upon"]);
  });
});

describe("several samples", () => {
  const events = [piece("fi"), whole(1, "second\n"), whole(0, "first"), whole(2, "third")];

  it("are written whole and in order, with a line between them in a pipe", () => {
    expect(inPipe({ count: 3, prompt: "> " }, events).join("")).toBe("> first\n---\n> second\n---\n> third\n");
  });

  it("have a thin header on a terminal", () => {
    expect(onTerminal({ count: 3 }, events)).toBe(
      [
        "── 1 of 3 ── 5 tokens, length ──────────",
        "first",
        "── 2 of 3 ── 7 tokens, length ──────────",
        "second",
        "── 3 of 3 ── 5 tokens, length ──────────",
        "third",
      ].join("\n"),
    );
  });

  it("are a plain list where each is a line", () => {
    expect(inPipe({ count: 3, linePerSample: true }, events).join("")).toBe("first\nsecond\nthird\n");
    expect(onTerminal({ count: 3, linePerSample: true }, events)).toBe("first\nsecond\nthird");
  });
});

describe("with json", () => {
  it("writes exactly one object a line, in order", () => {
    const lines = inPipe({ count: 2, json: true, prompt: "Once" }, [piece("x"), whole(1, 'b "\n'), whole(0, "a")]);
    expect(lines).toEqual([
      '{"text":"a","tokens":1,"finishReason":"length"}\n',
      '{"text":"b \\"\\n","tokens":4,"finishReason":"length"}\n',
    ]);
  });
});

describe("a stream that breaks", () => {
  const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

  it("stops the generation quietly when its reader has gone", async () => {
    const stream = new FakeWriteStream();
    const view = createGenerationView({ stream: stream.asStdout, count: 1 });
    view.handle(piece("seen"));
    stream.failure = "EPIPE";
    view.handle(piece("lost"));
    await nextTurn();
    expect(view.signal.aborted).toBe(true);
    expect(view.signal.reason).toMatchObject({ code: "EPIPE" });
    view.handle(piece("lost too"));
    view.close();
    await nextTurn();
    expect(stream.writes).toEqual(["seen"]);
  });

  it("says so when nothing more can be written", async () => {
    const stream = new FakeWriteStream();
    const view = createGenerationView({ stream: stream.asStdout, count: 1 });
    stream.failure = "ENOSPC";
    view.handle(piece("lost"));
    await nextTurn();
    expect(view.signal.reason).toBeInstanceOf(WordloomError);
    expect(view.signal.reason).toMatchObject({ code: "disk_full" });
  });
});
