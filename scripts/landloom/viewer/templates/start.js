// The whole map at first; on a small screen, with its legend folded away.

const NARROW = "(max-width: 46rem)";

listLayers();
listen();
fold(window.matchMedia(NARROW).matches);
window.matchMedia(NARROW).addEventListener("change", (event) => fold(event.matches));
view.units = wholeMapUnits();
new ResizeObserver(redraw).observe(canvas);
showLayer(layers[0]);
