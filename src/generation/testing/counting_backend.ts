// The engine with its sessions counted: what is compiled twice, never released, released twice or used after that shows.

import type { Backend } from "../../runtime/backend.js";
import { nodeBackend } from "../../runtime/node_backend.js";

export interface CountingBackend extends Backend {
  /** Sessions that were asked for. */
  created: number;
  /** Sessions that were created and not released. */
  open: number;
}

/** @param failing which creations fail, counted from 0 */
export function countingBackend(failing: readonly number[] = []): CountingBackend {
  const backend: CountingBackend = {
    name: "counting",
    created: 0,
    open: 0,
    async createSession(model, options) {
      if (failing.includes(backend.created++)) throw new Error("no memory");
      const session = await nodeBackend.createSession(model, options);
      backend.open++;
      let released = false;
      return {
        run: async (...request) => {
          if (released) throw new Error("A session was run after its release.");
          const results = await session.run(...request);
          if (released) throw new Error("A session was released while it ran.");
          return results;
        },
        release: async () => {
          if (released) throw new Error("A session was released twice.");
          released = true;
          backend.open--;
          await session.release();
        },
      };
    },
  };
  return backend;
}
