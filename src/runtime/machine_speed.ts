// A short measurement of this machine: the matrix-product rate that everything else is compared with.

import { input, matmul } from "../tensor/index.js";
import { hostTensor, type Backend, type SessionOptions } from "./backend.js";
import { Program } from "./program.js";

const SIZE = 1024;

/**
 * FLOPs a second of a 1024 × 1024 × 1024 float32 product, the median of several runs; takes about a third of a second.
 */
export async function measureMatmulRate(backend: Backend, session: SessionOptions, runs = 15): Promise<number> {
  const program = await Program.compile({ c: matmul(input("a", [SIZE, SIZE]), input("b", [SIZE, SIZE])) }, backend, session);
  const filledWith = (value: number): ReturnType<typeof hostTensor> => hostTensor(new Float32Array(SIZE * SIZE).fill(value), [SIZE, SIZE]);
  const feeds = { a: filledWith(0.5), b: filledWith(0.25) };
  const into = { c: filledWith(0) };
  const times: number[] = [];
  for (let run = 0; run < runs; run++) {
    const started = performance.now();
    await program.run(feeds, into);
    if (run > 1) times.push(performance.now() - started); // the first ones warm up
  }
  await program.release();
  times.sort((a, b) => a - b);
  return (2 * SIZE ** 3) / (times[times.length >> 1] / 1000);
}
