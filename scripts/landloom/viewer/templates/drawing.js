// What is seen: the middle of the view in coordinates of the map, and their units per pixel of the page.

const canvas = document.getElementById("canvas");
const view = { x: (LEFT + RIGHT) / 2, y: (TOP + BOTTOM) / 2, units: 1 };
const state = { layer: layers[0], waiting: false, drawn: [] };
const FARTHEST = 2, CLOSEST = 1 / 40, MARGIN = 0.94;

// Web pages count in pixels of their own, screens may have several of theirs in each.
const density = () => window.devicePixelRatio || 1;

function wholeMapUnits() {
  const { clientWidth, clientHeight } = canvas;
  return Math.max(((RIGHT - LEFT) * content.aspect) / clientWidth, (TOP - BOTTOM) / clientHeight) / MARGIN;
}

function bounded(units) {
  const { bounds, size, overview } = state.layer;
  const finest = (bounds[3] - bounds[1]) / (served ? size[1] : overview[1]);
  return Math.min(Math.max(units, finest * CLOSEST), Math.max(wholeMapUnits() * FARTHEST, finest * CLOSEST));
}

function showAll() {
  Object.assign(view, { x: (LEFT + RIGHT) / 2, y: (TOP + BOTTOM) / 2, units: wholeMapUnits() });
  redraw();
}

function toMap(left, top) {
  const { clientWidth, clientHeight } = canvas;
  return [view.x + ((left - clientWidth / 2) * view.units) / content.aspect, view.y - (top - clientHeight / 2) * view.units];
}

function toScreen(x, y) {
  const { clientWidth, clientHeight } = canvas;
  return [clientWidth / 2 + ((x - view.x) * content.aspect) / view.units, clientHeight / 2 + (view.y - y) / view.units];
}

// Zoom by a factor, so that the place under a point of the page stays there.
function zoom(factor, left = canvas.clientWidth / 2, top = canvas.clientHeight / 2) {
  const [x, y] = toMap(left, top);
  view.units = bounded(view.units * factor);
  const [newX, newY] = toMap(left, top);
  move(x - newX, y - newY);
}

// The middle of the view stays on the map.
function move(x, y) {
  view.x = Math.min(Math.max(view.x + x, LEFT), RIGHT);
  view.y = Math.min(Math.max(view.y + y, BOTTOM), TOP);
  redraw();
}

function redraw() {
  if (state.waiting) return;
  state.waiting = true;
  requestAnimationFrame(() => {
    state.waiting = false;
    draw();
  });
}

function draw() {
  const [width, height] = [canvas.clientWidth, canvas.clientHeight].map((one) => Math.max(1, Math.round(one * density())));
  if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
  const context = canvas.getContext("2d");
  context.clearRect(0, 0, width, height);
  state.drawn = [];
  if (!state.layer.image) return;
  drawImage(context, state.layer.image, false);
  drawTiles(context);
  showScale();
  showReadout();
}

function drawTiles(context) {
  const { layer } = state, level = levelFor(layer, view.units / density());
  if (level === null) return showTiles(0, 0);
  const [left, top] = toMap(0, 0), [right, bottom] = toMap(canvas.clientWidth, canvas.clientHeight);
  const wanted = tilesOf(layer, level, [left, bottom, right, top]);
  for (const { address } of wanted) {
    const tile = tileAt(address);
    if (tile) drawImage(context, tile, true);
  }
  ask(layer, wanted, redraw);
  const missing = wanted.filter(({ address }) => !tiles.has(address));
  showTiles(missing.length, missing.filter(({ address }) => failed.has(address)).length);
}

// Only the pixels that are seen: far within an image, numbers of the whole would be too large for a canvas.
function drawImage(context, image, isTile) {
  const [left, bottom, right, top] = image.box;
  let [x0, y0, x1, y1] = [...toScreen(left, top), ...toScreen(right, bottom)].map((one) => one * density());
  if (isTile) [x0, y0, x1, y1] = [x0, y0, x1, y1].map(Math.round);
  const across = (x1 - x0) / image.columns, down = (y1 - y0) / image.rows;
  const [first, last] = seen(x0, across, image.columns, canvas.width), [upper, lower] = seen(y0, down, image.rows, canvas.height);
  if (last <= first || lower <= upper) return;
  const place = [x0 + first * across, y0 + upper * down, (last - first) * across, (lower - upper) * down];
  if (isTile) context.clearRect(...place);
  context.imageSmoothingEnabled = !state.layer.legend.classes && across < 1;
  context.drawImage(painted(state.layer, image), first, upper, last - first, lower - upper, ...place);
  state.drawn.push(image);
}

function seen(start, size, number, length) {
  return [Math.max(0, Math.floor(-start / size)), Math.min(number, Math.ceil((length - start) / size))];
}
