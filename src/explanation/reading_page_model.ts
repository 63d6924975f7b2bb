// What a page of a reading computes, apart from what it shows: this script runs behind that of the attention page's model.

/**
 * Plain functions:
 * - `colourOf(colours, fraction)`: one of the 256 colours of `palette`, as `rgb(…)`;
 * - `inkFor(colours, fraction)`: black or white, whichever can be read better on it;
 * - `number(value)`: three digits that count, with a real minus sign;
 * - `createReading(data)`: what can be asked of the data: `surprisal()`, `saliency(token, method)`, `attention(token, layer,
 *   head)`, `unit(layer, unit)`, each `{ values, signed, largest, unit }` with a value or null for each token, or null where
 *   there is nothing; and `saliencyMatrix(method)`.
 */
export const READING_PAGE_MODEL = String.raw`
function colourOf(colours, fraction) {
  const level = 3 * Math.round(255 * Math.min(1, Math.max(0, fraction)));
  return "rgb(" + colours[level] + "," + colours[level + 1] + "," + colours[level + 2] + ")";
}

function inkFor(colours, fraction) {
  const level = 3 * Math.round(255 * Math.min(1, Math.max(0, fraction)));
  const linear = (part) => (part <= 10.31 ? part / 255 / 12.92 : Math.pow((part / 255 + 0.055) / 1.055, 2.4));
  const light = 0.2126 * linear(colours[level]) + 0.7152 * linear(colours[level + 1]) + 0.0722 * linear(colours[level + 2]);
  return light > 0.179 ? "#000" : "#fff";
}

function number(value) {
  const rounded = Number(value.toPrecision(3)) + 0;
  const text = rounded !== 0 && Math.abs(rounded) < 0.001 ? rounded.toExponential() : rounded.toLocaleString("en-US", { maximumFractionDigits: 6 });
  return text.replaceAll("-", "\u2212");
}

function createReading(data) {
  const count = data.tokens.length;
  const attention = data.layers.length > 0 ? createAttention(data) : null;
  const unpacked = new Map();
  const largestOf = (values) => values.reduce((most, value) => Math.max(most, Math.abs(value === null ? 0 : value)), 1e-9);
  const blank = () => new Array(count).fill(null);
  const surprisal = () => {
    const values = data.tokens.map((token) => (token.surprisal === null ? null : token.surprisal / Math.LN2));
    return { values, signed: false, largest: data.largestSurprisal, unit: "bits" };
  };
  const saliency = (token, method) => {
    const found = data.saliency.find((one) => one.token === token);
    if (!found) return null;
    const values = blank();
    found[method].forEach((value, i) => (values[found.first + i] = value));
    return { values, signed: true, largest: largestOf(values), unit: "nats" };
  };
  const attend = (token, layer, head) => {
    // What predicts a token is what was read before it.
    const row = token - 1;
    if (!attention || row < 0 || row >= data.read) return null;
    const matrix = attention.matrix(layer, head);
    const values = blank();
    for (let i = 0; i <= row; i++) values[i] = matrix[row * data.read + i];
    return { values, signed: false, largest: largestOf(values), unit: "" };
  };
  const unit = (layer, index) => {
    const { width, values, largest } = data.units[layer];
    if (!unpacked.has(layer)) unpacked.set(layer, unpack(values));
    const all = unpacked.get(layer);
    const own = blank();
    for (let i = 0; i < data.read; i++) own[i] = (2 * all[i * width + index] - 1) * largest;
    return { values: own, signed: true, largest: largestOf(own), unit: "" };
  };
  /** Rows are the tokens explained; each is scaled to its own largest, as what is weak elsewhere can be strong there. */
  const saliencyMatrix = (method) => {
    const rows = data.saliency.length;
    const weights = new Float32Array(rows * count).fill(0.5);
    data.saliency.forEach((one, row) => {
      const largest = largestOf(one[method]);
      one[method].forEach((value, i) => (weights[row * count + one.first + i] = (value / largest + 1) / 2));
    });
    return { weights, rows, columns: count };
  };
  return { surprisal, saliency, attention: attend, unit, saliencyMatrix, matrix: attention && attention.matrix };
}
`;
