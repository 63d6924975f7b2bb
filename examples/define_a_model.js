// The engine on its own: a graph, its derivative, a compiled program. Fits y = 3x − 1 by gradient descent.
import { constant, grad, input, matmul, mean, mul, square, sub, add } from "../dist/tensor/index.js";
import { hostTensor } from "../dist/runtime/backend.js";
import { nodeBackend } from "../dist/runtime/node_backend.js";
import { Program } from "../dist/runtime/program.js";

const x = input("x", [8, 1]);
const y = input("y", [8, 1]);
const weight = input("weight", [1, 1]);
const bias = input("bias", [1]);
const loss = mean(square(sub(add(matmul(x, weight), bias), y)));
const [dWeight, dBias] = grad(loss, [weight, bias]);
const rate = constant(0.1);
const program = await Program.compile(
  { loss, nextWeight: sub(weight, mul(dWeight, rate)), nextBias: sub(bias, mul(dBias, rate)) },
  nodeBackend,
  { device: "cpu", threads: 1 },
);

const inputs = Float32Array.from({ length: 8 }, (_, i) => i / 4 - 1);
let feeds = {
  x: hostTensor(inputs, [8, 1]),
  y: hostTensor(inputs.map((value) => 3 * value - 1), [8, 1]),
  weight: hostTensor(Float32Array.of(0), [1, 1]),
  bias: hostTensor(Float32Array.of(0), [1]),
};
for (let step = 0; step < 200; step++) {
  const results = await program.run(feeds);
  feeds = { ...feeds, weight: results.nextWeight, bias: results.nextBias };
}
console.log(`y = ${feeds.weight.data[0].toFixed(3)} x + ${feeds.bias.data[0].toFixed(3)}`);
await program.release();
