// A numbered list of token strings, searchable both ways: what every kind of tokenizer is built on.
import { WordloomError } from "../errors.js";
import { padId, specialTokens, unknownId } from "./special_tokens.js";

/** Token strings in id order, the four special tokens first. */
export class Vocabulary {
  readonly size: number;
  private readonly ids: Map<string, number>;

  /** @param tokens every token in id order; each must occur once */
  constructor(readonly tokens: readonly string[]) {
    this.size = tokens.length;
    this.ids = new Map(tokens.map((token, id) => [token, id]));
  }

  /** The special tokens followed by the given ones. */
  static withSpecialTokens(tokens: readonly string[]): Vocabulary {
    return new Vocabulary([...specialTokens, ...tokens]);
  }

  /** The id of an ordinary token, or undefined: text never matches a special token. */
  find(token: string): number | undefined {
    const id = this.ids.get(token);
    return id === undefined || id <= unknownId ? undefined : id;
  }

  /** @throws WordloomError "invalid_argument" for an id outside the vocabulary */
  token(id: number): string {
    const token = this.tokens[id];
    if (token === undefined) {
      throw new WordloomError(
        "invalid_argument",
        `Token ${id} does not exist: this vocabulary has the ids 0 to ${this.size - 1}.`,
      );
    }
    return token;
  }

  /** True for `<pad>`, `<bos>` and `<eos>`. */
  isStructural(id: number): boolean {
    return id >= padId && id < unknownId;
  }

  /** Token to id, as a `tokenizer.json` holds it; safe for a token such as "__proto__". */
  toJSON(): Record<string, number> {
    return Object.fromEntries(this.ids) as Record<string, number>;
  }
}

/**
 * The most frequent keys of a count, at most `limit` of them and each counted at least `minimumFrequency` times. Equal
 * counts are ordered by code unit, so that the same text always gives the same vocabulary.
 */
export function mostFrequent(counts: ReadonlyMap<string, number>, limit: number, minimumFrequency: number): string[] {
  return [...counts]
    .filter(([, count]) => count >= minimumFrequency)
    .sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1))
    .slice(0, Math.max(0, limit))
    .map(([key]) => key);
}
