// What stands around the map: layers, legend, value and place, scale. Names come from files: they are text, never markup.

const part = (id) => document.getElementById(id);
const pointed = { x: null, y: null };
const LONGEST_BAR = 150;

function made(name, properties = {}, children = []) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}

function listLayers() {
  const groups = new Map();
  for (const layer of layers) {
    if (!groups.has(layer.map)) groups.set(layer.map, made("optgroup", { label: layer.map || "all runs" }));
    groups.get(layer.map).append(made("option", { value: String(layer.rank), textContent: layer.title }));
  }
  part("layer").replaceChildren(...(groups.size > 1 ? groups.values() : [...groups.values()].flatMap((one) => [...one.children])));
  part("layer").addEventListener("change", () => showLayer(layers[Number(part("layer").value)]));
}

async function showLayer(layer) {
  state.layer = layer;
  part("description").textContent = layer.description;
  part("description").hidden = !layer.description;
  part("coarseness").textContent = layer.coarseness;
  part("crs").textContent = `Coordinates: longitude and latitude (WGS 84), and ${content.crs}.`;
  showLegend(layer);
  try {
    await embeddedImage(layer);
  } catch (fault) {
    part("coarseness").textContent = `This browser cannot show the map (${fault.message}): it is older than 2023.`;
  }
  redraw();
}

function showLegend(layer) {
  part("legend").replaceChildren(...(layer.legend.classes ? classLegend(layer.legend) : rampLegend(layer)));
}

function rampLegend(layer) {
  const bar = made("div", { className: "ramp" });
  bar.style.background = `linear-gradient(to right, ${layer.legend.ramp.join(", ")})`;
  const ends = layer.limits.map((one) => made("span", { textContent: withUnit(String(Number(one.toPrecision(6))), layer) }));
  return [bar, made("div", { className: "ends" }, ends)];
}

function classLegend(legend) {
  const all = made("button", { type: "button", id: "every", textContent: "all" });
  const none = made("button", { type: "button", id: "none", textContent: "none" });
  all.addEventListener("click", () => hide(legend, []));
  none.addEventListener("click", () => hide(legend, legend.classes.map((one) => one.code)));
  return [made("div", { className: "some" }, [all, none]), made("ul", { className: "classes" }, legend.classes.map((one) => classEntry(legend, one)))];
}

function classEntry(legend, { code, name, color }) {
  const box = made("input", { type: "checkbox", checked: !legend.hidden.has(code), value: String(code) });
  const chip = made("span", { className: "chip" });
  chip.style.background = color;
  box.addEventListener("change", () => hide(legend, legend.classes.map((one) => one.code).filter((one) => (one === code ? !box.checked : legend.hidden.has(one)))));
  const entry = made("li", {}, [made("label", {}, [box, chip, made("span", { textContent: name })])]);
  entry.classList.toggle("off", !box.checked);
  return entry;
}

function hide(legend, codes) {
  legend.hidden = new Set(codes);
  legend.version += 1;
  for (const box of part("legend").querySelectorAll("input")) {
    box.checked = !legend.hidden.has(Number(box.value));
    box.closest("li").classList.toggle("off", !box.checked);
  }
  redraw();
}

// The value of what is drawn last: a tile, where one is there, else the overview.
function showReadout() {
  const { x, y } = pointed;
  if (x === null || !state.layer.image) return;
  const image = state.drawn.findLast((one) => numberAt(one, x, y) !== undefined) || state.layer.image;
  const number = numberAt(image, x, y);
  part("readout").hidden = false;
  part("value").textContent = words(number, state.layer, image);
  part("place").textContent = [degreesAt(x, y), coordinates(x, y)].filter(Boolean).join(" \u00b7 ");
  for (const box of part("legend").querySelectorAll("input")) box.closest("li").classList.toggle("here", Number(box.value) === number);
}

// A round length, true on the ground where the pointer is.
function showScale() {
  const place = pointed.x === null ? [view.x, view.y] : [pointed.x, pointed.y], metres = metresAt(...place);
  part("scale").hidden = !metres;
  if (!metres) return;
  const perPixel = (metres * view.units) / content.aspect, power = 10 ** Math.floor(Math.log10(perPixel * LONGEST_BAR));
  const length = [5, 2, 1].map((digit) => digit * power).find((one) => one <= perPixel * LONGEST_BAR);
  part("bar").style.width = `${length / perPixel}px`;
  part("length").textContent = length >= 1000 ? `${length / 1000} km` : `${Number(length.toPrecision(1))} m`;
}

function showTiles(missing, failures) {
  if (!served) return;
  const loading = `Loading ${missing} tiles of all pixels.`, lost = `The server did not give ${failures} tiles: the overview is shown.`;
  part("tiles").textContent = failures ? lost : missing ? loading : "";
}
