// The version of this package, read from its package.json so that it is written down in one place only.
import { readFileSync } from "node:fs";

const manifest: { version: string } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));

/** The version of Wordloom that is running, as in "0.1.0". */
export const packageVersion = manifest.version;
