// Texts as a picture of a latent space shows and measures them.

import { visibleText } from "./token_label.js";

/** A text or label of which all can be seen, at most 400 characters: `∅` for an empty one. */
export const shown = (text: string): string => visibleText(text).trim() || "∅";

/** The length that points are coloured by: characters, as Unicode counts them. */
export const lengthOf = (text: string): number => Array.from(text).length;
