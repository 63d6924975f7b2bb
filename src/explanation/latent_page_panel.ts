// What stands beside the map of a latent page: labels and scale, the text pointed at, what lies near it.

/**
 * `createPanel(element, data, means, on)`: lists the labels; `on` is told of `emphasise(group)`, −1 for none, and of
 * `toggle(group)`, which says whether the group is now shown. Gives `{ scale(name, range), read(state) }` with state
 * `{ current, pins, view, colouring, colours }`.
 */
export const LATENT_PAGE_PANEL = String.raw`
function createPanel(element, data, means, on) {
  const NEAREST = 6;
  const size = data.units.length;

  data.groups.forEach(({ name, colour, count }, group) => {
    const button = make("button", make("li", element("groups"), {}), { type: "button" });
    button.setAttribute("aria-pressed", "true");
    make("i", button, { className: "swatch" }).style.background = colour;
    make("bdi", button, { textContent: name, dir: "auto", title: name });
    make("span", button, { textContent: count.toLocaleString("en-US") });
    button.addEventListener("click", () => button.setAttribute("aria-pressed", String(on.toggle(group))));
    button.addEventListener("pointerenter", (event) => event.pointerType === "mouse" && on.emphasise(group));
    button.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && on.emphasise(-1));
  });
  element("legend").hidden = data.groups.length === 0;
  element("gradient").style.background = "linear-gradient(90deg, " + data.colours.map((stop) => "#" + stop).join(", ") + ")";

  function scale(name, { low, high, below, above }) {
    element("scaleName").textContent = name;
    const ends = [(below ? "≤ " : "") + formatNumber(low), (above ? "≥ " : "") + formatNumber(high)];
    ends.forEach((end, i) => (element("ticks").children[i].textContent = end));
  }

  function quote(parent, index) {
    parent.append("“");
    make("bdi", parent, { textContent: data.texts[index], dir: "auto" });
    parent.append("”");
  }

  function swatch(parent, colour) {
    make("i", parent, { className: "swatch" }).style.background = colour;
  }

  function coordinates(index, view) {
    const at = view.rows === null ? index : view.rows.indexOf(index);
    return view.name + " (" + formatNumber(view.points[2 * at]) + ", " + formatNumber(view.points[2 * at + 1]) + ")";
  }

  function readText({ current, view, colouring }) {
    const reading = element("reading");
    reading.replaceChildren();
    element("textPart").classList.toggle("idle", current < 0);
    if (current < 0) return (reading.textContent = "Point at a text.");
    quote(reading, current);
    const facts = make("p", reading, { className: "facts" });
    const label = data.labelOf[current];
    if (label >= 0) {
      swatch(facts, data.groups[data.groupOf[current]].colour);
      make("bdi", facts, { textContent: data.labels[label], dir: "auto" });
      facts.append(" · ");
    }
    const length = data.lengths[current];
    facts.append(coordinates(current, view) + " · " + formatNumber(length) + (length === 1 ? " character" : " characters"));
    if (typeof colouring === "number") facts.append(" · unit " + (colouring + 1) + ": " + formatNumber(means[current * size + colouring]));
  }

  /** The distance between two marked texts, or from a marked one to the one pointed at. */
  function readDistance({ current, pins }) {
    const measured = element("measured");
    measured.replaceChildren();
    const ends = pins.length === 1 && current >= 0 && current !== pins[0] ? [pins[0], current] : pins;
    measured.hidden = ends.length !== 2;
    if (measured.hidden) return;
    make("b", measured, { textContent: formatNumber(distanceBetween(means, size, ends[0], ends[1])) });
    measured.append(" apart in the latent space: ");
    quote(measured, ends[0]);
    measured.append(" and ");
    quote(measured, ends[1]);
  }

  function readNearest({ current, colours }) {
    const list = element("nearest");
    list.replaceChildren();
    element("nearestPart").hidden = current < 0 || data.texts.length < 2;
    if (current < 0) return;
    for (const { index, distance } of nearestTexts(means, size, current, NEAREST)) {
      const item = make("li", list, {});
      swatch(item, colours[index]);
      make("bdi", item, { textContent: data.texts[index], dir: "auto", title: data.texts[index] });
      make("span", item, { textContent: formatNumber(distance) });
    }
  }

  function read(state) {
    readText(state);
    readDistance(state);
    readNearest(state);
  }

  return { scale, read };
}
`;
