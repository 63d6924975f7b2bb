// A highway layer: each feature decides for itself how much of it is transformed and how much passes.

import { add, mul, relu, sigmoid, sub, type Tensor } from "../tensor/index.js";
import { constantValue, uniform } from "./initializer.js";
import { Linear } from "./layers.js";
import { Module } from "./module.js";

/** Where the gate's bias starts: almost everything passes (Srivastava et al. 2015, section 2.2). */
const GATE_START = -2;

/** t·relu(Wx + b) + (1 − t)·x with t = σ(Ux + c) (Srivastava et al. 2015, "Highway networks", eq. 3). */
export class Highway extends Module {
  readonly transform: Linear;
  readonly gate: Linear;

  constructor(width: number) {
    super();
    const start = uniform(1 / Math.sqrt(width));
    this.transform = new Linear(width, width, start, true);
    this.gate = new Linear(width, width, start, true, constantValue(GATE_START));
  }

  /** x (…, width) → (…, width) */
  forward(x: Tensor): Tensor {
    return add(x, mul(sigmoid(this.gate.forward(x)), sub(relu(this.transform.forward(x)), x)));
  }
}
