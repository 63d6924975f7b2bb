// What a latent page computes, apart from what it shows: this script runs in a browser, before those that draw.

/**
 * Plain functions, in the JavaScript of any browser of the last years:
 * - `unpackNumbers(text)`: the numbers of `packNumbers`, a Float32Array;
 * - `formatNumber(value)`, `axisTicks(low, high, about)`, `colourRange(values)`: as the library's (`latent_numbers.ts`);
 * - `colourAt(stops, fraction)`: as the library's, of stops;
 * - `activityHeight(activity, axes)`: as the library's (`latent_units.ts`);
 * - `fitPoints(points, width, height, margins)`: `{ scale, x, y }`, so that `x + scale * a`, `y - scale * b` are pixels;
 * - `nearestInDirection(places, from, key, passes)`: the place that an arrow key leads to from another, −1 for none;
 * - `nearestTo(places, x, y, reach, passes)`: the place nearest to a pixel, −1 if none is within reach;
 * - `distanceBetween(means, size, a, b)`, `nearestTexts(means, size, from, count)`: in the latent space;
 * - `foldCase(text)`: a text as it is searched.
 */
export const LATENT_PAGE_MODEL = String.raw`
function unpackNumbers(text) {
  const binary = atob(text);
  const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  return Float32Array.from({ length: bytes.length / 4 }, (_, i) => view.getFloat32(4 * i, true));
}

function formatNumber(value) {
  const rounded = Number(value.toPrecision(3)) + 0;
  const size = Math.abs(rounded);
  const small = size !== 0 && (size < 1e-3 || size >= 1e6);
  const text = small ? rounded.toExponential().replace("e+", "e") : rounded.toLocaleString("en-US", { maximumFractionDigits: 6 });
  return text.replaceAll("-", "\u2212");
}

function axisTicks(low, high, about) {
  const span = high - low;
  if (!(span > 1e-9 * Math.max(Math.abs(low), Math.abs(high))) || !Number.isFinite(span)) return [];
  const power = 10 ** Math.floor(Math.log10(span / about));
  if (!(power > 1e-300)) return [];
  const factor = span / about / power;
  const step = power * (factor < 1.5 ? 1 : factor < 3.5 ? 2 : factor < 7.5 ? 5 : 10);
  const ticks = [];
  for (let i = Math.ceil(low / step); i <= Math.floor(high / step); i++) ticks.push(Number((i * step).toPrecision(12)) + 0);
  return ticks;
}

function colourRange(values) {
  const sorted = Float64Array.from(values).sort();
  const last = sorted.length - 1;
  const low = sorted[Math.floor(last * 0.02)];
  const high = sorted[Math.ceil(last * 0.98)];
  return { low, high, below: sorted[0] < low, above: sorted[last] > high };
}

function colourAt(stops, fraction) {
  const place = Math.min(1, Math.max(0, fraction)) * (stops.length - 1);
  const below = Math.min(Math.floor(place), stops.length - 2);
  let colour = "#";
  for (const at of [0, 2, 4]) {
    const low = parseInt(stops[below].slice(at, at + 2), 16);
    const high = parseInt(stops[below + 1].slice(at, at + 2), 16);
    colour += Math.round(low + (high - low) * (place - below)).toString(16).padStart(2, "0");
  }
  return colour;
}

function activityHeight(activity, { lowDecade, highDecade }) {
  if (activity <= 0) return 0;
  return Math.max(0, (Math.log10(activity) - lowDecade) / (highDecade - lowDecade));
}

function fitPoints(points, width, height, { left, right, top, bottom }) {
  const low = [Infinity, Infinity];
  const high = [-Infinity, -Infinity];
  for (let i = 0; i < points.length; i++) {
    low[i % 2] = Math.min(low[i % 2], points[i]);
    high[i % 2] = Math.max(high[i % 2], points[i]);
  }
  const across = width - left - right;
  const down = height - top - bottom;
  const fit = Math.min(across / (high[0] - low[0]), down / (high[1] - low[1]));
  const scale = Number.isFinite(fit) ? fit : Math.min(across, down) / 4;
  return { scale, x: left + across / 2 - (scale * (low[0] + high[0])) / 2, y: top + down / 2 + (scale * (low[1] + high[1])) / 2 };
}

function nearestInDirection(places, from, key, passes) {
  const arrows = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
  const [right, down] = arrows[key];
  let best = -1;
  let least = Infinity;
  for (let i = 0; i < places.length / 2; i++) {
    if (!passes(i)) continue;
    const x = places[2 * i] - places[2 * from];
    const y = places[2 * i + 1] - places[2 * from + 1];
    const along = x * right + y * down;
    const aside = Math.abs(x * down) + Math.abs(y * right);
    const distance = x * x + y * y;
    // A quarter of all directions for each key.
    if (along > 0 && aside <= along && distance < least) {
      least = distance;
      best = i;
    }
  }
  return best;
}

function nearestTo(places, x, y, reach, passes) {
  let best = -1;
  let least = reach * reach;
  for (let i = 0; i < places.length / 2; i++) {
    const distance = (places[2 * i] - x) ** 2 + (places[2 * i + 1] - y) ** 2;
    if (distance <= least && passes(i)) {
      least = distance;
      best = i;
    }
  }
  return best;
}

function distanceBetween(means, size, a, b) {
  let sum = 0;
  for (let i = 0; i < size; i++) sum += (means[a * size + i] - means[b * size + i]) ** 2;
  return Math.sqrt(sum);
}

function nearestTexts(means, size, from, count) {
  const distances = Float64Array.from({ length: means.length / size }, (_, i) => distanceBetween(means, size, from, i));
  const nearest = [];
  for (let i = 0; i < distances.length; i++) {
    if (i === from || (nearest.length === count && distances[i] >= distances[nearest[count - 1]])) continue;
    let at = nearest.length;
    while (at > 0 && distances[nearest[at - 1]] > distances[i]) at--;
    nearest.splice(at, 0, i);
    nearest.length = Math.min(nearest.length, count);
  }
  return nearest.map((index) => ({ index, distance: distances[index] }));
}

function foldCase(text) {
  return text.normalize("NFKC").toLowerCase();
}
`;
