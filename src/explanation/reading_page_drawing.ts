// How a page of a reading puts its parts on the screen: this script runs between those of the model and the view.

/**
 * Functions of elements and what they shall show, none of which keeps a state:
 * - `bars(list, alternatives, actual)`: tokens with their probabilities, the actual one marked;
 * - `strip(canvas, values, largest, colours, isSigned)`: numbers side by side as colours;
 * - `drawLens(head, body, data, colours)`: the rows of the logit lens;
 * - `pointAt(canvas, sizes, tell, press)`: tells of the cell pointed at, and hears of the row that is pressed.
 */
export const READING_PAGE_DRAWING = String.raw`
function bars(list, alternatives, actual) {
  list.replaceChildren();
  for (const [text, probability] of alternatives) {
    const item = make("li", list, { className: text === actual ? "actual" : "" });
    make("bdi", item, { textContent: text });
    make("span", item, { textContent: percent(probability) });
    make("i", item, {}).style.width = 100 * probability + "%";
  }
}

function strip(canvas, values, largest, colours, isSigned) {
  const weights = Float32Array.from(values, (value) => (isSigned ? (value / largest + 1) / 2 : value / largest));
  drawMatrix(canvas, weights, { rows: 1, columns: weights.length, reversed: false, largest: 1, colours }, 900);
}

function drawLens(head, body, data, colours) {
  const row = make("tr", head, {});
  make("th", row, { textContent: "read" });
  data.source.forEach((token, index) => (make("th", row, { textContent: token.text, dir: token.direction, scope: "col" }).dataset.index = String(index)));
  for (const { name, predictions } of data.lens) {
    const line = make("tr", body, {});
    make("th", line, { textContent: name, scope: "row" });
    predictions.forEach(([text, probability], index) => {
      const right = index + 1 < data.tokens.length && data.tokens[index + 1].text === text;
      const cell = make("td", line, { textContent: text, title: name + ": " + percent(probability), className: right ? "right" : "" });
      cell.style.background = colourOf(colours, probability);
      cell.style.color = inkFor(colours, probability);
    });
  }
}

function pointAt(canvas, sizes, tell, press) {
  const cell = (event) => {
    const box = canvas.getBoundingClientRect();
    const { rows, columns } = sizes();
    const row = Math.floor(((event.clientY - box.top) / box.height) * rows);
    const column = Math.floor(((event.clientX - box.left) / box.width) * columns);
    return row >= 0 && row < rows && column >= 0 && column < columns ? { row, column } : null;
  };
  canvas.addEventListener("pointermove", (event) => {
    const at = cell(event);
    if (at) tell(at.row, at.column);
  });
  canvas.addEventListener("pointerdown", (event) => {
    const at = cell(event);
    if (at) press(at.row);
  });
}
`;
