// Optimizers as symbolic updates of one flat vector; the same few lines serve every parameter of every family.

import { add, div, mul, sqrt, sub, type Tensor } from "../tensor/index.js";

export type OptimizerName = "sgd" | "rmsprop" | "adam" | "adamw";

/** Settings of all optimizers; each reads its own. */
export interface OptimizerSettings {
  readonly name: OptimizerName;
  /** SGD and RMSprop: how much of the last update goes on; 0 for none. */
  readonly momentum: number;
  /** SGD: look ahead (Nesterov). */
  readonly nesterov: boolean;
  /** RMSprop: decay of the mean square. */
  readonly alpha: number;
  /** Adam and AdamW: decay of the two moments. */
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** AdamW: decoupled decay of matrices; the others: L2 added to the gradient. */
  readonly weightDecay: number;
}

/** Vectors of one parameter group, all of one length. */
export interface Update {
  readonly parameter: Tensor;
  readonly slots: Readonly<Record<string, Tensor>>;
}

/** What an update is computed from. */
export interface UpdateContext extends Update {
  readonly gradient: Tensor;
  /** Whether weight decay applies to this group. */
  readonly decay: boolean;
  /** Scalar inputs by the names that `scalars` returns. */
  readonly scalars: Readonly<Record<string, Tensor>>;
}

export interface Optimizer {
  /** Names of the vectors that it keeps beside the parameters; they start at zero. */
  readonly slots: readonly string[];
  /** Numbers that change from step to step, fed at each run; `step` counts from 1. */
  scalars(learningRate: number, step: number): Readonly<Record<string, number>>;
  update(context: UpdateContext): Update;
}

function withL2(context: UpdateContext, weightDecay: number): Tensor {
  return context.decay && weightDecay > 0 ? add(context.gradient, mul(context.parameter, weightDecay)) : context.gradient;
}

/** Stochastic gradient descent with momentum (Polyak 1964; Sutskever et al. 2013, eq. 3–4, in PyTorch's form). */
function sgd(settings: OptimizerSettings): Optimizer {
  const { momentum, nesterov, weightDecay } = settings;
  return {
    slots: momentum > 0 ? ["momentum"] : [],
    scalars: (learningRate) => ({ learningRate }),
    update: (context): Update => {
      const gradient = withL2(context, weightDecay);
      const { parameter, slots, scalars } = context;
      if (momentum === 0) return { parameter: sub(parameter, mul(gradient, scalars.learningRate)), slots: {} };
      const velocity = add(mul(slots.momentum, momentum), gradient);
      const direction = nesterov ? add(gradient, mul(velocity, momentum)) : velocity;
      return { parameter: sub(parameter, mul(direction, scalars.learningRate)), slots: { momentum: velocity } };
    },
  };
}

/** RMSprop (Tieleman and Hinton 2012, lecture 6.5), with optional momentum on the scaled gradient. */
function rmsprop(settings: OptimizerSettings): Optimizer {
  const { momentum, alpha, epsilon, weightDecay } = settings;
  return {
    slots: momentum > 0 ? ["meanSquare", "momentum"] : ["meanSquare"],
    scalars: (learningRate) => ({ learningRate }),
    update: (context): Update => {
      const gradient = withL2(context, weightDecay);
      const { parameter, slots, scalars } = context;
      const meanSquare = add(mul(slots.meanSquare, alpha), mul(mul(gradient, gradient), 1 - alpha));
      const scaled = div(gradient, add(sqrt(meanSquare), epsilon));
      if (momentum === 0) return { parameter: sub(parameter, mul(scaled, scalars.learningRate)), slots: { meanSquare } };
      const velocity = add(mul(slots.momentum, momentum), scaled);
      return { parameter: sub(parameter, mul(velocity, scalars.learningRate)), slots: { meanSquare, momentum: velocity } };
    },
  };
}

/**
 * Adam (Kingma and Ba 2015, algorithm 1, in the order of section 2's last paragraph: the bias corrections are folded
 * into the step size and ε) and AdamW (Loshchilov and Hutter 2019, algorithm 2), which decays apart from the gradient.
 * The slots are the paper's moments without their factors 1 − β, which the step size and ε take in: two operators less.
 */
function adam(settings: OptimizerSettings, decoupled: boolean): Optimizer {
  const { beta1, beta2, epsilon, weightDecay } = settings;
  const deviation = Math.sqrt(1 - beta2);
  return {
    slots: ["moment1", "moment2"],
    scalars: (learningRate, step) => {
      const correction2 = Math.sqrt(1 - beta2 ** step);
      return {
        stepSize: (learningRate * correction2 * (1 - beta1)) / (1 - beta1 ** step) / deviation,
        scaledEpsilon: (epsilon * correction2) / deviation,
        keep: 1 - learningRate * weightDecay,
      };
    },
    update: (context) => {
      const { parameter, slots, scalars } = context;
      const gradient = decoupled ? context.gradient : withL2(context, weightDecay);
      const moment1 = add(mul(slots.moment1, beta1), gradient);
      const moment2 = add(mul(slots.moment2, beta2), mul(gradient, gradient));
      const step = mul(div(moment1, add(sqrt(moment2), scalars.scaledEpsilon)), scalars.stepSize);
      const decayed = decoupled && context.decay && weightDecay > 0 ? mul(parameter, scalars.keep) : parameter;
      return { parameter: sub(decayed, step), slots: { moment1, moment2 } };
    },
  };
}

/** The optimizer of the given settings. */
export function createOptimizer(settings: OptimizerSettings): Optimizer {
  switch (settings.name) {
    case "sgd":
      return sgd(settings);
    case "rmsprop":
      return rmsprop(settings);
    case "adam":
      return adam(settings, false);
    case "adamw":
      return adam(settings, true);
  }
}

/**
 * The same optimizer with moments of its own, for updates that follow another objective: gradients of another size would
 * otherwise be scaled by moments that are not theirs.
 */
export function withOwnSlots(optimizer: Optimizer, name: string): Optimizer {
  const own = (slot: string): string => `${name}.${slot}`;
  const renamed = <T>(slots: Readonly<Record<string, T>>, from: (slot: string) => string, to: (slot: string) => string): Record<string, T> =>
    Object.fromEntries(optimizer.slots.map((slot) => [to(slot), slots[from(slot)]]));
  const plain = (slot: string): string => slot;
  return {
    slots: optimizer.slots.map(own),
    scalars: (learningRate, step) => optimizer.scalars(learningRate, step),
    update: (context) => {
      const { parameter, slots } = optimizer.update({ ...context, slots: renamed(context.slots, own, plain) });
      return { parameter, slots: renamed(slots, plain, own) };
    },
  };
}

/** PyTorch's defaults, but for Adam's second moment and the decay, which are nanoGPT's for small models. */
export const OPTIMIZER_DEFAULTS: OptimizerSettings = {
  name: "adamw",
  momentum: 0,
  nesterov: false,
  alpha: 0.99,
  beta1: 0.9,
  beta2: 0.99,
  epsilon: 1e-8,
  weightDecay: 0.1,
};
