// Where a place of the map lies on Earth: between the nodes of a lattice, since the page has no projections.

const content = JSON.parse(document.getElementById("content").textContent);
const [LEFT, BOTTOM, RIGHT, TOP] = content.bounds;

// Coordinates of the map in a node's units, and four nodes around them.
function betweenNodes(values, x, y) {
  const last = content.lattice.nodes - 1;
  const column = Math.min(Math.max(((x - LEFT) / (RIGHT - LEFT)) * last, 0), last);
  const row = Math.min(Math.max(((TOP - y) / (TOP - BOTTOM)) * last, 0), last);
  const west = Math.min(Math.floor(column), last - 1), north = Math.min(Math.floor(row), last - 1);
  const [across, down] = [column - west, row - north];
  const at = (r, c) => values[(north + r) * (last + 1) + west + c];
  const corners = [at(0, 0), at(0, 1), at(1, 0), at(1, 1)];
  if (corners.some((one) => one === null)) return null;
  const upper = corners[0] * (1 - across) + corners[1] * across, lower = corners[2] * (1 - across) + corners[3] * across;
  return upper * (1 - down) + lower * down;
}

function degreesAt(x, y) {
  const [longitude, latitude] = ["longitude", "latitude"].map((name) => betweenNodes(content.lattice[name], x, y));
  if (longitude === null || latitude === null) return "";
  const east = ((((longitude + 180) % 360) + 360) % 360) - 180;
  return `${degrees(latitude, "N", "S")}, ${degrees(east, "E", "W")}`;
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
