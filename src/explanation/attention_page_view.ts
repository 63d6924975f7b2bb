// What an attention page shows and how it answers to pointer and keys: this script runs last.

/** Fills the elements of `attentionHtml` from the data embedded in it. */
export const PAGE_VIEW = String.raw`
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const element = (id) => document.getElementById(id);
  const rows = data.target.length;
  const columns = data.source.length;
  const attention = createAttention(data);
  const seen = (column) => (data.reversed ? columns - 1 - column : column);
  const SMALLEST_TYPE = 8;
  const SMALLEST_LINED = 12;
  const OVERVIEW_HEADS = 400;
  const PAPER = { width: 660, height: 500 }; // what a page of A4 or Letter has room for beside the words

  let layer = data.layers.length > 1 ? "mean" : 0;
  let head = "mean";
  let weights;
  let cell = { row: 0, column: 0 };
  let edge = 0;
  let sized = false; // by hand
  let printing = false;
  let before = 0;

  function label(parent, of) {
    return make("bdi", parent, { textContent: of.text, dir: of.direction, title: of.text });
  }

  // Labels stand once; sizes and marks change.
  const left = data.target.map((of) => label(make("div", element("left"), {}), of));
  const above = data.source.map((of) => label(element("above"), of));

  function option(select, value, text) {
    make("option", select, { value: String(value), textContent: text });
  }
  if (data.layers.length > 1) option(element("layer"), "mean", "mean of all");
  data.layers.forEach(({ name }, index) => option(element("layer"), index, name));
  data.colours.forEach(({ name }) => option(element("colours"), name, name));

  function listHeads() {
    const select = element("head");
    const count = layer === "mean" ? 0 : data.layers[layer].heads.length;
    if (head !== "mean" && head >= count) head = "mean";
    select.replaceChildren();
    if (count !== 1) option(select, "mean", "mean of all");
    for (let index = 0; index < count; index++) option(select, count === 1 ? "mean" : index, String(index + 1));
    select.value = String(head);
    select.disabled = count < 2;
  }

  function stops() {
    return data.colours.find(({ name }) => name === element("colours").value).stops;
  }

  function largestOf(matrix) {
    if (element("scale").value === "one") return 1;
    let largest = 0;
    for (let i = 0; i < matrix.length; i++) largest = Math.max(largest, matrix[i]);
    return largest;
  }

  /** A matrix with the chosen colours and scale. */
  function draw(canvas, matrix, least) {
    const look = { rows, columns, reversed: data.reversed, largest: largestOf(matrix), colours: palette(stops()) };
    drawMatrix(canvas, matrix, look, least);
  }

  function show() {
    weights = attention.matrix(layer, head);
    const largest = largestOf(weights);
    draw(element("canvas"), weights, 1200);
    drawScale(element("bar"), palette(stops()));
    [0, largest / 2, largest].forEach((weight, i) => (element("ticks").children[i].textContent = percent(weight)));
    element("choice").textContent = attention.describe(layer, head);
    element("canvas").setAttribute("aria-label", rows + " rows, " + columns + " columns");
    for (const button of element("heads").querySelectorAll("button")) {
      const pressed = button.value === layer + " " + (head === "mean" && data.layers[layer]?.heads.length === 1 ? 0 : head);
      button.setAttribute("aria-pressed", String(pressed));
    }
    read();
  }

  /** Labels too small to read are left out, all but every n-th and the one pointed at. */
  function thinLabels() {
    const every = Math.ceil((SMALLEST_TYPE + 2) / edge);
    const thin = (labels, current) =>
      labels.forEach((one, index) => (one.style.visibility = index % every === 0 || index === current ? "" : "hidden"));
    thin(left, cell.row);
    thin(above, cell.column);
  }

  function size(wanted) {
    edge = wanted;
    const type = Math.max(SMALLEST_TYPE, Math.min(14, edge - 2));
    const root = document.documentElement.style;
    root.setProperty("--cell", edge + "px");
    root.setProperty("--type", type + "px");
    const room = placeColumnLabels(above, edge, type, (index) => (seen(index) + 0.5) * edge);
    root.setProperty("--above", room.above + "px");
    element("above").style.width = columns * edge + room.right + "px";
    element("canvas").style.width = columns * edge + "px";
    element("canvas").style.height = rows * edge + "px";
    element("field").classList.toggle("lined", edge >= SMALLEST_LINED);
    root.setProperty("--across", columns * edge + "px");
    element("size").value = String(edge);
    thinLabels();
    mark();
  }

  /** Makes cells as large as the width allows; labels grow with them, so that the first guess may be too much. */
  function fit(width, height, least) {
    const across = Math.floor((width - element("left").offsetWidth) / columns);
    size(Math.max(least, Math.min(34, across, Math.floor(height / rows))));
    const taken = () => element("left").offsetWidth + element("above").offsetWidth;
    for (let tries = 0; tries < 12 && edge > least && taken() > width; tries++) size(edge - 1);
  }

  const fitScreen = () => fit(element("map").parentElement.clientWidth, Infinity, 4);

  function mark() {
    const box = element("cell").style;
    box.left = seen(cell.column) * edge + "px";
    box.top = cell.row * edge + "px";
    left.forEach((one, index) => one.classList.toggle("here", index === cell.row));
    above.forEach((one, index) => one.classList.toggle("here", index === cell.column));
    if (edge < SMALLEST_TYPE + 2) thinLabels();
  }

  /** The words for the cell pointed at, and the strongest pairs of its row. */
  function read() {
    const start = cell.row * columns;
    const reading = element("reading");
    const quote = (before, of) => {
      reading.append(before + "“");
      make("bdi", reading, { textContent: of.text, dir: of.direction });
      reading.append("”");
    };
    reading.replaceChildren();
    quote(data.words.rowAxis + " ", data.target[cell.row]);
    quote(data.words.between, data.source[cell.column]);
    reading.append(": ");
    make("b", reading, { textContent: percent(weights[start + cell.column]) });
    const list = element("strongest");
    list.replaceChildren();
    for (const column of strongest(weights, start, columns, 5)) {
      const item = make("li", list, {});
      label(item, data.source[column]);
      make("span", item, { textContent: percent(weights[start + column]) });
      make("i", item, {}).style.width = 100 * Math.min(1, weights[start + column]) + "%";
    }
  }

  function select(next) {
    if (next.row === cell.row && next.column === cell.column) return;
    cell = next;
    mark();
    read();
  }

  function point(event) {
    const box = element("canvas").getBoundingClientRect();
    const across = Math.floor((event.clientX - box.left) / edge);
    const down = Math.floor((event.clientY - box.top) / edge);
    if (across >= 0 && across < columns && down >= 0 && down < rows) select({ row: down, column: seen(across) });
  }

  /** Scrolls the map, whose labels cover its upper and left edge, until the cell is in sight. */
  function reveal() {
    const map = element("map");
    const x = seen(cell.column) * edge;
    const y = cell.row * edge;
    const wide = map.clientWidth - element("left").offsetWidth;
    const high = map.clientHeight - element("above").offsetHeight;
    map.scrollLeft = Math.max(x + edge - wide, Math.min(x, map.scrollLeft));
    map.scrollTop = Math.max(y + edge - high, Math.min(y, map.scrollTop));
  }

  function choose(nextLayer, nextHead) {
    layer = nextLayer;
    head = nextHead;
    element("layer").value = String(layer);
    listHeads();
    show();
  }

  const chosen = (id) => (element(id).value === "mean" ? "mean" : Number(element(id).value));
  element("layer").addEventListener("change", () => choose(chosen("layer"), head));
  element("head").addEventListener("change", () => choose(layer, chosen("head")));
  element("colours").addEventListener("change", show);
  element("scale").addEventListener("change", show);
  element("size").addEventListener("input", () => {
    sized = true;
    size(Number(element("size").value));
  });
  addEventListener("resize", () => {
    if (!sized && !printing) fitScreen();
  });
  element("field").addEventListener("pointermove", point);
  element("field").addEventListener("pointerdown", point);
  element("map").addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const next = move(cell, event.key, rows, columns, data.reversed);
    if (next === null) return;
    event.preventDefault();
    select(next);
    reveal();
  });
  addEventListener("beforeprint", () => {
    printing = true;
    before = edge;
    fit(PAPER.width, PAPER.height, 1);
  });
  addEventListener("afterprint", () => {
    printing = false;
    size(before);
  });

  const heads = data.layers.reduce((sum, { heads }) => sum + heads.length, 0);
  if (heads > 1 && heads <= OVERVIEW_HEADS) {
    element("overview").hidden = false;
    const redraw = listThumbnails(element("heads"), data.layers, {
      draw: (canvas, l, h) => draw(canvas, attention.matrix(l, h), 128),
      choose: (l, h) => choose(l, data.layers[l].heads.length === 1 ? "mean" : h),
    });
    element("colours").addEventListener("change", redraw);
    element("scale").addEventListener("change", redraw);
  }
  element("layer").value = String(layer);
  listHeads();
  weights = attention.matrix(layer, head);
  // What the eye looks for first is the cell that is told first.
  const first = weights.indexOf(Math.max(largestOf(weights), 0));
  cell = { row: Math.max(0, Math.floor(first / columns)), column: Math.max(0, first % columns) };
  size(14);
  fitScreen();
  show();
})();
`;
