// JSON Lines: an object a line, whose fields are columns; a line that is only a string is a field "text".
import { WordloomError } from "../errors.js";
import { splitLines } from "./read_plain_text.js";
import type { Table } from "./table.js";

/**
 * Opens a text in JSON Lines; blank lines are passed over.
 * @throws WordloomError "invalid_data" for a line that is not JSON, or neither an object nor a string
 */
export function readJsonLines(text: string, path: string): Table {
  const lines = splitLines(text);
  const isText = new Map<string, boolean>();
  for (let i = 0; i < lines.length; i++) {
    for (const [name, value] of Object.entries(parseLine(lines[i], i + 1, path) ?? {})) {
      if (value === null) isText.set(name, isText.get(name) ?? false);
      else isText.set(name, typeof value === "string" && isText.get(name) !== false);
    }
  }
  return {
    columns: [...isText.keys()],
    textColumns: [...isText].filter(([, text]) => text).map(([name]) => name),
    read(names, label) {
      const rows: (string | undefined)[][] = [];
      for (let i = 0; i < lines.length; i++) {
        const row = parseLine(lines[i], i + 1, path);
        if (row !== undefined) rows.push(names.map((name) => (name === label && isLabel(row[name]) ? String(row[name]) : stringField(row, name, i + 1, path))));
      }
      return rows;
    },
    lineOf: (row) => [...lines.keys()].filter((i) => lines[i].trim() !== "")[row] + 1,
  };
}

const isLabel = (value: unknown): boolean => typeof value === "number" || typeof value === "boolean";

function parseLine(line: string, number: number, path: string): Record<string, unknown> | undefined {
  if (line.trim() === "") return undefined;
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw new WordloomError(
      "invalid_data",
      `${path}, line ${number} is not JSON (${shortReason(error)}); each line must be one JSON object.`,
      { cause: error },
    );
  }
  if (typeof value === "string") return { text: value };
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new WordloomError(
      "invalid_data",
      `${path}, line ${number} is JSON but no object; each line must be an object such as {"text": "…"}.`,
    );
  }
  return value as Record<string, unknown>;
}

function stringField(row: Record<string, unknown>, name: string, line: number, path: string): string | undefined {
  const value = Object.hasOwn(row, name) ? row[name] : undefined;
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string") return value.replaceAll("\r\n", "\n");
  const kind = Array.isArray(value) ? "a list" : typeof value === "object" ? "an object" : `a ${typeof value}`;
  throw new WordloomError(
    "invalid_data",
    `${path}, line ${line}: ${JSON.stringify(name)} is ${kind}, not a string; correct the line or choose another column.`,
  );
}

/** Without the excerpt of the text that engines add, which may be long. */
function shortReason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.length > 80 ? `${message.slice(0, 77)}…` : message;
}
