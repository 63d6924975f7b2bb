// Windows of an input: as large as may be, as small as there is, with nothing lost.

import { describe, expect, it } from "vitest";
import { readAhead } from "./read_ahead.js";

async function windowsOf<Item>(items: AsyncIterable<Item> | Iterable<Item>, most: number): Promise<(readonly Item[])[]> {
  const windows: (readonly Item[])[] = [];
  for await (const window of readAhead(items, most)) windows.push(window);
  return windows;
}

/** An input that gives 1 and 2 at once and then nothing until it is let go on. */
function pausing(): { items: AsyncGenerator<number>; goOn: () => void; closed: () => boolean } {
  let goOn = (): void => {};
  let closed = false;
  const gate = new Promise<void>((resolve) => (goOn = resolve));
  async function* give(): AsyncGenerator<number> {
    try {
      yield 1;
      yield 2;
      await gate;
      yield 3;
    } finally {
      closed = true;
    }
  }
  return { items: give(), goOn, closed: () => closed };
}

describe("readAhead", () => {
  it("gives full windows and the rest", async () => {
    expect(await windowsOf([1, 2, 3, 4, 5], 2)).toEqual([[1, 2], [3, 4], [5]]);
    expect(await windowsOf([1, 2], 2)).toEqual([[1, 2]]);
    expect(await windowsOf([], 2)).toEqual([]);
  });

  it("asks for the size of each window", async () => {
    const sizes: number[] = [];
    for await (const window of readAhead([1, 2, 3, 4, 5, 6, 7, 8], (count) => 2 ** count)) sizes.push(window.length);
    expect(sizes).toEqual([1, 2, 4, 1]);
  });

  it("gives what is there when the input pauses, and goes on when it does", async () => {
    const input = pausing();
    const windows = readAhead(input.items, 10);
    expect((await windows.next()).value).toEqual([1, 2]); // would wait for ever if it wanted more
    input.goOn();
    expect((await windows.next()).value).toEqual([3]);
    expect((await windows.next()).done).toBe(true);
  });

  it("reads no further than it is asked to, and closes an input that is left", async () => {
    let given = 0;
    let closed = false;
    function* endless(): Generator<number> {
      try {
        for (;;) yield given++;
      } finally {
        closed = true;
      }
    }
    for await (const window of readAhead(endless(), 4)) {
      if (window[0] === 8) break;
    }
    expect([given, closed]).toEqual([12, true]);
  });

  it("gives what came before a failure, and then the failure", async () => {
    function* failing(): Generator<number> {
      yield 1;
      throw new Error("disk on fire");
    }
    const windows = readAhead(failing(), 4);
    expect((await windows.next()).value).toEqual([1]);
    await expect(windows.next()).rejects.toThrow("disk on fire");
  });

  it("is interrupted while it waits, without waiting for the input to close", async () => {
    const controller = new AbortController();
    const input = pausing();
    const windows = readAhead(input.items, 10, controller.signal);
    await windows.next();
    const next = windows.next();
    controller.abort("enough");
    await expect(next).rejects.toMatchObject({ code: "interrupted", cause: "enough" });
    input.goOn();
  });
});
