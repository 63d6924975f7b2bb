// One line of a file of word vectors as bytes: where its word ends and its values begin.

const [space, tab] = [0x20, 0x09];

/** A space or a tab. */
export function isBlank(byte: number): boolean {
  return byte === space || byte === tab;
}

/** What a first line "count width" says; undefined for any other line. */
export function headingOf(line: Buffer): { readonly count: number; readonly width: number } | undefined {
  const found = line.length < 40 ? /^(\d+)[ \t]+(\d+)$/.exec(line.toString("latin1")) : null;
  return found === null ? undefined : { count: Number(found[1]), width: Number(found[2]) };
}

/** How many of a line's last fields are numbers, its first field never counted. */
export function widthOf(line: Buffer): number {
  const fields = line.toString("latin1").split(/[ \t]+/);
  let width = 0;
  while (width < fields.length - 1 && isNumber(fields[fields.length - 1 - width])) width++;
  return width;
}

function isNumber(field: string): boolean {
  return /^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/.test(field);
}

/** Where the last `width` fields begin, or -1 if there are not so many behind a word. */
export function beginOfValues(line: Buffer, width: number): number {
  let at = line.length;
  for (let field = 0; field < width; field++) {
    if (field > 0) while (at > 0 && isBlank(line[at - 1])) at--;
    while (at > 0 && !isBlank(line[at - 1])) at--;
    if (at === 0) return -1;
  }
  return at;
}

/**
 * Whether all that stands behind the first field of a word is numbers: then they are values too many, and no word. Words
 * with spaces are "at name", ". . ." and the like.
 */
export function hasValueBefore(line: Buffer, end: number): boolean {
  const first = line.subarray(0, end).findIndex(isBlank);
  if (first < 0) return false;
  return line.toString("latin1", first, end).trim().split(/[ \t]+/).every(isNumber);
}

/** Where the first byte is that is in no number (and no blank), or -1. */
export function firstForeignByte(line: Buffer, from: number): number {
  for (let i = from; i < line.length; i++) if (numberBytes[line[i]] === 0) return i;
  return -1;
}

const numberBytes = new Uint8Array(256);
for (const character of "0123456789+-.eE \t") numberBytes[character.charCodeAt(0)] = 1;

/** The whole field that a byte belongs to. */
export function fieldAt(line: Buffer, at: number): string {
  let [begin, end] = [at, at];
  while (begin > 0 && !isBlank(line[begin - 1])) begin--;
  while (end < line.length && !isBlank(line[end])) end++;
  return line.toString("utf8", begin, end);
}
