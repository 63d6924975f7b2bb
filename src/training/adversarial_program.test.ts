// Turns of a generator and a discriminator: each changes its own network alone, the same from the same stream, resumable between any two.

import { afterAll, describe, expect, it } from "vitest";
import { RELAXATION_TEMPERATURE } from "../models/relaxed_generator.js";
import { PARAMETER_VECTOR, type ParameterBuffers } from "../runtime/parameters.js";
import { RandomStream } from "../runtime/random.js";
import { BOTTLENECKS, RandomTexts, smallAdversarial, type SmallAdversarial, type SmallAdversarialSetting } from "../testing/small_adversarial.js";
import { COUNTED, TURN, TURN_OF, type Turn } from "./adversarial_course.js";
import type { StepResult } from "./training_program.js";

const released: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const release of released) await release();
});

/** Both networks with a stream and texts of their own. */
class Game {
  readonly random: RandomStream;
  readonly texts: RandomTexts;

  private constructor(readonly networks: SmallAdversarial, seed: number, labelled: boolean) {
    this.random = new RandomStream(seed, "turns");
    this.texts = new RandomTexts(networks.drawing, "texts", labelled);
  }

  static async create(setting: SmallAdversarialSetting, seed = 1): Promise<Game> {
    const networks = await smallAdversarial(setting);
    released.push(() => networks.program.release());
    return new Game(networks, seed, setting.label !== undefined);
  }

  step(turn: Turn, counted: 0 | 1 = 1): Promise<StepResult> {
    return this.networks.program.step([this.texts.next()], 0.01, 1, this.random, { [TURN]: turn, [COUNTED]: counted, [RELAXATION_TEMPERATURE]: 0.5 });
  }

  async steps(turns: readonly Turn[]): Promise<StepResult[]> {
    const results: StepResult[] = [];
    for (const turn of turns) results.push(await this.step(turn));
    return results;
  }

  /** Everything that is trained: parameters and moments of both networks. */
  get memory(): Record<"generator" | "discriminator", Float32Array[]> {
    const { generatorBuffers, discriminatorBuffers } = this.networks;
    return { generator: vectorsOf(generatorBuffers), discriminator: vectorsOf(discriminatorBuffers) };
  }

  /** Takes over where another stands. */
  follow(other: Game): void {
    for (const name of ["generatorBuffers", "discriminatorBuffers"] as const) {
      for (const vector of [PARAMETER_VECTOR, ...this.networks[name].slots]) this.networks[name].flat(vector).set(other.networks[name].flat(vector));
    }
    this.random.restore(other.random.state());
    this.texts.restore(other.texts.state());
  }
}

const vectorsOf = (buffers: ParameterBuffers): Float32Array[] => [PARAMETER_VECTOR, ...buffers.slots].map((vector) => buffers.flat(vector).slice());
const labels = (game: Game): Float32Array => game.networks.discriminatorBuffers.values("discriminator.label_embedding.weight");
const { likelihood, discriminator, adversarial } = TURN_OF;

describe.each(BOTTLENECKS.map((bottleneck) => [bottleneck.name, bottleneck] as const))("by %s", (_, bottleneck) => {
  it("a turn changes its own network and its moments, and not a bit of the other", async () => {
    const game = await Game.create({ bottleneck });
    for (const turn of [likelihood, discriminator, adversarial, discriminator, likelihood, adversarial]) {
      const before = game.memory;
      const { loss, gradientNorm } = await game.step(turn);
      expect([loss, gradientNorm].every(Number.isFinite)).toBe(true);
      const [learning, resting] = turn === discriminator ? (["discriminator", "generator"] as const) : (["generator", "discriminator"] as const);
      const after = game.memory;
      expect(after[resting]).toEqual(before[resting]);
      expect(after[learning][0]).not.toEqual(before[learning][0]);
    }
    expect(game.networks.program.companions).toEqual([game.networks.discriminatorBuffers]);
  });

  it("likelihood and discriminator give the generator moments of their own", async () => {
    const game = await Game.create({ bottleneck });
    const { generatorBuffers } = game.networks;
    const moved = (before: readonly Float32Array[]): string[] => generatorBuffers.slots.filter((slot, i) => generatorBuffers.flat(slot).some((value, at) => value !== before[i][at]));
    const moments = (): Float32Array[] => generatorBuffers.slots.map((slot) => generatorBuffers.flat(slot).slice());
    for (const [turn, slots] of [[likelihood, ["moment1", "moment2"]], [adversarial, ["adversarial.moment1", "adversarial.moment2"]], [discriminator, []]] as const) {
      const before = moments();
      await game.step(turn);
      expect(moved(before)).toEqual(slots);
    }
    expect(game.networks.program.state()).toEqual({ likelihoodUpdates: 1, adversarialUpdates: 1, discriminatorUpdates: 1 });
  });

  it("is the same from the same stream and goes on from its state, and is another from another stream", async () => {
    const [first, second, other] = [await Game.create({ bottleneck }), await Game.create({ bottleneck }), await Game.create({ bottleneck }, 2)];
    const beginning = [likelihood, discriminator, adversarial];
    const results = await first.steps(beginning);
    expect(await other.steps(beginning)).not.toEqual(results);
    second.follow(first);
    second.networks.program.restore(JSON.parse(JSON.stringify(first.networks.program.state())));
    const end = [adversarial, discriminator, likelihood, adversarial];
    expect(await second.steps(end)).toEqual(await first.steps(end));
    expect(second.memory).toEqual(first.memory);
    expect(() => first.networks.program.restore({ likelihoodUpdates: 1 })).toThrow(expect.objectContaining({ code: "invalid_run" }));
  });

  it("measures the entropy of what was written and how often the discriminator is right, and counts no tokens where it is told so", async () => {
    const game = await Game.create({ bottleneck });
    const judged = (await game.step(discriminator)).measures!;
    const accuracy = judged.sums.discriminatorAccuracy / judged.samples;
    expect(accuracy).toBeGreaterThanOrEqual(0);
    expect(accuracy).toBeLessThanOrEqual(1);
    const written = await game.step(adversarial);
    const entropy = written.measures!.sums.entropy / written.measures!.samples;
    expect(entropy).toBeGreaterThan(0);
    expect(entropy).toBeLessThan(2 * Math.log(11));
    expect(written.tokens).toBeGreaterThan(0);
    expect((await game.step(adversarial, 0)).tokens).toBe(0);
  });

  it("labels reach both networks", async () => {
    const turns = [discriminator, discriminator, discriminator, adversarial];
    const [heard, swapped, deaf] = [await Game.create({ bottleneck, label: (own) => own }), await Game.create({ bottleneck, label: (own) => 1 - own }), await Game.create({ bottleneck, label: () => 0 })];
    for (const game of [heard, swapped, deaf]) {
      labels(game).fill(0); // so that at first names make no difference
      await game.steps(turns);
    }
    const width = labels(heard).length / 2;
    const rows = [labels(heard).slice(0, width), labels(heard).slice(width)];
    expect(rows[0]).not.toEqual(rows[1]);
    // Names alone make no difference.
    expect([labels(swapped).slice(width), labels(swapped).slice(0, width)]).toEqual(rows);
    expect(labels(deaf).slice(width).every((value) => value === 0)).toBe(true);
    expect(swapped.memory.generator).toEqual(heard.memory.generator);
    expect(deaf.memory.generator).not.toEqual(heard.memory.generator);
  });
});
