"use strict";

// Images of values: PNG, decoded here into numbers, since a browser would change their colours and has no 16 bits.

const CHANNELS = { 0: 1, 3: 1, 6: 4 };
const SIGNATURE = 8, CHUNK_FRAME = 12;

async function decoded(bytes) {
  const { header, parts } = chunks(bytes);
  const pixel = (CHANNELS[header.color] * header.bits) / 8;
  const packed = await inflated(parts);
  const plain = unfiltered(packed, header.rows, pixel * header.columns, pixel);
  return { columns: header.columns, rows: header.rows, values: numbers(plain, header) };
}

function fromBase64(text) {
  const letters = atob(text), bytes = new Uint8Array(letters.length);
  for (let at = 0; at < letters.length; at++) bytes[at] = letters.charCodeAt(at);
  return bytes;
}

function chunks(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), parts = [];
  let header = null;
  for (let at = SIGNATURE; at < bytes.length; ) {
    const length = view.getUint32(at), data = at + 8;
    const kind = String.fromCharCode(...bytes.subarray(at + 4, data));
    if (kind === "IDAT") parts.push(bytes.subarray(data, data + length));
    if (kind === "IHDR") {
      const [columns, rows] = [view.getUint32(data), view.getUint32(data + 4)];
      header = { columns, rows, bits: bytes[data + 8], color: bytes[data + 9] };
    }
    at += length + CHUNK_FRAME;
  }
  return { header, parts };
}

async function inflated(parts) {
  const stream = new Blob(parts).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

// Each row begins with the number of its filter: what was taken off its bytes (PNG specification, section 9).
function unfiltered(packed, rows, width, pixel) {
  const found = new Uint8Array(rows * width);
  for (let row = 0; row < rows; row++) {
    const filter = packed[row * (width + 1)], from = row * (width + 1) + 1, to = row * width;
    for (let at = 0; at < width; at++) {
      const left = at >= pixel ? found[to + at - pixel] : 0, above = row ? found[to + at - width] : 0;
      const corner = at >= pixel && row ? found[to + at - width - pixel] : 0;
      found[to + at] = packed[from + at] + taken(filter, left, above, corner);
    }
  }
  return found;
}

function taken(filter, left, above, corner) {
  if (filter === 0) return 0;
  if (filter === 1) return left;
  if (filter === 2) return above;
  if (filter === 3) return (left + above) >> 1;
  const guess = left + above - corner;
  const [fromLeft, fromAbove, fromCorner] = [guess - left, guess - above, guess - corner].map(Math.abs);
  if (fromLeft <= fromAbove && fromLeft <= fromCorner) return left;
  return fromAbove <= fromCorner ? above : corner;
}

function numbers(plain, header) {
  if (header.color !== 6 && header.bits === 8) return plain;
  const view = new DataView(plain.buffer), size = header.rows * header.columns;
  const found = header.color === 6 ? new Float32Array(size) : new Uint16Array(size);
  for (let at = 0; at < size; at++) found[at] = header.color === 6 ? view.getFloat32(4 * at) : view.getUint16(2 * at);
  return found;
}
