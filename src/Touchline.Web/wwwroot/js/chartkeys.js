// A chart by keyboard: the arrows move through time, and in a heat map through its buckets, as the pointer would; what the tooltip shows is
// also said to a screen reader. The pointer's own moves are not said, because nobody could listen to them.
const jump = 10;
let voice;

function say(text) {
  voice ??= document.body.appendChild(Object.assign(document.createElement("div"), { className: "tl-spoken", role: "status" }));
  voice.textContent = text;
}

export class ChartKeys {
  constructor(chart, plot) {
    this.chart = chart;
    plot.tabIndex = 0;
    plot.setAttribute("role", "application");
    plot.setAttribute("aria-roledescription", "chart");
    plot.setAttribute("aria-label", `${chart.element.closest("figure")?.getAttribute("aria-label") || "Query"}. Arrow keys read values.`);
    plot.addEventListener("keydown", event => this.pressed(event));
    plot.addEventListener("blur", () => this.leave());
  }

  leave() {
    if (this.index === undefined) return;
    this.index = undefined;
    this.chart.left();
    say("");
  }

  pressed(event) {
    const { header, area, heat } = this.chart;
    if (!header || !area || event.ctrlKey || event.metaKey || event.altKey) return;
    const last = header.points - 1;
    const by = event.shiftKey ? jump : 1;
    const from = this.index ?? last;
    const to = { ArrowLeft: from - by, ArrowRight: from + by, Home: 0, End: last }[event.key];
    const rows = heat?.rows.length ?? 0;
    if (to !== undefined) {
      this.index = Math.max(0, Math.min(last, this.index === undefined ? last : to));
    } else if (rows > 0 && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      this.index ??= last;
      this.row = Math.max(0, Math.min(rows - 1, (this.row ?? Math.floor(rows / 2)) + (event.key === "ArrowUp" ? 1 : -1)));
    } else {
      if (event.key === "Escape") this.leave();
      return;
    }
    event.preventDefault();
    say(this.chart.pointAt(this.index, this.part()));
  }

  // The height to point at, as a part of the plot: the middle of a heat map's row.
  part() {
    const { heat } = this.chart;
    if (!heat || heat.rows.length === 0) return 0.5;
    this.row = Math.min(this.row ?? Math.floor(heat.rows.length / 2), heat.rows.length - 1);
    const [low, high] = heat.layout.spans[this.row];
    return (low + high) / 2 / heat.layout.total;
  }
}
