// What the components call. The only module that .NET imports.
import { onRangeChosen, redrawCharts } from "./charts.js";
import { carryOn } from "./menu.js";

export { showChart, removeChart, refreshCharts } from "./charts.js";
export { pickerTimes, resolveWall, setZone } from "./zone.js";
export { removeEditor, setEditorText, showEditor, submitEditor } from "./editor.js";

let layout = null;
const tell = (method, ...values) => layout?.invokeMethodAsync(method, ...values).catch(() => layout = null);
const visibilityChanged = () => tell("OnHidden", document.hidden);

export function start(listener) {
  layout = listener;
  onRangeChosen((from, to) => tell("OnRangeChosen", from, to));
  document.addEventListener("click", carryOn, true);
  document.addEventListener("visibilitychange", visibilityChanged);
  document.addEventListener("touchline:theme", redrawCharts);
  document.addEventListener("touchline:zone", redrawCharts);
  if (document.hidden) visibilityChanged();
}

export function stop() {
  layout = null;
  document.removeEventListener("click", carryOn, true);
  document.removeEventListener("visibilitychange", visibilityChanged);
  document.removeEventListener("touchline:theme", redrawCharts);
  document.removeEventListener("touchline:zone", redrawCharts);
}
