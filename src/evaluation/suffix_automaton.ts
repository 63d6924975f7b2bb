// Knows every span of a sequence in memory of the order of its length: what the search for copies walks through.

/** No state: there is no such span. */
export const NONE: number = -1;
/** The state of the empty span. */
export const ROOT: number = 0;

/**
 * The suffix automaton of a sequence of whole numbers from 0 on: the smallest graph in which each path from the root spells
 * a span of the sequence, and each span is a path. Spans that end at the same places share a state. It has at most twice as
 * many states, and three times as many edges, as the sequence has elements, and is built in time of its length.
 *
 * Source: Blumer et al. 1985, "The Smallest Automaton Recognizing the Subwords of a Text".
 */
export class SuffixAutomaton {
  /** For each state its longest span. */
  readonly lengths: Int32Array;
  /** For each state the state of the longest suffix of its spans that has another one; NONE for the root's. */
  readonly links: Int32Array;
  private states = 1;

  // The edges, with a list of those of each state, and a hash table (open addressing) of state and symbol.
  private edges = 0;
  private readonly sources: Int32Array;
  private readonly symbols: Int32Array;
  private readonly targets: Int32Array;
  private readonly following: Int32Array;
  private readonly firstEdges: Int32Array;
  private readonly table: Int32Array;

  constructor(sequence: Int32Array) {
    const states = 2 * sequence.length + 1;
    const edges = 3 * sequence.length + 1;
    this.lengths = new Int32Array(states);
    this.links = new Int32Array(states).fill(NONE);
    this.firstEdges = new Int32Array(states).fill(NONE);
    [this.sources, this.symbols, this.targets, this.following] = Array.from({ length: 4 }, () => new Int32Array(edges)) as [Int32Array, Int32Array, Int32Array, Int32Array];
    this.table = new Int32Array(2 ** Math.ceil(Math.log2(2 * edges))).fill(NONE);
    let last = ROOT;
    for (const symbol of sequence) last = this.append(last, symbol);
  }

  /** How many states there are; each is a number below it. */
  get size(): number {
    return this.states;
  }

  /** The state of a state's spans with one more element, or NONE where the sequence has no such span. */
  next(state: number, symbol: number): number {
    const edge = this.table[this.placeOf(state, symbol)];
    return edge === NONE ? NONE : this.targets[edge];
  }

  /** All states, those of short spans first, so that a state comes after the one that it links to. */
  byLength(): Int32Array {
    return Int32Array.from({ length: this.states }, (_, state) => state).sort((a, b) => this.lengths[a] - this.lengths[b]);
  }

  /** Where in the table the edge is, or would be. */
  private placeOf(state: number, symbol: number): number {
    const mask = this.table.length - 1;
    let hash = Math.imul(state, 0x9e3779b1) ^ Math.imul(symbol, 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
    let place = (hash ^ (hash >>> 13)) & mask;
    for (let edge = this.table[place]; edge !== NONE; edge = this.table[place]) {
      if (this.sources[edge] === state && this.symbols[edge] === symbol) break;
      place = (place + 1) & mask;
    }
    return place;
  }

  private connect(state: number, symbol: number, target: number): void {
    const edge = this.edges++;
    this.sources[edge] = state;
    this.symbols[edge] = symbol;
    this.targets[edge] = target;
    this.following[edge] = this.firstEdges[state];
    this.firstEdges[state] = edge;
    this.table[this.placeOf(state, symbol)] = edge;
  }

  /** Adds one element behind the whole sequence so far, whose state is given, and returns the state of the new whole. */
  private append(last: number, symbol: number): number {
    const state = this.states++;
    this.lengths[state] = this.lengths[last] + 1;
    let from = last;
    while (from !== NONE && this.next(from, symbol) === NONE) {
      this.connect(from, symbol, state);
      from = this.links[from];
    }
    this.links[state] = from === NONE ? ROOT : this.split(from, symbol);
    return state;
  }

  /** The state of the longest of `from`'s spans with the symbol behind it, parted from longer ones if it shared a state. */
  private split(from: number, symbol: number): number {
    const shared = this.next(from, symbol);
    if (this.lengths[shared] === this.lengths[from] + 1) return shared;
    const parted = this.states++;
    this.lengths[parted] = this.lengths[from] + 1;
    this.links[parted] = this.links[shared];
    this.links[shared] = parted;
    for (let edge = this.firstEdges[shared]; edge !== NONE; edge = this.following[edge]) this.connect(parted, this.symbols[edge], this.targets[edge]);
    for (let state = from; state !== NONE; state = this.links[state]) {
      const edge = this.table[this.placeOf(state, symbol)];
      if (edge === NONE || this.targets[edge] !== shared) break;
      this.targets[edge] = parted;
    }
    return parted;
  }
}
