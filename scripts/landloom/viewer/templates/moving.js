// Mouse, touch and keys.

const pointers = new Map();
const STEP = 80, ZOOM_STEP = 1.5, WHEEL = 0.0016, LINES = 20;

function offset(event) {
  const { left, top } = canvas.getBoundingClientRect();
  return [event.clientX - left, event.clientY - top];
}

function point(left, top) {
  [pointed.x, pointed.y] = toMap(left, top);
  part("cross").hidden = true;
  redraw();
}

function pointMiddle() {
  [pointed.x, pointed.y] = [view.x, view.y];
  part("cross").hidden = false;
  redraw();
}

function onDown(event) {
  canvas.setPointerCapture(event.pointerId);
  pointers.set(event.pointerId, offset(event));
  point(...offset(event));
}

function onMove(event) {
  const now = offset(event), before = pointers.get(event.pointerId);
  if (!before) return point(...now);
  canvas.classList.add("moving");
  const others = [...pointers].filter(([id]) => id !== event.pointerId).map(([, place]) => place);
  pointers.set(event.pointerId, now);
  if (others.length) return pinch(before, now, others[0]);
  move(((before[0] - now[0]) * view.units) / content.aspect, (now[1] - before[1]) * view.units);
  point(...now);
}

// Both fingers stay where they are on the map, as near as a zoom without turning can.
function pinch(before, now, other) {
  const distance = (one) => Math.max(1, Math.hypot(one[0] - other[0], one[1] - other[1]));
  zoom(distance(before) / distance(now), ...other);
}

function onUp(event) {
  pointers.delete(event.pointerId);
  if (!pointers.size) canvas.classList.remove("moving");
}

function onWheel(event) {
  event.preventDefault();
  const pixels = event.deltaMode ? event.deltaY * LINES : event.deltaY;
  zoom(Math.exp(Math.min(Math.max(pixels, -400), 400) * WHEEL), ...offset(event));
  point(...offset(event));
}

const KEYS = {
  ArrowLeft: () => move((-STEP * view.units) / content.aspect, 0),
  ArrowRight: () => move((STEP * view.units) / content.aspect, 0),
  ArrowUp: () => move(0, STEP * view.units),
  ArrowDown: () => move(0, -STEP * view.units),
  "+": () => zoom(1 / ZOOM_STEP),
  "=": () => zoom(1 / ZOOM_STEP),
  "-": () => zoom(ZOOM_STEP),
  0: () => showAll(),
};

function onKey(event) {
  if (!KEYS[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  KEYS[event.key]();
  pointMiddle();
}

function listen() {
  canvas.addEventListener("pointerdown", onDown);
  canvas.addEventListener("pointermove", onMove);
  for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, onUp);
  canvas.addEventListener("wheel", onWheel, { passive: false });
  canvas.addEventListener("dblclick", (event) => zoom(1 / ZOOM_STEP / ZOOM_STEP, ...offset(event)));
  canvas.addEventListener("keydown", onKey);
  part("closer").addEventListener("click", () => zoom(1 / ZOOM_STEP));
  part("farther").addEventListener("click", () => zoom(ZOOM_STEP));
  part("all").addEventListener("click", showAll);
  part("fold").addEventListener("click", () => fold(!part("folded").hidden));
}

function fold(hidden) {
  part("folded").hidden = hidden;
  part("fold").setAttribute("aria-expanded", String(!hidden));
}
