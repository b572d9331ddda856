// <tl-time ms="…">: a time in the zone that the reader chose. What the server wrote inside is in UTC and says so; it is what a page without
// scripts shows, and what format="hint" keeps and only explains.
import { clockOf, dayOf, isUtc, offsetName, sameDay, writeTime } from "./zone.js";

class Moment extends HTMLElement {
  static observedAttributes = ["ms", "until", "format"];

  constructor() {
    super();
    this.attachShadow({ mode: "open" });
    this.write = () => this.draw();
  }

  connectedCallback() {
    document.addEventListener("touchline:zone", this.write);
    this.draw();
  }

  disconnectedCallback() {
    document.removeEventListener("touchline:zone", this.write);
  }

  attributeChangedCallback() {
    if (this.isConnected) this.draw();
  }

  draw() {
    const ms = Number(this.getAttribute("ms"));
    const format = this.getAttribute("format");
    const element = document.createElement(format === "hint" ? "slot" : "time");
    if (format !== "hint") {
      element.dateTime = new Date(ms).toISOString();
      element.textContent = this.hasAttribute("until") ? range(ms, Number(this.getAttribute("until"))) : text(ms, format);
    }
    this.shadowRoot.replaceChildren(element);
    // The hover text says it in the other zone too.
    const shown = `${writeTime(ms)} ${offsetName(ms)}`;
    const other = `${writeTime(ms, !isUtc())} ${offsetName(ms, !isUtc())}`;
    this.title = format === "hint" ? shown : other === shown ? "" : other;
  }
}

function text(ms, format) {
  switch (format) {
    case "short": return `${dayOf(ms)} ${clockOf(ms, ms % 60_000 !== 0)}`;
    case "clock": return `${sameDay(ms, Date.now()) ? clockOf(ms) : writeTime(ms)} ${offsetName(ms)}`;
    case "exact": return `${writeTime(ms, isUtc(), true)} ${offsetName(ms)}`;
    case "plain": return writeTime(ms);
    default: return `${writeTime(ms)} ${offsetName(ms)}`;
  }
}

function range(from, to) {
  const withSeconds = to - from < 600_000;
  const [first, second] = [from, to].map(ms => clockOf(ms, withSeconds));
  if (!sameDay(from, to)) return `${dayOf(from)} ${first} – ${dayOf(to)} ${second}`;
  return sameDay(from, Date.now()) ? `${first} – ${second}` : `${dayOf(from)} ${first} – ${second}`;
}

customElements.define("tl-time", Moment);
