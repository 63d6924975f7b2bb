// A traced function, compiled: the unit in which everything runs.

import { sizeOf } from "../tensor/shape.js";
import type { Tensor } from "../tensor/tensor.js";
import { WordloomError } from "../errors.js";
import type { Backend, HostTensor, Session, SessionOptions } from "./backend.js";

export interface ProgramStatistics {
  readonly nodes: number;
  readonly bytes: number;
  readonly compileSeconds: number;
}

/** One compiled graph with named inputs and outputs. Free it with `release`. */
export class Program {
  private constructor(
    private readonly session: Session,
    private readonly inputs: readonly { name: string; shape: readonly (number | string)[] }[],
    private readonly outputNames: readonly string[],
    readonly statistics: ProgramStatistics,
  ) {}

  /** Compiles the graph of the named outputs. */
  static async compile(outputs: Readonly<Record<string, Tensor>>, backend: Backend, options: SessionOptions): Promise<Program> {
    const started = performance.now();
    const { lowerGraph } = await import("../onnx/lower.js"); // not before: it takes a sixth of the time that a model takes to open
    const graph = lowerGraph(outputs);
    const session = await backend.createSession(graph.bytes, options);
    return new Program(session, graph.inputs, Object.keys(outputs), {
      nodes: graph.nodeCount,
      bytes: graph.bytes.length,
      compileSeconds: (performance.now() - started) / 1000,
    });
  }

  /** Whether the graph really depends on the named input; one that it does not need not be fed. */
  uses(name: string): boolean {
    return this.inputs.some((input) => input.name === name);
  }

  /**
   * Runs once. Outputs named in `into` are written there, all others are returned.
   * @throws WordloomError "internal" if an input is missing or has another shape
   */
  async run(feeds: Readonly<Record<string, HostTensor>>, into: Readonly<Record<string, HostTensor>> = {}): Promise<Record<string, HostTensor>> {
    for (const { name, shape } of this.inputs) {
      const fed = feeds[name];
      if (!fed) throw new WordloomError("internal", `The program's input "${name}" was not fed.`);
      const fits = fed.shape.length === shape.length && shape.every((dimension, axis) => typeof dimension === "string" || dimension === fed.shape[axis]);
      if (!fits || fed.data.length !== sizeOf(fed.shape)) {
        throw new WordloomError("internal", `The program's input "${name}" is [${shape.join(", ")}], but [${fed.shape.join(", ")}] was fed.`);
      }
    }
    return this.session.run(feeds, into, this.outputNames.filter((name) => !(name in into)));
  }

  async release(): Promise<void> {
    await this.session.release();
  }
}
