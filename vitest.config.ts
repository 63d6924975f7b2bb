import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts"],
    setupFiles: ["src/testing/property_seed.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000, // hooks train too
    pool: "forks",
    maxWorkers: 2,
  },
});
