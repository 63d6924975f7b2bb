// How an attention page puts matrices and labels on the screen: this script runs between those of the model and the view.

/**
 * Functions of elements and what they shall show, none of which keeps a state:
 * - `make(name, parent, properties)`: a new last child;
 * - `drawMatrix(canvas, matrix, look, least)`: a matrix, on at least so many pixels across or down;
 * - `drawScale(canvas, colours)`: the colours, from the least to the largest weight;
 * - `placeColumnLabels(labels, edge, type, middleOf)`: puts labels over their columns, and says what room they take;
 * - `listThumbnails(parent, layers, { draw, choose })`: a small picture a head; gives what draws them all again.
 */
export const PAGE_DRAWING = String.raw`
function make(name, parent, properties) {
  return parent.appendChild(Object.assign(document.createElement(name), properties));
}

function drawMatrix(canvas, matrix, { rows, columns, reversed, largest, colours }, least) {
  const small = document.createElement("canvas");
  small.width = columns;
  small.height = rows;
  small.getContext("2d").putImageData(new ImageData(paint(matrix, largest, colours, columns, reversed), columns, rows), 0, 0);
  // Enlarged by a whole number, so that screens and printers keep the edges.
  const enlarge = Math.max(1, Math.ceil(least / Math.max(rows, columns)));
  canvas.width = columns * enlarge;
  canvas.height = rows * enlarge;
  const context = canvas.getContext("2d");
  context.imageSmoothingEnabled = false;
  context.drawImage(small, 0, 0, canvas.width, canvas.height);
}

function drawScale(canvas, colours) {
  canvas.width = 256;
  canvas.height = 1;
  const context = canvas.getContext("2d");
  for (let level = 0; level < 256; level++) {
    context.fillStyle = "rgb(" + colours.slice(level * 3, level * 3 + 3).join(",") + ")";
    context.fillRect(level, 0, 1, 1);
  }
}

function placeColumnLabels(labels, edge, type, middleOf) {
  const widths = labels.map((one) => one.offsetWidth);
  const widest = Math.max(...widths);
  const end = edge * labels.length;
  // Level where they fit their columns, slanted where lines of type fit between, else upright.
  const angle = widest <= edge ? 0 : edge * 0.7 >= type ? 45 : 90;
  const rise = Math.sin((angle * Math.PI) / 180);
  const lean = Math.cos((angle * Math.PI) / 180);
  let right = 0;
  labels.forEach((one, index) => {
    const middle = middleOf(index);
    one.style.left = (angle === 0 ? middle - widths[index] / 2 : middle) + "px";
    one.style.transform = angle === 0 ? "" : "translateY(" + type * 0.4 + "px) rotate(-" + angle + "deg)";
    if (angle === 45) right = Math.max(right, middle + (widths[index] + type) * lean - end);
  });
  return { above: Math.ceil(angle === 0 ? type * 1.4 : widest * rise + type * (1 + lean)), right: Math.ceil(right) };
}

function listThumbnails(parent, layers, { draw, choose }) {
  const most = Math.max(...layers.map(({ heads }) => heads.length));
  parent.style.gridTemplateColumns = "max-content repeat(" + most + ", max-content)";
  // Unpacking takes time and memory: only what is scrolled to is drawn.
  const drawings = new Map();
  const watcher = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) if (isIntersecting) drawings.get(target)();
  });
  layers.forEach(({ name, heads }, layer) => {
    make("span", parent, { className: "name", textContent: name, dir: "auto" });
    heads.forEach((_, head) => {
      const words = name + ", head " + (head + 1);
      const button = make("button", parent, { type: "button", value: layer + " " + head, title: words, ariaLabel: words });
      if (head === 0) button.style.gridColumn = "2";
      button.addEventListener("click", () => choose(layer, head));
      const canvas = make("canvas", button, {});
      drawings.set(canvas, () => draw(canvas, layer, head));
      watcher.observe(canvas);
    });
  });
  // Paper is not scrolled.
  addEventListener("beforeprint", () => {
    for (const drawOne of drawings.values()) drawOne();
  });
  return () => {
    for (const canvas of drawings.keys()) {
      watcher.unobserve(canvas);
      watcher.observe(canvas);
    }
  };
}
`;
