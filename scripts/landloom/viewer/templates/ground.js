// Where a place of the map lies on Earth: between the nodes of a lattice, since the page has no projections.

const content = JSON.parse(document.getElementById("content").textContent);
const [LEFT, BOTTOM, RIGHT, TOP] = content.bounds;

// Sides of the squares of nodes that a place goes by, the largest first: some of its nodes may lie nowhere.
const SQUARES = [6, 4, 2];

function betweenNodes(values, x, y) {
  const last = content.lattice.nodes - 1;
  const column = Math.min(Math.max(((x - LEFT) / (RIGHT - LEFT)) * last, 0), last);
  const row = Math.min(Math.max(((TOP - y) / (TOP - BOTTOM)) * last, 0), last);
  for (const side of SQUARES) {
    const found = side <= last + 1 ? ofSquare(values, column, row, side) : null;
    if (found !== null) return found;
  }
  return null;
}

// The polynomial through a square of nodes around a place, which is given in their rows and columns.
function ofSquare(values, column, row, side) {
  const nodes = content.lattice.nodes;
  const [west, north] = [column, row].map((at) => Math.min(Math.max(Math.floor(at) + 1 - side / 2, 0), nodes - side));
  const across = weights(column - west, side), down = weights(row - north, side);
  let sum = 0;
  for (let r = 0; r < side; r++)
    for (let c = 0; c < side; c++) {
      const value = values[(north + r) * nodes + west + c];
      if (value === null) return null;
      sum += down[r] * across[c] * value;
    }
  return sum;
}

// Lagrange's weights of nodes at 0, 1, 2 ...
function weights(at, side) {
  const nodes = Array.from({ length: side }, (_, node) => node);
  return nodes.map((own) => nodes.reduce((product, other) => (other === own ? product : (product * (at - other)) / (own - other)), 1));
}

function degreesAt(x, y) {
  if (x < LEFT || x > RIGHT || y < BOTTOM || y > TOP) return "";
  const up = content.lattice.up.map((values) => betweenNodes(values, x, y));
  if (up.includes(null)) return "";
  const latitude = Math.atan2(up[2], Math.hypot(up[0], up[1])), longitude = Math.atan2(up[1], up[0]);
  return `${degrees((latitude * 180) / Math.PI, "N", "S")}, ${degrees((longitude * 180) / Math.PI, "E", "W")}`;
}

function degrees(value, positive, negative) {
  return `${Math.abs(value).toFixed(4)}° ${value < 0 ? negative : positive}`;
}

function metresAt(x, y) {
  return betweenNodes(content.lattice.metres, x, y);
}

function coordinates(x, y) {
  const digits = content.unit === "m" ? 0 : 5;
  return `${x.toFixed(digits)}, ${y.toFixed(digits)}${content.unit === "m" ? " m" : ""}`;
}
