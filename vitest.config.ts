import { defineConfig } from "vitest/config";

/** What runs ONNX Runtime on the thread of the tests, which from then on takes denormal numbers for zeros. */
const ENGINE = [...["tensor", "onnx", "runtime", "nn", "models", "training", "generation", "api"].map((room) => `src/${room}/**/*.test.ts`), "src/evaluation/*_program.test.ts"];

export default defineConfig({
  test: {
    setupFiles: ["src/testing/property_seed.ts"],
    testTimeout: 120_000, // for a busy machine
    hookTimeout: 120_000, // hooks train too
    pool: "forks",
    maxWorkers: 2,
    isolate: false, // files share a process and what it has loaded, which takes longer than many of them
    projects: [
      { extends: true, test: { name: "engine", include: ENGINE } },
      { extends: true, test: { name: "arithmetic of its own", include: ["src/**/*.test.ts"], exclude: ENGINE } },
    ],
  },
});
