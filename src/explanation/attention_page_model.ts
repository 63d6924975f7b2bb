// What an attention page computes, apart from what it shows: this script runs in a browser, before that of the view.

/**
 * Plain functions, in the JavaScript of any browser of the last years:
 * - `unpack(text)`: the weights of `packWeights`, a Float32Array;
 * - `createAttention(data)`: `{ matrix(layer, head), describe(layer, head) }` with indices or "mean";
 * - `percent(weight)`: as `formatPercent`;
 * - `palette(stops)`: 256 colours, three bytes each;
 * - `paint(weights, largest, colours, columns, reversed)`: RGBA bytes, a pixel a cell, as it is seen;
 * - `move(cell, key, rows, columns, reversed)`: the cell that a key leads to, or null for other keys;
 * - `strongest(weights, start, columns, count)`: the columns of a row's largest weights, largest first.
 */
export const PAGE_MODEL = String.raw`
function unpack(text) {
  const bytes = atob(text);
  const weights = new Float32Array(bytes.length / 2);
  for (let i = 0; i < weights.length; i++) {
    weights[i] = (bytes.charCodeAt(2 * i) + 256 * bytes.charCodeAt(2 * i + 1)) / 65535;
  }
  return weights;
}

function createAttention(data) {
  const size = data.source.length * data.target.length;
  const known = new Map();
  const remember = (key, make) => {
    if (!known.has(key)) known.set(key, make());
    return known.get(key);
  };
  const mean = (count, matrixAt) => {
    const sum = new Float64Array(size);
    for (let k = 0; k < count; k++) {
      const matrix = matrixAt(k);
      for (let i = 0; i < size; i++) sum[i] += matrix[i];
    }
    return Float32Array.from(sum, (value) => value / count);
  };
  const matrix = (layer, head) => {
    if (layer === "mean") return remember("mean", () => mean(data.layers.length, (k) => matrix(k, "mean")));
    const heads = data.layers[layer].heads;
    if (head === "mean" && heads.length > 1) {
      return remember(layer + " mean", () => mean(heads.length, (k) => matrix(layer, k)));
    }
    const index = head === "mean" ? 0 : head;
    return remember(layer + " " + index, () => unpack(heads[index]));
  };
  const describe = (layer, head) => {
    if (layer === "mean") return "mean of " + data.layers.length + " layers";
    const { name, heads } = data.layers[layer];
    if (heads.length === 1) return name;
    return name + (head === "mean" ? ", mean of " + heads.length + " heads" : ", head " + (head + 1));
  };
  return { matrix, describe };
}

function percent(weight) {
  if (weight === 0) return "0\u00A0%";
  if (weight < 0.0005) return "<\u00A00.1\u00A0%";
  return (weight * 100).toFixed(1).replace(/\.0$/, "") + "\u00A0%";
}

function palette(stops) {
  const colours = new Uint8Array(256 * 3);
  for (let level = 0; level < 256; level++) {
    const place = (level / 255) * (stops.length - 1);
    const below = Math.min(Math.floor(place), stops.length - 2);
    for (let part = 0; part < 3; part++) {
      const low = parseInt(stops[below].substr(part * 2, 2), 16);
      const high = parseInt(stops[below + 1].substr(part * 2, 2), 16);
      colours[level * 3 + part] = Math.round(low + (high - low) * (place - below));
    }
  }
  return colours;
}

function paint(weights, largest, colours, columns, reversed) {
  const pixels = new Uint8ClampedArray(weights.length * 4);
  for (let i = 0; i < weights.length; i++) {
    const column = i % columns;
    const at = 4 * (reversed ? i - column + columns - 1 - column : i);
    const level = 3 * Math.round(255 * Math.min(1, weights[i] / largest));
    pixels[at] = colours[level];
    pixels[at + 1] = colours[level + 1];
    pixels[at + 2] = colours[level + 2];
    pixels[at + 3] = 255;
  }
  return pixels;
}

function move(cell, key, rows, columns, reversed) {
  const within = (value, count) => Math.max(0, Math.min(count - 1, value));
  const right = reversed ? -1 : 1;
  const steps = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -right], ArrowRight: [0, right], PageUp: [-10, 0], PageDown: [10, 0] };
  if (key === "Home") return { row: cell.row, column: 0 };
  if (key === "End") return { row: cell.row, column: columns - 1 };
  if (!Object.prototype.hasOwnProperty.call(steps, key)) return null;
  return { row: within(cell.row + steps[key][0], rows), column: within(cell.column + steps[key][1], columns) };
}

function strongest(weights, start, columns, count) {
  const order = Array.from({ length: columns }, (_, column) => column);
  order.sort((a, b) => weights[start + b] - weights[start + a] || a - b);
  return order.slice(0, count).filter((column) => weights[start + column] > 0);
}
`;
