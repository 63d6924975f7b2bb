// What a page of a reading shows and how it answers to pointer and keys: this script runs last.

/** Fills the elements of `readingHtml` from the data embedded in it. */
export const READING_PAGE_VIEW = String.raw`
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const element = (id) => document.getElementById(id);
  const reading = createReading(data);
  const plain = palette(data.stops.plain);
  const signed = palette(data.stops.signed);
  const tokens = data.tokens;
  const count = tokens.length;
  const hasAttention = data.layers.length > 0;

  // The token that hangs on most is told first: the most surprising one of which all is known.
  let chosen = Math.min(1, count - 1);
  tokens.forEach((token, i) => {
    if (token.surprisal !== null && !token.special && (tokens[chosen].surprisal === null || token.surprisal > tokens[chosen].surprisal)) chosen = i;
  });
  let pinned = false;
  let layer = data.layers.length > 1 ? "mean" : 0;
  let head = "mean";
  let unit = data.properties.length > 0 ? data.properties[0].units[0] : { layer: 0, unit: 0 };

  const option = (select, value, text) => make("option", select, { value: String(value), textContent: text });
  const view = element("view");
  option(view, "surprisal", "surprisal");
  if (data.saliency.length > 0) {
    option(view, "integrated", "saliency: integrated gradients");
    option(view, "gradient", "saliency: gradient × input");
  }
  if (hasAttention) option(view, "attention", "attention");
  if (data.units.length > 0) option(view, "unit", "a hidden unit");

  const spans = tokens.map((token, index) => {
    if (index > 0 && index === data.begin) make("div", element("text"), { textContent: "\u2193", className: "divider" });
    const span = make("span", element("text"), { textContent: token.special ? token.text : token.running });
    span.dataset.index = String(index);
    span.classList.toggle("special", token.special);
    span.classList.toggle("wide", token.special || token.running.length > 1);
    return span;
  });

  const shown = () => {
    if (view.value === "integrated" || view.value === "gradient") return reading.saliency(chosen, view.value);
    if (view.value === "attention") return reading.attention(chosen, layer, head);
    if (view.value === "unit") return reading.unit(unit.layer, unit.unit);
    return reading.surprisal();
  };

  const headName = () => {
    if (layer === "mean") return "mean of all layers";
    const { name, heads } = data.layers[layer];
    return name + (heads.length === 1 ? "" : head === "mean" ? ", mean of its heads" : ", head " + (head + 1));
  };

  function caption() {
    const name = "“" + tokens[chosen].text + "”";
    if (view.value === "integrated" || view.value === "gradient") {
      const found = data.saliency.find((one) => one.token === chosen);
      if (!found) return "Saliency was not computed for " + name + "; choose a token that it was computed for, or explain the text with --token.";
      const sum = view.value === "integrated" ? " The values sum to the difference of ln p (" + number(found.logProbability) + ") and what it is with all embeddings zero (" + number(found.baseline) + ")." : "";
      return "What raises (blue) and lowers (orange) the log-probability of " + name + ", in nats." + sum;
    }
    if (view.value === "attention") return "What is attended to where " + name + " is predicted: " + headName() + ".";
    if (view.value === "unit") return "The value after each token of " + data.units[unit.layer].name + ", unit " + (unit.unit + 1) + ".";
    return "How surprising each token is after those before it, in bits.";
  }

  function colour() {
    const what = shown();
    const colours = what && what.signed ? signed : plain;
    spans.forEach((span, index) => {
      const value = what ? what.values[index] : null;
      span.classList.toggle("unknown", value === null);
      span.classList.toggle("chosen", index === chosen);
      if (value === null) {
        span.style.background = "";
        span.style.color = "";
        span.title = "";
        return;
      }
      const fraction = what.signed ? (value / what.largest + 1) / 2 : value / what.largest;
      span.style.background = colourOf(colours, fraction);
      span.style.color = inkFor(colours, fraction);
      span.title = what.unit === "" && !what.signed ? percent(value) : number(value) + (what.unit === "" ? "" : " " + what.unit);
    });
    element("caption").textContent = caption();
    element("legend").hidden = what === null;
    if (what === null) return;
    drawScale(element("bar"), colours);
    const ends = what.signed ? [-what.largest, 0, what.largest] : [0, what.largest / 2, what.largest];
    ends.forEach((end, i) => (element("ticks").children[i].textContent = view.value === "attention" ? percent(end) : number(end) + (what.unit === "" ? "" : " " + what.unit)));
  }

  function tell() {
    const token = tokens[chosen];
    const line = element("token");
    line.replaceChildren(token.name[0].toUpperCase() + token.name.slice(1) + ", “");
    make("bdi", line, { textContent: token.text, dir: token.direction });
    line.append("”");
    const known = token.surprisal !== null;
    element("facts").textContent = known
      ? percent(Math.exp(-token.surprisal)) + ", surprisal " + number(token.surprisal) + " nats (" + number(token.surprisal / Math.LN2) + " bits), rank " + token.rank + "."
      : data.begin > 0 ? "It is read, and nothing predicts it." : "Nothing stands before it, so that nothing predicts it.";
    element("insteadTitle").hidden = !known;
    bars(element("instead"), token.alternatives, token.text);
  }

  function select(index) {
    if (index < 0 || index >= count || index === chosen) return;
    chosen = index;
    tell();
    colour();
    markLens();
  }

  function pin(index) {
    pinned = true;
    select(index);
  }

  function markLens() {
    for (const cell of element("lensHead").querySelectorAll("th")) cell.classList.toggle("chosen", Number(cell.dataset.index) === chosen - 1);
  }

  const indexOf = (event) => {
    const span = event.target.closest("#text span");
    return span === null ? -1 : Number(span.dataset.index);
  };
  element("text").addEventListener("pointerover", (event) => {
    if (!pinned) select(indexOf(event));
  });
  element("text").addEventListener("pointerdown", (event) => {
    const index = indexOf(event);
    if (index < 0) return;
    pinned = !(pinned && index === chosen);
    select(index);
  });
  element("text").addEventListener("keydown", (event) => {
    const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -10, ArrowDown: 10, Home: -count, End: count };
    if (event.ctrlKey || event.metaKey || event.altKey || !Object.prototype.hasOwnProperty.call(steps, event.key)) return;
    event.preventDefault();
    pin(Math.max(0, Math.min(count - 1, chosen + steps[event.key])));
  });

  function listHeads() {
    const select = element("head");
    select.replaceChildren();
    const heads = layer === "mean" ? 0 : data.layers[layer].heads.length;
    if (heads !== 1) option(select, "mean", "mean of all");
    for (let index = 0; index < heads; index++) option(select, heads === 1 ? "mean" : index, String(index + 1));
    if (head !== "mean" && head >= heads) head = "mean";
    select.value = String(head);
    select.disabled = heads < 2;
  }

  function drawAttention() {
    const weights = reading.matrix(layer, head);
    drawMatrix(element("attention"), weights, { rows: data.read, columns: data.read, reversed: false, largest: weights.reduce((a, b) => Math.max(a, b), 1e-9), colours: plain }, 560);
    element("headName").textContent = headName();
    for (const button of element("heads").querySelectorAll("button")) button.setAttribute("aria-pressed", String(button.value === layer + " " + (head === "mean" ? 0 : head) && (head !== "mean" || (layer !== "mean" && data.layers[layer].heads.length === 1))));
  }

  function chooseHead(nextLayer, nextHead) {
    layer = nextLayer;
    head = nextHead;
    element("layer").value = String(layer);
    listHeads();
    drawAttention();
    colour();
  }

  function showControls() {
    for (const part of document.querySelectorAll("[data-of]")) part.hidden = !part.dataset.of.split(" ").includes(view.value);
  }

  view.addEventListener("change", () => {
    showControls();
    colour();
  });

  if (hasAttention) {
    element("attentionPart").hidden = false;
    if (data.layers.length > 1) option(element("layer"), "mean", "mean of all");
    data.layers.forEach(({ name }, index) => option(element("layer"), index, name));
    const value = (id) => (element(id).value === "mean" ? "mean" : Number(element(id).value));
    element("layer").addEventListener("change", () => chooseHead(value("layer"), head));
    element("head").addEventListener("change", () => chooseHead(layer, value("head")));
    listThumbnails(element("heads"), data.layers, {
      draw: (canvas, l, h) => {
        const weights = reading.matrix(l, h);
        drawMatrix(canvas, weights, { rows: data.read, columns: data.read, reversed: false, largest: weights.reduce((a, b) => Math.max(a, b), 1e-9), colours: plain }, 128);
      },
      choose: (l, h) => {
        view.value = "attention";
        showControls();
        chooseHead(l, data.layers[l].heads.length === 1 ? "mean" : h);
      },
    });
    chooseHead(layer, head);
    pointAt(element("attention"), () => ({ rows: data.read, columns: data.read }), (row, column) => {
      const weight = reading.matrix(layer, head)[row * data.read + column];
      element("attentionCell").textContent = "“" + tokens[row].text + "” attends to “" + tokens[column].text + "”: " + percent(weight);
    }, (row) => pin(row + 1));
  }

  if (data.saliency.length > 1) {
    element("saliencyPart").hidden = false;
    const matrix = reading.saliencyMatrix("integrated");
    drawMatrix(element("saliency"), matrix.weights, { ...matrix, reversed: false, largest: 1, colours: signed }, 560);
    pointAt(element("saliency"), () => matrix, (row, column) => {
      const one = data.saliency[row];
      const value = one.integrated[column - one.first];
      element("saliencyCell").textContent = "“" + tokens[one.token].text + "” (" + tokens[one.token].name + ") owes " + (value === undefined ? "nothing" : number(value) + " nats") + " to “" + tokens[column].text + "” (" + tokens[column].name + ")";
    }, (row) => pin(data.saliency[row].token));
  }

  if (data.lens.length > 0) {
    element("lensPart").hidden = false;
    drawLens(element("lensHead"), element("lensBody"), data, plain);
  }

  function listTraces() {
    const parent = element("traces");
    parent.replaceChildren();
    const property = data.properties[Number(element("property").value)];
    make("span", parent, { textContent: property.name, className: "quiet" });
    strip(make("canvas", parent, { title: property.name }), property.values, property.values.reduce((a, b) => Math.max(a, b), 1), plain, false);
    for (const one of property.units) {
      const name = data.units[one.layer].name + ", unit " + (one.unit + 1) + ": r = " + number(one.correlation);
      const button = make("button", parent, { type: "button", textContent: name });
      button.setAttribute("aria-pressed", String(one.layer === unit.layer && one.unit === unit.unit));
      const { values, largest } = reading.unit(one.layer, one.unit);
      strip(make("canvas", parent, { title: name }), values.slice(0, data.read), largest, signed, true);
      button.addEventListener("click", () => chooseUnit(one));
    }
    element("chance").textContent = "By chance, with the property shifted along the text, the best of all units has a correlation of " + number(property.chance) + " in size.";
  }

  function chooseUnit(next) {
    unit = { layer: next.layer, unit: Math.max(0, Math.min(data.units[next.layer].width - 1, next.unit)) };
    view.value = "unit";
    element("unitLayer").value = String(unit.layer);
    element("unitNumber").value = String(unit.unit + 1);
    showControls();
    colour();
    if (data.properties.length > 0) listTraces();
  }

  if (data.units.length > 0) {
    data.units.forEach(({ name, width }, index) => option(element("unitLayer"), index, name + " (" + width + ")"));
    const typed = () => chooseUnit({ layer: Number(element("unitLayer").value), unit: Math.round(Number(element("unitNumber").value)) - 1 });
    element("unitLayer").addEventListener("change", typed);
    element("unitNumber").addEventListener("change", typed);
    element("unitLayer").value = String(unit.layer);
    element("unitNumber").value = String(unit.unit + 1);
  }
  if (data.properties.length > 0) {
    element("unitsPart").hidden = false;
    data.properties.forEach(({ name }, index) => option(element("property"), index, name));
    element("property").addEventListener("change", listTraces);
    listTraces();
  }

  element("nextPart").hidden = data.next.length === 0;
  bars(element("next"), data.next, "");
  showControls();
  tell();
  colour();
  markLens();
})();
`;
