// Layers: their images, the colours of their numbers, and these numbers in words.

const SHADES = 256;
const legends = content.legends.map((legend) => ({
  classes: legend.classes && legend.classes.map(([code, name, color]) => ({ code, name, color })),
  names: new Map((legend.classes || []).map(([code, name]) => [code, name])),
  nothing: legend.nothing,
  ramp: legend.ramp,
  shades: legend.ramp && shades(legend.ramp.map(parsedColor)),
  hidden: new Set(),
  version: 0,
}));
const layers = content.layers.map((layer, rank) => ({ ...layer, rank, legend: legends[layer.legend], image: null }));

async function embeddedImage(layer) {
  if (!layer.image) {
    const text = document.getElementsByClassName("image")[layer.rank].textContent;
    const image = await decoded(fromBase64(text));
    layer.image = { ...image, box: layer.bounds, origin: layer.origin, step: layer.step, empty: layer.empty };
  }
  return layer.image;
}

function parsedColor(color) {
  return [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16));
}

// As image data hold it: red in the lowest byte.
function packedColor([red, green, blue]) {
  return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

function shades(colors) {
  return Uint32Array.from({ length: SHADES }, (_, rank) => shadeOfRamp(colors, rank / (SHADES - 1)));
}

function shadeOfRamp(colors, share) {
  const at = share * (colors.length - 1);
  const low = Math.min(Math.floor(at), colors.length - 2);
  return packedColor(colors[low].map((one, rank) => Math.round(one + (colors[low + 1][rank] - one) * (at - low))));
}

function valueOf(number, layer, image) {
  if (Number.isNaN(number) || number === image.empty) return null;
  return layer.factor * (image.origin + image.step * number);
}

function colorOf(number, layer, image) {
  const value = valueOf(number, layer, image);
  if (value === null) return 0;
  const [low, high] = layer.limits, shade = Math.round(((value - low) / (high - low)) * (SHADES - 1));
  return layer.legend.shades[Math.min(Math.max(shade, 0), SHADES - 1)];
}

// The colour of each number that an image can hold.
function colorTable(layer, image) {
  const table = new Uint32Array(image.values.BYTES_PER_ELEMENT === 1 ? 256 : 65536);
  if (!layer.legend.classes) return table.map((_, number) => colorOf(number, layer, image));
  for (const { code, color } of layer.legend.classes)
    if (code < table.length && !layer.legend.hidden.has(code)) table[code] = packedColor(parsedColor(color));
  return table;
}

// The image as a canvas of its own pixels; painted again when classes are switched.
function painted(layer, image) {
  if (image.canvas && image.version === layer.legend.version) return image.canvas;
  if (!image.canvas) {
    image.canvas = document.createElement("canvas");
    [image.canvas.width, image.canvas.height] = [image.columns, image.rows];
  }
  const context = image.canvas.getContext("2d"), data = context.createImageData(image.columns, image.rows);
  const pixels = new Uint32Array(data.data.buffer), { values } = image;
  if (values instanceof Float32Array) for (let at = 0; at < pixels.length; at++) pixels[at] = colorOf(values[at], layer, image);
  else {
    const table = colorTable(layer, image);
    for (let at = 0; at < pixels.length; at++) pixels[at] = table[values[at]];
  }
  context.putImageData(data, 0, 0);
  image.version = layer.legend.version;
  return image.canvas;
}

function numberAt(image, x, y) {
  const [left, bottom, right, top] = image.box;
  const column = Math.floor(((x - left) / (right - left)) * image.columns);
  const row = Math.floor(((top - y) / (top - bottom)) * image.rows);
  if (column < 0 || row < 0 || column >= image.columns || row >= image.rows) return undefined;
  return image.values[row * image.columns + column];
}

function words(number, layer, image) {
  if (number === undefined) return "outside of the map";
  if (layer.legend.classes) {
    if (layer.legend.names.has(number)) return `${number}: ${layer.legend.names.get(number)}`;
    return number ? `${number}: not in the nomenclature` : layer.legend.nothing;
  }
  const value = valueOf(number, layer, image);
  if (value === null) return "no value";
  const text = image.values instanceof Float32Array ? String(Number(value.toPrecision(6))) : plainNumber(value, layer.factor * image.step);
  return withUnit(text, layer);
}

function withUnit(text, layer) {
  return layer.unit ? `${text} ${layer.unit}` : text;
}

// With as many digits as the step between two values has.
function plainNumber(value, step) {
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  return value.toFixed(Math.min(digits, 12));
}
