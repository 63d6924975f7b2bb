// What a latent page shows beside its map and how it answers: this script runs last.

/** Fills the elements of `latentHtml` from the data embedded in it. */
export const LATENT_PAGE_VIEW = String.raw`
(() => {
  const element = (id) => document.getElementById(id);
  const data = JSON.parse(element("data").textContent);
  const count = data.texts.length;
  const size = data.units.length;
  const means = unpackNumbers(data.means);
  const views = data.views.map((view) => ({ ...view, points: unpackNumbers(view.points), known: view.rows && new Set(view.rows) }));
  const folded = data.texts.map(foldCase);
  const labelled = data.groups.length > 0;

  let view = views[0];
  let colouring = labelled ? "label" : "length"; // or the index of a unit
  let colours = [];
  let current = -1;
  let pins = [];
  let matches = null; // of the search, or null for no search
  let emphasised = -1; // the group pointed at in the legend
  let printing = false;
  const hidden = new Set();

  // Mixed, or of data sorted by label the last label would lie on top of all others.
  const order = Array.from({ length: count }, (_, i) => i);
  const rank = (i) => Math.imul(i + 1, 0x9e3779b1) >>> 0;
  order.sort((a, b) => rank(a) - rank(b));

  const inView = (index) => view.known === null || view.known.has(index);
  const visible = (index) => inView(index) && !hidden.has(data.groupOf[index]);
  const strong = (index) => (emphasised < 0 || data.groupOf[index] === emphasised) && (matches === null || matches.has(index));

  function look(onlyRadius) {
    const radius = radiusOf(view.rows === null ? count : view.rows.length);
    if (onlyRadius) return { radius };
    const shown = order.filter(visible);
    const colourOf = (index) => colours[index];
    return {
      radius,
      styles: [
        { indices: shown.filter((index) => !strong(index)), colourOf, alpha: 0.12, outlined: false },
        { indices: shown.filter(strong), colourOf, alpha: count > 2000 ? 0.75 : 0.9, outlined: radius >= 3 },
      ],
    };
  }

  const stage = createStage(element, data, {
    look,
    visible,
    marks: () => ({ current, pins: pins.filter(inView) }),
    printing: () => printing,
    point: (index) => index !== current && select(index),
    press: pin,
    leave: () => pins.length > 0 && select(pins[pins.length - 1]),
  });

  const panel = createPanel(element, data, means, {
    emphasise: (group) => {
      emphasised = hidden.has(group) ? -1 : group;
      stage.redraw();
    },
    toggle: (group) => {
      if (!hidden.delete(group)) hidden.add(group);
      emphasised = -1;
      if (current >= 0 && !visible(current)) current = -1;
      pins = pins.filter(visible);
      search();
      read();
      return !hidden.has(group);
    },
  });

  const valuesOf = (unit) => Float32Array.from({ length: count }, (_, index) => means[index * size + unit]);

  function paint() {
    const byLabel = colouring === "label";
    element("scale").hidden = byLabel;
    element("groups").classList.toggle("plain", !byLabel);
    element("colouring").value = String(colouring);
    if (byLabel) colours = data.groupOf.map((group) => data.groups[group].colour);
    else {
      const values = colouring === "length" ? data.lengths : valuesOf(colouring);
      const range = colourRange(values);
      colours = Array.from(values, (value) => colourAt(data.colours, (value - range.low) / (range.high - range.low || 1)));
      panel.scale(colouring === "length" ? "Length in characters" : "Mean in unit " + (colouring + 1), range);
    }
    stage.redraw();
    bars();
    read();
  }

  function colourBy(next) {
    colouring = next;
    paint();
  }

  /** The unit's bars; a chosen unit colours the points. */
  const unitOrder = () => (element("order").value === "number" ? data.units.map((_, unit) => unit) : data.byActivity);
  let step = 1;
  let chartWidth = 0;
  let pointedUnit = -1;
  function bars() {
    const chosen = typeof colouring === "number" ? colouring : -1;
    const chart = element("unitChart");
    chartWidth = chart.clientWidth;
    step = drawUnitBars(element("bars"), data, unitOrder(), chart.clientWidth / typeUnit(chart), chosen);
    sayUnit();
  }
  function sayUnit() {
    const unit = pointedUnit >= 0 ? pointedUnit : typeof colouring === "number" ? colouring : -1;
    const line = element("unit");
    if (unit < 0) return (line.textContent = "Choose a unit to colour the map by it.");
    const { activity, divergence } = data.units[unit];
    const state = activity > data.activeFrom ? "active" : "not active";
    line.textContent = "Unit " + (unit + 1) + ": " + state + ", activity " + formatNumber(activity) + ", divergence " + formatNumber(divergence) + " nats.";
  }
  const defaultColouring = labelled ? "label" : "length";
  function unitAt(event) {
    const box = element("bars").getBoundingClientRect();
    const at = Math.floor(((event.clientX - box.left) / typeUnit(element("unitChart")) - UNIT_CHART.left) / step);
    return at >= 0 && at < size ? unitOrder()[at] : -1;
  }

  const read = () => panel.read({ current, pins, view, colouring, colours });

  function select(index) {
    current = index;
    stage.mark();
    read();
  }

  function pin(index) {
    if (index < 0 || pins.includes(index)) pins = [];
    else pins = pins.length === 1 ? [pins[0], index] : [index];
    stage.mark();
    read();
  }

  function search() {
    const wanted = foldCase(element("search").value.trim());
    matches = wanted === "" ? null : new Set(order.filter((index) => folded[index].includes(wanted)));
    const inSight = matches === null ? 0 : [...matches].filter(visible).length;
    element("found").textContent = matches === null ? "" : inSight + " found";
    stage.redraw();
  }

  /** The next text in the order of the data, among those searched for. */
  function nextText(from, by) {
    for (let tries = 1; tries <= count; tries++) {
      const index = (((from + by * tries) % count) + count) % count;
      if (visible(index) && (matches === null || matches.has(index))) return index;
    }
    return -1;
  }

  function go(index) {
    if (index < 0) return;
    stage.reveal(index);
    select(index);
  }

  function listViews() {
    views.forEach((one, index) => {
      const label = make("label", element("views"), {});
      const input = make("input", label, { type: "radio", name: "view", checked: index === 0 });
      label.append(one.name);
      input.addEventListener("change", () => chooseView(one));
    });
    element("views").hidden = views.length < 2;
  }

  function chooseView(next) {
    view = next;
    element("note").textContent = view.note;
    if (current >= 0 && !inView(current)) current = -1;
    stage.show(view);
    search();
    read();
  }

  const choice = element("colouring");
  if (labelled) make("option", choice, { value: "label", textContent: "label" });
  make("option", choice, { value: "length", textContent: "length of the text" });
  data.byActivity.forEach((unit) => make("option", choice, { value: String(unit), textContent: "unit " + (unit + 1) }));
  choice.addEventListener("change", () => colourBy(/^\d+$/.test(choice.value) ? Number(choice.value) : choice.value));
  element("search").addEventListener("input", search);
  element("search").addEventListener("keydown", (event) => {
    if (event.key === "Enter") go(nextText(current, event.shiftKey ? -1 : 1));
  });
  element("order").addEventListener("change", bars);
  element("bars").addEventListener("pointermove", (event) => {
    pointedUnit = unitAt(event);
    sayUnit();
  });
  element("bars").addEventListener("pointerleave", () => {
    pointedUnit = -1;
    sayUnit();
  });
  element("bars").addEventListener("click", (event) => {
    const unit = unitAt(event);
    colourBy(unit < 0 || unit === colouring ? defaultColouring : unit);
  });
  element("unitChart").addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (event.key === "Escape") colourBy(defaultColouring);
    if (by === undefined) return;
    event.preventDefault();
    const at = unitOrder().indexOf(colouring);
    pointedUnit = -1;
    colourBy(unitOrder()[at < 0 ? 0 : Math.max(0, Math.min(size - 1, at + by))]);
  });
  for (const [id, factor] of [["closer", 1.6], ["farther", 1 / 1.6], ["whole", 0]]) element(id).addEventListener("click", () => stage.zoom(factor));
  element("stage").addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { key } = event;
    if (/^Arrow(Up|Down|Left|Right)$/.test(key)) {
      const next = current < 0 ? stage.atMiddle() : stage.moved(current, key);
      if (next >= 0) select(next);
    } else if (key === "PageDown" || key === "PageUp") go(nextText(current, key === "PageDown" ? 1 : -1));
    else if (key === "Enter" || key === " ") current >= 0 && pin(current);
    else if (key === "Escape") pin(-1);
    else if (key === "+" || key === "-" || key === "0") stage.zoom({ "+": 1.6, "-": 1 / 1.6, 0: 0 }[key]);
    else return;
    event.preventDefault();
  });
  addEventListener("beforeprint", () => (printing = true));
  addEventListener("afterprint", () => (printing = false));
  const resized = () => printing || element("unitChart").clientWidth === chartWidth || bars();
  new ResizeObserver(() => requestAnimationFrame(resized)).observe(element("unitChart"));

  colours = data.texts.map(() => "#888888");
  listViews();
  chooseView(view);
  paint();
})();
`;
