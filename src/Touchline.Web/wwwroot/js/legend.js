// Names of the series. A click shows one alone, and again all; with Ctrl, Shift or Meta it hides or shows that one.
import { format } from "./units.js";

const mostInRow = 24;

export const colourCount = 8;
export const dashes = ["solid", "dashed", "dotted"];

// The mark of a series beside its name: its colour, and the dashes of its line.
export function swatch(index) {
  const mark = Object.assign(document.createElement("span"), { className: `tl-swatch tl-swatch-${dashes[Math.floor(index / colourCount) % dashes.length]}` });
  mark.style.setProperty("--tl-colour", `var(--tl-s${index % colourCount})`);
  return mark;
}

export class Legend {
  constructor(holder, changed) {
    this.holder = holder;
    this.changed = changed;
    this.hidden = new Set();
    this.names = "";
  }

  isShown(name) {
    return !this.hidden.has(name);
  }

  show(series, spec, dropped) {
    const known = new Set(series.map(s => s.name));
    this.hidden = new Set([...this.hidden].filter(name => known.has(name)));
    this.series = series;
    if (spec.legend === "Table") this.showTable(series, spec, dropped);
    else if (spec.legend === "Row") this.showRow(series, dropped);
    this.mark();
  }

  // In the place of the names, for a picture that has none.
  replace(element) {
    this.series = [];
    this.names = "";
    this.holder.replaceChildren(element);
  }

  showRow(series, dropped) {
    const names = JSON.stringify([series.map(s => s.name), dropped]);
    if (names === this.names) return;
    this.names = names;
    const row = document.createElement("div");
    row.className = "tl-legend";
    row.append(...series.slice(0, mostInRow).map(s => this.button(s)));
    const more = Math.max(0, series.length - mostInRow) + dropped;
    if (more > 0) row.append(Object.assign(document.createElement("span"), { className: "tl-muted", textContent: `and ${more} more` }));
    this.holder.replaceChildren(row);
  }

  showTable(series, spec, dropped) {
    const scroll = Object.assign(document.createElement("div"), { className: "tl-legend-scroll", tabIndex: 0, role: "region", ariaLabel: "Series" });
    if (series.length === 0) {
      this.holder.replaceChildren();
      return;
    }
    const table = Object.assign(document.createElement("table"), { className: "tl-legend-table" });
    const head = table.createTHead().insertRow();
    const first = dropped > 0 ? `Series (the first ${series.length} of ${series.length + dropped})` : series.length === 1 ? "1 series" : `${series.length} series`;
    for (const title of [first, "Min", "Mean", "Max", "Last"]) head.append(Object.assign(document.createElement("th"), { textContent: title, scope: "col" }));
    const body = table.createTBody();
    for (const s of series) {
      const row = body.insertRow();
      row.insertCell().append(this.button(s));
      for (const figure of summary(s.values)) row.insertCell().textContent = format(figure, spec.unit);
    }
    const top = this.holder.firstElementChild?.scrollTop ?? 0;
    scroll.append(table);
    this.holder.replaceChildren(scroll);
    scroll.scrollTop = top;
  }

  button(series) {
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.name = series.name;
    button.append(swatch(series.colour), Object.assign(document.createElement("span"), { textContent: series.name }));
    button.addEventListener("click", event => this.clicked(series.name, event.ctrlKey || event.metaKey || event.shiftKey));
    return button;
  }

  clicked(name, one) {
    if (one) {
      this.hidden.has(name) ? this.hidden.delete(name) : this.hidden.add(name);
    } else {
      const others = this.series.map(s => s.name).filter(n => n !== name);
      const alone = !this.hidden.has(name) && others.every(n => this.hidden.has(n));
      this.hidden = new Set(alone ? [] : others);
    }
    this.mark();
    this.changed();
  }

  mark() {
    for (const button of this.holder.querySelectorAll("button")) {
      const shown = this.isShown(button.dataset.name);
      button.classList.toggle("tl-off", !shown);
      button.setAttribute("aria-pressed", shown);
    }
  }
}

function summary(values) {
  let low = Infinity, high = -Infinity, sum = 0, count = 0, last = NaN;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
    sum += value;
    count++;
    last = value;
  }
  return count === 0 ? [NaN, NaN, NaN, NaN] : [low, sum / count, high, last];
}
