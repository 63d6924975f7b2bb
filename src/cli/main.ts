#!/usr/bin/env node
// The program that a shell starts: one call of the command line, then the process ends.

import { runCommandLine } from "./run.js";
import { isReaderGone } from "./terminal/output.js";

// A reader that leaves (`| head`) is no error; what still writes on notices by itself.
process.stdout.on("error", (error) => {
  if (!isReaderGone(error)) throw error;
});
process.exitCode = await runCommandLine(process.argv.slice(2));
