// The one tooltip of all charts: values at the pointer's time, highest first, the nearest line's in bold. Text only, never markup.
import { format, timeExact } from "./units.js";

const mostRows = 14;
let box;

function cell(text) {
  return Object.assign(document.createElement("span"), { textContent: text });
}

export const tooltip = {
  show(event, time, values, spec, pointedValue) {
    box ??= document.body.appendChild(Object.assign(document.createElement("div"), { className: "tl-tip" }));
    const known = values.filter(v => !Number.isNaN(v.value)).sort((a, b) => b.value - a.value);
    const nearest = spec.kind === "Stack" ? null
      : known.reduce((best, v) => !best || Math.abs(v.value - pointedValue) < Math.abs(best.value - pointedValue) ? v : best, null);
    // With many lines, those around the pointer are the ones that are meant.
    const first = Math.max(0, Math.min(known.length - mostRows, known.indexOf(nearest) - Math.floor(mostRows / 2)));
    const rows = known.slice(first, first + mostRows).map(v => {
      const row = document.createElement("div");
      row.className = v === nearest && known.length > 1 ? "tl-tip-row tl-tip-near" : "tl-tip-row";
      const swatch = Object.assign(document.createElement("span"), { className: "tl-swatch" });
      swatch.style.setProperty("--tl-colour", v.colour);
      row.append(swatch, cell(v.name), cell(format(v.value, spec.unit)));
      return row;
    });
    const head = Object.assign(cell(timeExact(time)), { className: "tl-tip-time" });
    const rest = known.length - rows.length;
    const foot = rest > 0 ? [Object.assign(cell(`and ${rest} more`), { className: "tl-muted" })] : known.length === 0 ? [cell("no value")] : [];
    box.replaceChildren(head, ...rows, ...foot);
    const { width, height } = box.getBoundingClientRect();
    const x = event.clientX + 16 + width > innerWidth - 4 ? event.clientX - 16 - width : event.clientX + 16;
    const y = Math.min(event.clientY + 14, innerHeight - height - 6);
    box.style.cssText = `visibility:visible;transform:translate(${Math.max(4, x)}px,${Math.max(4, y)}px)`;
  },

  hide() {
    if (box) box.style.visibility = "hidden";
  },
};
