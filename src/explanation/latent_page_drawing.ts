// How a latent page puts points, axes and bars on the screen: this script runs between those of the model and the view.

/**
 * Functions of elements and what they shall show, none of which keeps a state:
 * - `make(name, parent, properties)`, `makeSvg(name, parent, attributes)`: a new last child;
 * - `typeUnit(element)`: how much larger its type is than that of a usual screen;
 * - `radiusOf(count)`: the radius of a point where there are so many;
 * - `drawPoints(canvas, size, places, radius, styles)`: `styles` are `{ indices, colourOf, alpha, outlined }`, the last on top;
 * - `drawAxes(svg, size, { axes, zero }, placing, priorRadius)`: the frame; and, where lengths have a unit, ticks and prior;
 * - `drawMarks(svg, { current, pins }, placeOf, radius)`: rings and the line between pins;
 * - `drawUnitBars(svg, data, order, width, chosen)`: both charts of the units; gives the width of a bar's step.
 */
export const LATENT_PAGE_DRAWING = String.raw`
function make(name, parent, properties) {
  return parent.appendChild(Object.assign(document.createElement(name), properties));
}

function makeSvg(name, parent, attributes, text) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (text !== undefined) element.textContent = text;
  return parent.appendChild(element);
}

function typeUnit(element) {
  return Math.max(1, parseFloat(getComputedStyle(element).fontSize) / 15);
}

function radiusOf(count) {
  return Math.min(6, Math.max(1.6, 55 / Math.sqrt(count)));
}

function drawPoints(canvas, { width, height, unit, margins }, places, radius, styles) {
  const density = Math.max(2, devicePixelRatio * unit); // paper is finer than most screens
  canvas.width = Math.round(width * density);
  canvas.height = Math.round(height * density);
  const context = canvas.getContext("2d");
  context.scale(density, density);
  context.beginPath();
  context.rect(margins.left, margins.top, width - margins.left - margins.right, height - margins.top - margins.bottom);
  context.clip();
  for (const { indices, colourOf, alpha, outlined } of styles) {
    context.globalAlpha = alpha;
    for (const i of indices) {
      context.beginPath();
      context.arc(places[2 * i], places[2 * i + 1], radius, 0, 2 * Math.PI);
      context.fillStyle = colourOf(i);
      context.fill();
      if (!outlined) continue;
      context.strokeStyle = "rgba(0, 0, 0, .45)";
      context.lineWidth = 0.75;
      context.stroke();
    }
  }
}

function drawAxes(svg, { width, height, margins }, { axes, zero }, { scale, x, y }, priorRadius) {
  svg.replaceChildren();
  svg.setAttribute("viewBox", "0 0 " + width + " " + height);
  const { left, right, top, bottom } = margins;
  const edgeRight = width - right;
  const edgeBottom = height - bottom;
  const clip = makeSvg("clipPath", makeSvg("defs", svg, {}), { id: "frame" });
  makeSvg("rect", clip, { x: left, y: top, width: edgeRight - left, height: edgeBottom - top });
  if (zero !== null) {
    for (const tick of axisTicks((left - x) / scale, (edgeRight - x) / scale, (edgeRight - left) / 90)) {
      const at = x + scale * tick;
      makeSvg("path", svg, { class: "grid", d: "M" + at + " " + top + "V" + edgeBottom });
      makeSvg("text", svg, { class: "tick", x: at, y: edgeBottom + 16, "text-anchor": "middle" }, formatNumber(tick));
    }
    for (const tick of axisTicks((y - edgeBottom) / scale, (y - top) / scale, (edgeBottom - top) / 70)) {
      const at = y - scale * tick;
      makeSvg("path", svg, { class: "grid", d: "M" + left + " " + at + "H" + edgeRight });
      makeSvg("text", svg, { class: "tick", x: left - 6, y: at + 4, "text-anchor": "end" }, formatNumber(tick));
    }
    const circle = { class: "prior", cx: x + scale * zero[0], cy: y - scale * zero[1], r: scale * priorRadius, "clip-path": "url(#frame)" };
    makeSvg("circle", svg, circle);
  }
  makeSvg("rect", svg, { class: "border", x: left, y: top, width: edgeRight - left, height: edgeBottom - top });
  makeSvg("text", svg, { class: "axis", x: edgeRight, y: height - 4, "text-anchor": "end" }, axes[0] + " →");
  const up = { class: "axis", "text-anchor": "end", transform: "translate(13 " + top + ") rotate(-90)" };
  makeSvg("text", svg, up, axes[1] + " →");
}

function drawMarks(svg, { current, pins }, placeOf, radius) {
  svg.replaceChildren();
  const ring = (index, name) => {
    const [cx, cy] = placeOf(index);
    makeSvg("circle", svg, { class: "halo", cx, cy, r: radius + 3 });
    makeSvg("circle", svg, { class: name, cx, cy, r: radius + 3 });
  };
  const ends = pins.length === 1 && current >= 0 ? [pins[0], current] : pins;
  if (ends.length === 2) {
    const [[x1, y1], [x2, y2]] = ends.map(placeOf);
    for (const name of ["halo", "measure"]) makeSvg("line", svg, { class: name, x1, y1, x2, y2 });
  }
  for (const pin of pins) ring(pin, "pin");
  if (current >= 0 && !pins.includes(current)) ring(current, "ring");
}

const UNIT_CHART = { left: 52, top: 22, activity: 130, between: 38, divergence: 64, bottom: 18 };

function powerOfTen(exponent) {
  return "10" + String(exponent).replace(/./g, (sign) => (sign === "-" ? "\u207B" : "\u2070\u00B9\u00B2\u00B3\u2074\u2075\u2076\u2077\u2078\u2079"[sign]));
}

function drawUnitBars(svg, { units, unitAxes, activeFrom, words }, order, width, chosen) {
  const { left, top, activity, between, divergence, bottom } = UNIT_CHART;
  const height = top + activity + between + divergence + bottom;
  svg.replaceChildren();
  svg.setAttribute("viewBox", "0 0 " + width + " " + height);
  svg.style.aspectRatio = width + " / " + height;
  const step = Math.min(40, (width - left - 2) / units.length);
  const end = left + step * units.length;
  const bar = step > 3 ? step - Math.min(4, step / 4) : step;
  const base = top + activity;
  const floor = base + between + divergence;
  const at = order.indexOf(chosen);
  if (at >= 0) makeSvg("rect", svg, { class: "column", x: left + at * step, y: top, width: step, height: floor - top });
  const label = (x, y, text, anchor) => makeSvg("text", svg, { class: "tick", x, y, "text-anchor": anchor }, text);
  const caption = (y, text) => makeSvg("text", svg, { class: "axis", x: left, y }, text);
  for (let decade = unitAxes.lowDecade; decade <= unitAxes.highDecade; decade++) {
    const y = base - activity * activityHeight(10 ** decade, unitAxes);
    makeSvg("path", svg, { class: "grid", d: "M" + left + " " + y + "H" + end });
    label(left - 6, y + 4, powerOfTen(decade), "end");
  }
  caption(12, words.activity);
  caption(base + between - 8, words.divergence);
  label(left - 6, base + between + 8, formatNumber(unitAxes.highDivergence), "end");
  label(left - 6, floor + 4, "0", "end");
  const every = Math.ceil(24 / step);
  order.forEach((unit, at) => {
    const of = units[unit];
    const x = left + at * step + (step - bar) / 2;
    const kind = (of.activity > activeFrom ? "active" : "inactive");
    const high = Math.max(1, activity * activityHeight(of.activity, unitAxes));
    const deep = divergence * Math.max(0, of.divergence / unitAxes.highDivergence);
    makeSvg("rect", svg, { class: kind, x, y: base - high, width: bar, height: high });
    makeSvg("rect", svg, { class: kind, x, y: floor - deep, width: bar, height: deep });
    if (at % every === 0) label(left + (at + 0.5) * step, floor + 14, String(unit + 1), "middle");
  });
  makeSvg("path", svg, { class: "border", d: "M" + left + " " + base + "H" + end + "M" + left + " " + floor + "H" + end });
  const threshold = base - activity * activityHeight(activeFrom, unitAxes);
  makeSvg("path", svg, { class: "threshold", d: "M" + left + " " + threshold + "H" + end });
  return step;
}
`;
