// Tiles of all pixels, from the server that gave this page; a page that was opened as a file may ask for nothing.

const served = document.querySelector("meta[http-equiv]").content.includes("connect-src 'self'");
const TILE_SIDE = 256, MOST_TILES = 160, MOST_REQUESTS = 6;
const tiles = new Map(), asked = new Set(), failed = new Set();

function levels(layer) {
  const finer = Math.log2(Math.max(layer.size[0] / layer.overview[0], layer.size[1] / layer.overview[1]));
  return Math.ceil(finer - 1e-6);
}

// The level whose pixels are next to those of the screen; null where the overview is as fine.
function levelFor(layer, unitsPerPixel) {
  if (!served || layer.whole) return null;
  const side = (layer.bounds[3] - layer.bounds[1]) / layer.size[1];
  const level = Math.max(0, Math.floor(Math.log2(unitsPerPixel / side) + 1e-6));
  return level < levels(layer) ? level : null;
}

function tileAddress(layer, level, row, column) {
  const file = layer.address.split("/").map(encodeURIComponent).join("/");
  return `${file}/${layer.band}/${level}/${row}/${column}.png`;
}

// The ground of a tile, which the last of a row or column fills in part.
function tileBox(layer, level, row, column) {
  const [left, bottom, right, top] = layer.bounds, [columns, rows] = layer.size, side = TILE_SIDE * 2 ** level;
  const x = (pixel) => left + (Math.min(pixel, columns) / columns) * (right - left);
  const y = (pixel) => top - (Math.min(pixel, rows) / rows) * (top - bottom);
  return [x(column * side), y((row + 1) * side), x((column + 1) * side), y(row * side)];
}

// Addresses and places of the tiles that a part of the map needs, those in its middle first.
function tilesOf(layer, level, [left, bottom, right, top]) {
  const [columns, rows] = layer.size, side = TILE_SIDE * 2 ** level, [l, b, r, t] = layer.bounds;
  const column = (x) => Math.floor((((x - l) / (r - l)) * columns) / side);
  const row = (y) => Math.floor((((t - y) / (t - b)) * rows) / side);
  const middle = [(row(top) + row(bottom)) / 2, (column(left) + column(right)) / 2], found = [];
  for (let i = Math.max(0, row(top)); i <= Math.min(row(bottom), Math.ceil(rows / side) - 1); i++)
    for (let j = Math.max(0, column(left)); j <= Math.min(column(right), Math.ceil(columns / side) - 1); j++)
      found.push({ address: tileAddress(layer, level, i, j), box: tileBox(layer, level, i, j), away: Math.hypot(i - middle[0], j - middle[1]) });
  return found.sort((one, other) => one.away - other.away);
}

function ask(layer, wanted, done) {
  for (const tile of wanted) {
    if (asked.size >= MOST_REQUESTS) return;
    if (!tiles.has(tile.address) && !asked.has(tile.address) && !failed.has(tile.address)) load(layer, tile, done);
  }
}

async function load(layer, tile, done) {
  asked.add(tile.address);
  try {
    const reply = await fetch(tile.address);
    if (!reply.ok) throw new Error(await reply.text());
    const image = await decoded(new Uint8Array(await reply.arrayBuffer()));
    const empty = image.values instanceof Float32Array ? NaN : layer.empty;
    tiles.set(tile.address, { ...image, box: tile.box, origin: 0, step: 1, empty });
    while (tiles.size > MOST_TILES) tiles.delete(tiles.keys().next().value);
  } catch {
    failed.add(tile.address);
  }
  asked.delete(tile.address);
  done();
}

// A tile that is there; it becomes the last one to be forgotten.
function tileAt(address) {
  const tile = tiles.get(address);
  if (tile) {
    tiles.delete(address);
    tiles.set(address, tile);
  }
  return tile;
}
