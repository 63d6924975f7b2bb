// Programs kept for later: so many, and none released under the hands of those who use it.

import { expect, it } from "vitest";
import { countingBackend } from "../generation/testing/counting_backend.js";
import { hostTensor } from "../runtime/backend.js";
import { input, mul } from "../tensor/index.js";
import { TEST_SESSION } from "../tensor/testing/evaluate.js";
import { KeptPrograms } from "./kept_programs.js";

it("keeps those last used, and drops no one's program under their hands", async () => {
  const backend = countingBackend();
  const programs = new KeptPrograms(TEST_SESSION, backend);
  const times = (factor: number): Promise<number> =>
    programs.use(String(factor), () => ({ y: mul(input("x", [1]), factor) }), async (program) => {
      const { y } = await program!.run({ x: hostTensor(Float32Array.of(2), [1]) });
      return y.data[0] as number;
    });
  const factors = Array.from({ length: 30 }, (_, i) => i + 1);
  expect(await Promise.all(factors.map(times))).toEqual(factors.map((factor) => 2 * factor));
  expect([backend.created, backend.open]).toEqual([30, 24]);
  expect(await times(30)).toBe(60);
  expect(backend.created).toBe(30);
  expect(await times(1)).toBe(2); // the first was dropped
  expect([backend.created, backend.open]).toEqual([31, 24]);
  await programs.release();
  expect(backend.open).toBe(0);
});

it("has nothing to run for a trace without outputs", async () => {
  const backend = countingBackend();
  const programs = new KeptPrograms(TEST_SESSION, backend);
  expect(await programs.use("none", () => ({}), async (program) => program)).toBeNull();
  expect(backend.created).toBe(0);
  await programs.release();
});
