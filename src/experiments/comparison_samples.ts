// What the members wrote, side by side, a part of the page for each temperature; works without a script.

import { escapeMarkup } from "../explanation/markup.js";
import { visibleLines } from "../explanation/token_label.js";
import { counted } from "../text/corpus.js";
import type { ComparedMember, Comparison, MemberGeneration } from "./comparison.js";
import { generationAt, mainTemperature } from "./comparison_columns.js";
import { membersByFamily } from "./comparison_rows.js";
import { escaped, swatch } from "./comparison_table.js";

const LONGEST_TEXT = 1200;
const MOST_TEXTS = 8;

const lines = (text: string): string => escapeMarkup(visibleLines(text));

/** A text in which the copied span, if it stands there, is marked. */
function textHtml(text: string, span: string): string {
  const shown = text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text;
  const at = span === "" ? -1 : shown.indexOf(span);
  if (at < 0) return lines(shown);
  return `${lines(shown.slice(0, at))}<mark>${lines(span)}</mark>${lines(shown.slice(at + span.length))}`;
}

function cardHtml({ name, family }: ComparedMember, { texts, measures, cutOff }: MemberGeneration): string {
  const longest = measures.novelty?.normalized.longest;
  const span = longest?.text ?? "";
  const list = texts.slice(0, MOST_TEXTS).map((text) => `<li dir="auto">${text.trim() === "" ? '<span class="quiet">(empty)</span>' : textHtml(text, span)}</li>`);
  const copied = longest === undefined ? "" : longest.words === 0 ? "<p class=\"quiet small\">Nothing copied.</p>" : `<p class="quiet small">Longest copied span of all ${counted(measures.samples, "text")}: ${counted(longest.words, "word")}: <q dir="auto">${escapeMarkup(visibleLines(span, 300))}</q></p>`;
  const ends = cutOff ? `<p class="quiet small">${(100 * cutOff).toFixed(1)}&nbsp;% were cut off before they ended.</p>` : "";
  return `<article><h4>${swatch(family)}<span dir="auto">${escaped(name)}</span></h4>\n${list.length === 0 ? '<p class="quiet">No text was kept.</p>' : `<ol>\n${list.join("\n")}\n</ol>`}\n${copied}${ends}</article>`;
}

/** Real texts of the test part beside them. */
const realCard = (texts: readonly string[]): string => `<article><h4>real texts</h4>\n<ol>\n${texts.slice(0, MOST_TEXTS).map((text) => `<li dir="auto">${textHtml(text, "")}</li>`).join("\n")}\n</ol></article>`;

/** The samples of one member a family, that of the first seed that has any, for every temperature. */
export function samplesHtml(comparison: Comparison): string {
  const main = mainTemperature(comparison);
  const writers = membersByFamily(comparison).flatMap(({ members }) => members.filter(({ generations }) => generations.length > 0).slice(0, 1));
  if (writers.length === 0) return '<p class="quiet">Nothing is written yet.</p>';
  const parts = comparison.temperatures.map((temperature) => {
    const cards = writers.flatMap((member) => {
      const generation = generationAt(member, temperature);
      return generation ? [cardHtml(member, generation)] : [];
    });
    if (cards.length === 0) return "";
    if (comparison.realTexts.length > 0) cards.push(realCard(comparison.realTexts));
    return `<details${temperature === main ? " open" : ""}><summary><h3>Temperature ${temperature}</h3></summary>\n<div class="samples">\n${cards.join("\n")}\n</div></details>`;
  });
  const several = comparison.seeds.length > 1 ? " Of each family one seed is shown." : "";
  return `<p class="quiet">Not chosen by anyone.${several} Marked: a text's part that is the longest copy of the training text.</p>\n${parts.join("\n")}`;
}
