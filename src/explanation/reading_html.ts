// A reading as a page to explore: one HTML file that carries its data, and reaches for nothing else.

import { WordloomError } from "../errors.js";
import { PAGE_DRAWING } from "./attention_page_drawing.js";
import { PAGE_MODEL } from "./attention_page_model.js";
import { htmlPage } from "./html_page.js";
import { escapeMarkup } from "./markup.js";
import { checkReading, type Reading } from "./reading.js";
import { readingPageData } from "./reading_page_data.js";
import { READING_PAGE_DRAWING } from "./reading_page_drawing.js";
import { READING_PAGE_MODEL } from "./reading_page_model.js";
import { READING_PAGE_STYLE } from "./reading_page_style.js";
import { READING_PAGE_VIEW } from "./reading_page_view.js";
import { LENS_NOTE, readingSummary, readingTitle, UNITS_NOTE } from "./reading_words.js";

const HELP = "Point at a token or tap it to read about it; a click keeps it, another one lets it go. With the text in focus, the arrow keys go from token to token.";

const CONTROLS = `<div class="controls">
<label>Colours show <select id="view"></select></label>
<label data-of="attention">Layer <select id="layer"></select></label>
<label data-of="attention">Head <select id="head"></select></label>
<label data-of="unit">Units of <select id="unitLayer"></select></label>
<label data-of="unit">Unit <input id="unitNumber" type="number" min="1" step="1"></label>
</div>`;

const PARTS = `<section id="saliencyPart" hidden>
<h2>Saliency of every prediction</h2>
<p class="quiet">Integrated gradients: a row is a token that was explained, a column one that it owes its probability to; blue raises it, orange lowers it. Each row has its own scale.</p>
<p id="saliencyCell" class="quiet" role="status" aria-live="polite">Point at a cell to read it; press to choose its row's token.</p>
<canvas id="saliency" class="matrix" role="img" aria-label="Saliency of every prediction"></canvas>
</section>
<section id="lensPart" hidden>
<h2>Logit lens</h2>
<p class="quiet">${LENS_NOTE} Underlined: what indeed comes next. The darker, the likelier.</p>
<div class="scroll"><table><thead id="lensHead"></thead><tbody id="lensBody"></tbody></table></div>
</section>
<section id="attentionPart" hidden>
<h2>Attention</h2>
<p class="quiet">A row is a token read, the columns are the tokens it attends to, those up to itself; a row sums to 100 %.</p>
<p id="attentionCell" class="quiet" role="status" aria-live="polite">Point at a cell to read it; press to choose the token that its row predicts.</p>
<div class="matrices">
<div><h3 id="headName"></h3><canvas id="attention" class="matrix" role="img" aria-label="Attention weights"></canvas></div>
<div><h3>All heads</h3><div id="heads"></div></div>
</div>
</section>
<section id="unitsPart" hidden>
<h2>Hidden units</h2>
<p class="quiet">${UNITS_NOTE} Press a unit to colour the text by it.</p>
<p><label>Property <select id="property"></select></label></p>
<div id="traces"></div>
<p id="chance" class="quiet"></p>
</section>`;

// As much text as browsers still open.
const MOST_NUMBERS = 2 ** 26;

function checkSize({ read, attention, units }: Reading): void {
  const weights = attention.reduce((sum, { heads }) => sum + heads.length * read * read, 0) + units.reduce((sum, { values }) => sum + values.length, 0);
  if (weights <= MOST_NUMBERS) return;
  throw new WordloomError("invalid_data", `A reading of ${read} tokens by this model has ${weights.toLocaleString("en-US")} weights and values, more than the ${MOST_NUMBERS.toLocaleString("en-US")} of a page; give a shorter text.`);
}

/**
 * Writes a reading as one HTML page: the text coloured by surprisal, saliency, attention or a hidden unit, each token's
 * probability and alternatives, and all that else is in the reading; for screens of any size, light and dark, and for paper.
 * @throws WordloomError as `checkReading` does; `invalid_data` for more than 2^26 weights and unit values
 */
export function readingHtml(reading: Reading): string {
  checkReading(reading);
  checkSize(reading);
  const data = readingPageData(reading);
  const body = `<p class="quiet">${escapeMarkup(readingSummary(reading))}</p>
${CONTROLS}
<noscript><p>This page draws its picture with a script; allow scripts for it, or write the reading as SVG.</p></noscript>
<div class="parts">
<div>
<div id="text" dir="auto" tabindex="0" role="application" aria-label="The text, a token after another" aria-describedby="help"></div>
<p id="caption" class="quiet"></p>
<div id="legend" class="legend"><canvas id="bar" aria-hidden="true"></canvas><div id="ticks"><span></span><span></span><span></span></div></div>
<p id="help" class="quiet small help">${HELP}</p>
</div>
<div role="status" aria-live="polite">
<p id="token"></p>
<p id="facts"></p>
<h3 id="insteadTitle">Likeliest in its place</h3>
<ol id="instead" class="bars"></ol>
<div id="nextPart"><h3>Likeliest behind the text</h3><ol id="next" class="bars"></ol></div>
</div>
</div>
${PARTS}`;
  const script = `${PAGE_MODEL}${PAGE_DRAWING}${READING_PAGE_MODEL}${READING_PAGE_DRAWING}${READING_PAGE_VIEW}`;
  return htmlPage({ title: readingTitle(reading), style: READING_PAGE_STYLE, body, data, script });
}
