// The one tooltip of all charts: values at the pointer's time, highest first, the nearest line's in bold. Text only, never markup.
import { swatch } from "./legend.js";
import { format, timeExact } from "./units.js";

const mostRows = 14;
let box;

function cell(text, name = "") {
  return Object.assign(document.createElement("span"), { textContent: text, className: name });
}

function row(mark, name, value, isNear) {
  const element = document.createElement("div");
  element.className = isNear ? "tl-tip-row tl-tip-near" : "tl-tip-row";
  element.append(mark, cell(name), cell(value));
  return element;
}

function square(colour) {
  const mark = cell("", "tl-swatch tl-swatch-square");
  mark.style.setProperty("--tl-colour", colour);
  return mark;
}

export const tooltip = {
  show(event, time, values, spec, pointedValue) {
    const known = values.filter(v => !Number.isNaN(v.value)).sort((a, b) => b.value - a.value);
    const nearest = spec.kind === "Stack" ? null
      : known.reduce((best, v) => !best || Math.abs(v.value - pointedValue) < Math.abs(best.value - pointedValue) ? v : best, null);
    // With many lines, those around the pointer are the ones that are meant.
    const first = Math.max(0, Math.min(known.length - mostRows, known.indexOf(nearest) - Math.floor(mostRows / 2)));
    const rows = known.slice(first, first + mostRows).map(v => row(swatch(v.colour), v.name, format(v.value, spec.unit), v === nearest && known.length > 1));
    const rest = known.length - rows.length;
    if (rest > 0) rows.push(cell(`and ${rest} more`, "tl-muted"));
    else if (known.length === 0) rows.push(cell("no value"));
    return this.place(event, time, rows);
  },

  // Of a heat map: a bucket and what it has of the whole, which may also be no bucket.
  showBucket(event, time, bucket, facts) {
    const rows = bucket ? [row(square(bucket.colour), bucket.name, bucket.value, true)] : [];
    return this.place(event, time, [...rows, ...facts.map(([name, value]) => row(square("transparent"), name, value, false))]);
  },

  place(event, time, rows) {
    box ??= document.body.appendChild(Object.assign(document.createElement("div"), { className: "tl-tip" }));
    box.replaceChildren(cell(timeExact(time), "tl-tip-time"), ...rows);
    const { width, height } = box.getBoundingClientRect();
    const x = event.clientX + 16 + width > innerWidth - 4 ? event.clientX - 16 - width : event.clientX + 16;
    const y = Math.min(event.clientY + 14, innerHeight - height - 6);
    box.style.cssText = `visibility:visible;transform:translate(${Math.max(4, x)}px,${Math.max(4, y)}px)`;
    // In words, for who cannot see it.
    return [...box.children].map(line => [...line.children].map(part => part.textContent).filter(Boolean).join(" ") || line.textContent).join("; ");
  },

  hide() {
    if (box) box.style.visibility = "hidden";
  },
};
