// The command that a person typed, to be said again.

import type { Command } from "commander";
import { shellArgument } from "../training/shell_argument.js";

/** @param command whose action runs */
export function typedCommand({ parent }: Command): string {
  const { rawArgs } = parent as Command & { readonly rawArgs: readonly string[] };
  return ["npx", "wordloom", ...rawArgs].map(shellArgument).join(" ");
}
