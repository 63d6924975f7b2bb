// A process that runs one command line after another, so that a test need not load the program anew for each.
// Its arguments are the module to run and the text that ends what a command writes; its parent sends { args, cwd, input }
// and hears { code, left }, `left` being the signals and events that the command still listens to.

import { Readable } from "node:stream";

const [program, end] = process.argv.slice(2);
const home = process.cwd();
const loading = import(program);

const listenersOf = (emitter) => new Map(emitter.eventNames().map((name) => [name, emitter.rawListeners(name)]));

/** Takes off the listeners that an emitter did not have before. @returns the names of their events */
function forgetListeners(emitter, before) {
  const names = [];
  for (const [name, listeners] of listenersOf(emitter)) {
    const added = listeners.filter((listener) => !before.get(name)?.includes(listener));
    for (const listener of added) emitter.removeListener(name, listener.listener ?? listener);
    if (added.length > 0) names.push(String(name));
  }
  return names;
}

async function run({ args, cwd, input }) {
  const { runCommandLine } = await loading;
  const before = [process, process.stdout, process.stderr].map((emitter) => [emitter, listenersOf(emitter)]);
  Object.defineProperty(process, "stdin", { configurable: true, value: Readable.from(input === "" ? [] : [Buffer.from(input)]) });
  process.exitCode = undefined;
  process.chdir(cwd);
  const code = await runCommandLine(args);
  process.chdir(home);
  process.exitCode = undefined;
  const [left] = before.map(([emitter, listeners]) => forgetListeners(emitter, listeners));
  process.stdout.write(end);
  process.stderr.write(end);
  process.send({ code, left });
}

process.on("message", run); // what it rejects with ends the process, as it would end one of its own
process.on("disconnect", () => process.exit());
