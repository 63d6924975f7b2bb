// The grammar of the embedded corpus: six sentences, of which each settles what the next ones may say.
import { gifts, openings, problems, responses } from "./beginnings.js";
import { endings } from "./endings.js";
import { compileGrammar } from "./grammar.js";
import { lexicon } from "./lexicon.js";
import { outcomes } from "./outcomes.js";

/** Slots and variables are named in the singular: what one story has of each. */
export const storyGrammar = compileGrammar({
  variables: lexicon,
  slots: { opening: openings, gift: gifts, problem: problems, response: responses, outcome: outcomes, ending: endings },
});
