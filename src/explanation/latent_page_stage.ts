// The map of a latent page: where its points are on the screen, nearer and farther, and what pointer and arrows reach.

/**
 * `createStage(element, data, on)`: the drawing surface inside the element `stage`. `on` has `look()`, which gives
 * `{ styles, radius }` as `drawPoints` takes them, `marks()` as `drawMarks` does, `visible(index)`, and is told of
 * `point(index)` and `press(index)`, −1 for an empty place. Gives `{ show(view), redraw(), mark(), moved(from, key), reveal(index), zoom(factor), atMiddle() }`.
 */
export const LATENT_PAGE_STAGE = String.raw`
function createStage(element, data, on) {
  const stage = element("stage");
  const REACH = 28; // pixels around a point
  const DRAG = 5; // pixels before a press becomes a drag
  const CLOSEST = 400;
  const MOVE = 500; // milliseconds from view to view
  let view = null;
  // In units of 1/15 of the type's size: all of the map grows with the page's type. A "pixel" below is such a unit.
  let size = { width: 1, height: 1, unit: 1, across: 0, margins: { left: 56, right: 8, top: 8, bottom: 46 } };
  let base = { scale: 1, x: 0, y: 0 };
  let zoom = { factor: 1, x: 0, y: 0 };
  // Pixels of every text, NaN for those that the view leaves out.
  let places = new Float32Array(data.texts.length * 2).fill(NaN);
  let frame = 0;
  let arrival = 0;

  const placing = () => ({ scale: base.scale * zoom.factor, x: base.x * zoom.factor + zoom.x, y: base.y * zoom.factor + zoom.y });
  const placeOf = (index) => [places[2 * index], places[2 * index + 1]];
  const passes = (index) => on.visible(index);

  function placeAll() {
    const { scale, x, y } = placing();
    const next = new Float32Array(places.length).fill(NaN);
    for (let i = 0; i < view.points.length / 2; i++) {
      const row = view.rows === null ? i : view.rows[i];
      next[2 * row] = x + scale * view.points[2 * i];
      next[2 * row + 1] = y - scale * view.points[2 * i + 1];
    }
    return next;
  }

  function measure() {
    const across = stage.clientWidth;
    const unit = typeUnit(stage);
    const width = across / unit;
    const height = Math.round(Math.min(Math.max(300, width * 0.72), Math.max(360, (innerHeight / unit) * 0.78)));
    stage.style.aspectRatio = width + " / " + height; // on paper all of it shrinks together
    const left = view.zero === null ? 24 : 56;
    size = { width, height, unit, across, margins: { left, right: 8, top: 8, bottom: view.zero === null ? 26 : 46 } };
    const { left: l, right: r, top: t, bottom: b } = size.margins;
    const air = Math.min(28, width / 20);
    base = fitPoints(view.points, width, height, { left: l + air, right: r + air, top: t + air, bottom: b + air });
    element("marks").setAttribute("viewBox", "0 0 " + width + " " + height);
  }

  function redraw() {
    const { styles, radius } = on.look();
    drawPoints(element("points"), size, places, radius, styles);
    mark();
  }

  function mark() {
    const { current, pins } = on.marks();
    const pointed = current >= 0 && inFrame(placeOf(current)) ? current : -1;
    drawMarks(element("marks"), { current: pointed, pins: pins.filter((pin) => inFrame(placeOf(pin))) }, placeOf, on.look(true).radius);
    const tip = element("tip");
    tip.hidden = pointed < 0;
    if (pointed < 0) return;
    tip.textContent = data.texts[current];
    const [x, y] = placeOf(current).map((place) => place * size.unit);
    const most = Math.max(4, size.across - tip.offsetWidth - 4);
    tip.style.left = Math.max(4, Math.min(most, x - tip.offsetWidth / 2)) + "px";
    const above = y - tip.offsetHeight - 14;
    tip.style.top = (above > 4 ? above : y + 14) + "px";
  }

  function settle() {
    cancelAnimationFrame(frame);
    clearTimeout(arrival);
    places = placeAll();
    drawAxes(element("axes"), size, view, placing(), data.priorRadius);
    redraw();
  }

  /** Points walk from where they are to their places in another view, so that the eye can follow them. */
  function show(next) {
    const first = view === null;
    view = next;
    zoom = { factor: 1, x: 0, y: 0 };
    measure();
    if (first || matchMedia("(prefers-reduced-motion: reduce)").matches) return settle();
    const from = places;
    const to = placeAll();
    const start = performance.now();
    element("axes").replaceChildren();
    cancelAnimationFrame(frame);
    clearTimeout(arrival);
    arrival = setTimeout(settle, 2 * MOVE); // also where no frames are drawn, as in a hidden tab
    const walk = (now) => {
      const done = Math.min(1, Math.max(0, (now - start) / MOVE));
      if (done === 1) return settle();
      const eased = done * done * (3 - 2 * done);
      places = to.map((place, i) => (Number.isNaN(from[i]) ? place : from[i] + (place - from[i]) * eased));
      redraw();
      frame = requestAnimationFrame(walk);
    };
    frame = requestAnimationFrame(walk);
  }

  function keepInside() {
    zoom.x = Math.min(0, Math.max(size.width * (1 - zoom.factor), zoom.x));
    zoom.y = Math.min(0, Math.max(size.height * (1 - zoom.factor), zoom.y));
    stage.classList.toggle("close", zoom.factor > 1);
  }

  /** Nearer by a factor, around a pixel, that of the current point by default; all of it for 0. */
  function zoomBy(factor, ...around) {
    const { current } = on.marks();
    const sight = current >= 0 && inFrame(placeOf(current)) ? placeOf(current) : [size.width / 2, size.height / 2];
    const [x, y] = around.length === 2 ? around : sight;
    const wanted = factor === 0 ? 1 : Math.max(1, Math.min(CLOSEST, zoom.factor * factor));
    const by = wanted / zoom.factor;
    zoom = { factor: wanted, x: x - (x - zoom.x) * by, y: y - (y - zoom.y) * by };
    keepInside();
    settle();
  }

  const inFrame = ([x, y]) => {
    const { left, right, top, bottom } = size.margins;
    return x >= left && y >= top && x <= size.width - right && y <= size.height - bottom;
  };
  /** Where a pixel of the screen is on the map, which may be shown at another size. */
  const pixel = (event) => {
    const box = stage.getBoundingClientRect();
    return [((event.clientX - box.left) * size.width) / box.width, ((event.clientY - box.top) * size.height) / box.height];
  };
  const at = (event) => nearestTo(places, ...pixel(event), REACH, (index) => passes(index) && inFrame(placeOf(index)));
  let pressed = null;
  stage.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    pressed = { x: event.clientX, y: event.clientY, zoomX: zoom.x, zoomY: zoom.y, dragged: false };
  });
  stage.addEventListener("pointermove", (event) => {
    if (pressed === null) return on.point(at(event));
    const across = event.clientX - pressed.x;
    const down = event.clientY - pressed.y;
    if (!pressed.dragged && Math.hypot(across, down) < DRAG) return;
    if (!pressed.dragged) stage.setPointerCapture(event.pointerId);
    pressed.dragged = true;
    zoom.x = pressed.zoomX + across;
    zoom.y = pressed.zoomY + down;
    keepInside();
    settle();
  });
  stage.addEventListener("pointerup", (event) => {
    const wasDragged = pressed === null || pressed.dragged;
    pressed = null;
    if (wasDragged) return;
    const index = at(event);
    on.point(index);
    on.press(index);
  });
  stage.addEventListener("pointercancel", () => (pressed = null));
  stage.addEventListener("pointerleave", () => pressed === null && on.leave());
  stage.addEventListener(
    "wheel",
    (event) => {
      // Two fingers on a touch pad; a plain wheel scrolls the page.
      if (!event.ctrlKey) return;
      event.preventDefault();
      zoomBy(Math.exp(-event.deltaY / 100), ...pixel(event));
    },
    { passive: false },
  );
  function resized() {
    if (view === null || stage.clientWidth === size.across || stage.clientWidth === 0 || on.printing()) return;
    zoom = { factor: 1, x: 0, y: 0 };
    measure();
    settle();
  }
  // In the next frame: drawing changes sizes again.
  new ResizeObserver(() => requestAnimationFrame(resized)).observe(stage);

  /** The point that a key leads to; the map follows where it is nearer than the frame. */
  function moved(from, key) {
    const next = nearestInDirection(places, from, key, passes);
    if (next >= 0) reveal(next);
    return next;
  }

  function reveal(index) {
    const [x, y] = placeOf(index);
    if (inFrame([x, y])) return;
    zoom.x += size.width / 2 - x;
    zoom.y += size.height / 2 - y;
    keepInside();
    settle();
  }

  return { show, redraw, mark, moved, reveal, zoom: zoomBy, atMiddle: () => nearestTo(places, size.width / 2, size.height / 2, Infinity, passes) };
}
`;
