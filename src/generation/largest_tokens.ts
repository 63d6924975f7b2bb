// Where the most probable tokens end, found without sorting the vocabulary: what top-k and top-p are made of.

/** Whether token a comes before token b: by falling score, equal scores by rising id. */
export function comesBefore(a: number, b: number, scores: Float64Array): boolean {
  return scores[a] > scores[b] || (scores[a] === scores[b] && a < b);
}

/**
 * Puts into `tokens` every token that may be among the k with the highest scores: usually few more than k. Each of k
 * equal blocks has a highest score, and the lowest of these is reached by k tokens at least.
 * @param k from 1 to the number of scores
 * @returns how many tokens there are
 */
export function collectLargest(tokens: Int32Array, k: number, scores: Float64Array): number {
  const blockLength = Math.floor(scores.length / k);
  let bound = Infinity;
  for (let block = 0; block < k; block++) {
    let highest = -Infinity;
    for (let token = block * blockLength; token < (block + 1) * blockLength; token++) {
      if (scores[token] > highest) highest = scores[token];
    }
    if (highest < bound) bound = highest;
  }
  let count = 0;
  for (let token = 0; token < scores.length; token++) {
    if (scores[token] >= bound) tokens[count++] = token;
  }
  return count;
}

/**
 * The last token of the shortest run of most probable tokens whose measures sum to `target` or more; always at least
 * one token, and all of them if they do not reach it. The measure of a token is its weight or, without weights, 1.
 * Quickselect (Hoare 1961, "Algorithm 65: Find") on summed measure in place of rank: linear time on average.
 * @param tokens distinct token ids, of which the first `count`, 1 or more, are considered; reordered in place
 * @param scores what the order goes by, indexed by token id
 * @param weights indexed by token id, none negative
 */
export function lastOfLargest(
  tokens: Int32Array,
  count: number,
  target: number,
  scores: Float64Array,
  weights: Float64Array | null,
): number {
  let low = 0;
  let high = count - 1;
  let left = target;
  while (low < high) {
    const middle = partition(tokens, low, high, scores);
    let before = middle - low;
    if (weights !== null) {
      before = 0;
      for (let i = low; i < middle; i++) before += weights[tokens[i]];
    }
    const through = before + (weights === null ? 1 : weights[tokens[middle]]);
    if (middle > low && before >= left) high = middle - 1;
    else if (through >= left || middle === high) return tokens[middle];
    else {
      left -= through;
      low = middle + 1;
    }
  }
  return tokens[high];
}

/** Moves a median-of-three pivot to its place between the tokens before and after it; returns that place. */
function partition(tokens: Int32Array, low: number, high: number, scores: Float64Array): number {
  const middle = (low + high) >>> 1;
  if (comesBefore(tokens[middle], tokens[low], scores)) swap(tokens, low, middle);
  if (comesBefore(tokens[high], tokens[middle], scores)) {
    swap(tokens, middle, high);
    if (comesBefore(tokens[middle], tokens[low], scores)) swap(tokens, low, middle);
  }
  const pivot = tokens[middle];
  swap(tokens, middle, high);
  let place = low;
  for (let i = low; i < high; i++) {
    if (comesBefore(tokens[i], pivot, scores)) swap(tokens, i, place++);
  }
  swap(tokens, place, high);
  return place;
}

function swap(tokens: Int32Array, i: number, j: number): void {
  const held = tokens[i];
  tokens[i] = tokens[j];
  tokens[j] = held;
}
