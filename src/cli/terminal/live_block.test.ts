import { afterEach, describe, expect, it } from "vitest";

import { LiveBlock } from "./live_block.js";
import { Output } from "./output.js";
import { FakeWriteStream, TerminalScreen } from "./testing/terminal_screen.js";

const opened: LiveBlock[] = [];

function open(
  columns = 20,
  rows = 8,
): { block: LiveBlock; stream: FakeWriteStream; screen: TerminalScreen; redrawn: () => number } {
  const screen = new TerminalScreen(columns, rows);
  const stream = new FakeWriteStream(screen);
  let count = 0;
  const block = new LiveBlock(new Output(stream.asStdout), { redraw: () => (count += 1) });
  opened.push(block);
  return { block, stream, screen, redrawn: () => count };
}

afterEach(() => opened.splice(0).forEach((block) => block.close()));

describe("LiveBlock", () => {
  it("redraws in place with one write a frame, whether the block grows or shrinks", () => {
    const { block, stream, screen } = open();
    block.draw(["one", "two"]);
    block.draw(["one longer", "two", "three"]);
    block.draw(["1"]);
    expect(stream.writes.length).toBe(3);
    expect(screen.text).toBe("1");
    expect(screen.cursor).toEqual({ line: 1, column: 0 });
    expect(screen.wrapping).toBe(true);
  });

  it("lets lines that stay scroll away above the block", () => {
    const { block, screen } = open(20, 5);
    for (let step = 1; step <= 6; step += 1) block.draw(["bar", "losses", "sample"], [`step ${step}`]);
    expect(screen.text).toBe("step 1\nstep 2\nstep 3\nstep 4\nstep 5\nstep 6\nbar\nlosses\nsample");
    expect(screen.visibleText).toBe("step 6\nbar\nlosses\nsample");
  });

  it("keeps what stood on the screen before", () => {
    const { block, screen } = open();
    screen.write("$ wordloom train\r\n^C");
    block.draw(["a"]);
    block.draw(["b"]);
    expect(screen.text).toBe("$ wordloom train\nb");
  });

  it("begins where it began after the terminal has become narrower", () => {
    const { block, stream, screen, redrawn } = open(20, 10);
    block.draw(["x".repeat(19), "short", "你".repeat(9)], ["stays"]);
    stream.resize(8);
    expect(redrawn()).toBe(1);
    block.draw(["new", "lines"]);
    expect(screen.text).toBe("stays\nnew\nlines");
    stream.resize(30);
    block.draw(["wide again"]);
    expect(screen.text).toBe("stays\nwide again");
  });

  it("leaves a column and a row free, and keeps to a width that it is given", () => {
    const { block, stream } = open(20, 8);
    expect([block.columns, block.rows]).toEqual([19, 7]);
    const fixed = new LiveBlock(new Output(stream.asStdout), { columns: 50, redraw: () => {} });
    expect(fixed.columns).toBe(49);
    const sizeless = new LiveBlock(new Output(new FakeWriteStream().asStdout), { redraw: () => {} });
    expect([sizeless.columns, sizeless.rows]).toEqual([79, 23]);
  });

  it("hides the cursor while open, and gives it back when closed or when the process ends", () => {
    const { block, screen } = open();
    expect(screen.cursorVisible).toBe(true);
    block.draw(["a"]);
    expect(screen.cursorVisible).toBe(false);
    block.close();
    expect(screen.cursorVisible).toBe(true);
    block.draw(["a"]);
    expect(screen.cursorVisible).toBe(false);
    process.listeners("exit").at(-1)?.call(process, 0);
    expect(screen.cursorVisible).toBe(true);
  });

  it("leaves signals to others who listen for them", () => {
    const { block, screen } = open();
    let heard = 0;
    process.once("SIGTERM", () => (heard += 1));
    block.draw(["a"]);
    process.emit("SIGTERM", "SIGTERM");
    expect(heard).toBe(1);
    expect(screen.cursorVisible).toBe(false);
  });

  it("begins anew below what a shell wrote while the process was stopped", () => {
    const { block, screen, redrawn } = open();
    block.draw(["old"]);
    screen.write("[1]+ Stopped\r\n$ fg\r\n");
    process.emit("SIGCONT", "SIGCONT");
    expect(redrawn()).toBe(1);
    block.draw(["new"]);
    block.draw(["newer"]);
    expect(screen.text).toBe("old\n[1]+ Stopped\n$ fg\nnewer");
  });

  it("leaves no listener behind", () => {
    const names = ["exit", "SIGINT", "SIGTERM", "SIGHUP", "SIGTSTP", "SIGCONT"];
    const count = () => names.map((name) => process.listenerCount(name));
    const before = count();
    const { block, stream } = open();
    block.draw(["a"]);
    expect(count()).toEqual(before.map((listeners) => listeners + 1));
    block.close();
    block.close();
    expect(count()).toEqual(before);
    expect(stream.listenerCount("resize")).toBe(0);
  });
});
