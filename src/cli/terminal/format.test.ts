import { describe, expect, it } from "vitest";

import {
  formatCompact,
  formatDuration,
  formatInteger,
  formatLearningRate,
  formatLoss,
  formatPercent,
} from "./format.js";

describe("numbers as people read them", () => {
  it.each([
    [0, "0s"],
    [0.4, "0s"],
    [59.4, "59s"],
    [59.6, "1m 00s"],
    [65, "1m 05s"],
    [3599.6, "1h 00m"],
    [7500, "2h 05m"],
    [86_399, "23h 59m"],
    [273_600, "3d 04h"],
    [-3, "0s"],
    [Infinity, "?"],
    [NaN, "?"],
  ])("writes %d seconds as %s", (seconds, text) => expect(formatDuration(seconds)).toBe(text));

  it.each([
    [0, "0"],
    [7, "7"],
    [0.4167, "0.42"],
    [9.994, "9.99"],
    [9.996, "10.0"],
    [16.34, "16.3"],
    [99.96, "100"],
    [523.4, "523"],
    [999, "999"],
    [999.7, "1.00k"],
    [1000, "1.00k"],
    [12_345, "12.3k"],
    [999_499, "999k"],
    [999_500, "1.00M"],
    [1_250_000, "1.25M"],
    [2.5e15, "2500T"],
    [NaN, "?"],
  ])("writes %d shortly as %s", (value, text) => expect(formatCompact(value)).toBe(text));

  it.each([
    [1.98766, "1.9877"],
    [10.5, "10.50"],
    [12_345.6, "12346"],
    [-0.5, "-0.5000"],
    [NaN, "NaN"],
    [Infinity, "∞"],
  ])("writes a loss of %d as %s", (loss, text) => expect(formatLoss(loss)).toBe(text));

  it.each([
    [0, "0"],
    [0.001, "0.001"],
    [0.0125, "0.0125"],
    [0.1, "0.1"],
    [0.000_873_4, "8.73e-4"],
    [0.0001, "1e-4"],
    [0.000_25, "2.5e-4"],
    [NaN, "?"],
  ])("writes a learning rate of %d as %s", (rate, text) => expect(formatLearningRate(rate)).toBe(text));

  it.each([
    [0, "0%"],
    [0.29, "29%"],
    [0.9999, "99%"],
    [1, "100%"],
    [1.2, "100%"],
    [-1, "0%"],
    [NaN, "?%"],
  ])("writes a share of %d as %s", (share, text) => expect(formatPercent(share)).toBe(text));

  it("separates thousands", () => {
    expect([999, 1000, 1_234_567, NaN].map(formatInteger)).toEqual(["999", "1,000", "1,234,567", "?"]);
  });
});
