// One object a chart: asks the endpoint, hands the columns to ECharts, and draws the crosshair, tooltip and legend itself, because
// ECharts' own cost a repaint of every connected chart a mouse move.
import { ChartKeys } from "./chartkeys.js";
import { addressOf, ChartFailure, fetchFrame, seriesName } from "./frame.js";
import { extent, timeAxis, valueAxis } from "./axes.js";
import { HeatMap, rangeText } from "./heatmap.js";
import { colourCount, dashes, Legend } from "./legend.js";
import { tooltip } from "./tooltip.js";
import { format } from "./units.js";

const charts = new Map();
const margin = { top: 8, right: 10, bottom: 22 };
let library;
let rangeChosen = () => {};

export function onRangeChosen(handler) {
  rangeChosen = handler;
}

export function showChart(element, spec, listener) {
  if (!element) return;
  let chart = charts.get(element);
  if (!chart) charts.set(element, chart = new Chart(element, listener));
  chart.show(spec);
}

export function removeChart(element) {
  charts.get(element)?.dispose();
  charts.delete(element);
}

export function refreshCharts() {
  for (const chart of charts.values()) chart.refresh();
}

export function redrawCharts() {
  for (const chart of charts.values()) chart.draw();
}

function loadLibrary() {
  library ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = new URL("../vizor-echarts-bundle-min.js", import.meta.url);
    script.onload = () => resolve(globalThis.echarts);
    script.onerror = () => {
      library = undefined;
      reject(new Error("the chart library could not be loaded"));
    };
    document.head.append(script);
  });
  return library;
}

function stack(columns) {
  const sums = [];
  let below = null;
  const anywhere = i => columns.some(column => Number.isFinite(column[i]));
  for (const column of columns) {
    // A series that pauses while others go on adds nothing; where all pause there is a gap.
    below = column.map((value, i) => anywhere(i) ? (below?.[i] ?? 0) + (Number.isFinite(value) ? value : 0) : NaN);
    sums.push(below);
  }
  return sums;
}

function blend(colour, ground, share) {
  const channels = hex => [1, 3, 5].map(i => parseInt(hex.slice(i, i + 2), 16));
  const [over, under] = [channels(colour), channels(ground)];
  return over.every(Number.isFinite) && under.every(Number.isFinite)
    ? `rgb(${over.map((c, i) => Math.round(c * share + under[i] * (1 - share))).join(",")})`
    : colour;
}

function part(parent, name) {
  const element = document.createElement("div");
  element.className = name;
  parent.append(element);
  return element;
}

class Chart {
  constructor(element, listener) {
    this.element = element;
    this.listener = listener;
    this.plot = part(element, "tl-chart-plot");
    this.canvas = part(this.plot, "tl-chart-canvas");
    this.cross = part(this.plot, "tl-chart-cross");
    this.selection = part(this.plot, "tl-chart-select");
    this.note = part(this.plot, "tl-chart-note");
    part(this.plot, "tl-chart-busy");
    this.legend = new Legend(part(element, "tl-legend-holder"), () => this.draw());
    this.visible = false;
    this.area = null;

    this.sizes = new ResizeObserver(() => this.resized());
    this.sizes.observe(this.plot);
    this.sight = new IntersectionObserver(entries => {
      this.visible = entries.at(-1).isIntersecting;
      if (this.visible && this.outdated) this.load();
    }, { rootMargin: "120px" });
    this.sight.observe(element);

    this.plot.addEventListener("pointermove", event => this.pointed(event));
    this.plot.addEventListener("pointerleave", () => this.left());
    this.plot.addEventListener("pointerdown", event => this.pressed(event));
    this.plot.addEventListener("pointerup", event => this.released(event));
    this.plot.addEventListener("pointercancel", () => this.left());
    this.keys = new ChartKeys(this, this.plot);
  }

  show(spec) {
    this.spec = spec;
    this.outdated = true;
    if (this.visible) this.load();
  }

  refresh() {
    if (this.loading) return;
    this.outdated = true;
    if (this.visible) this.load();
  }

  async load() {
    this.request?.abort();
    const request = this.request = new AbortController();
    this.loading = true;
    this.outdated = false;
    this.element.classList.add("tl-loading");
    try {
      const address = addressOf(this.spec, this.plot.clientWidth);
      const [echarts, frame] = await Promise.all([loadLibrary(), fetchFrame(address, request.signal)]);
      if (request.signal.aborted) return;
      this.picture ??= echarts.init(this.canvas, null, { renderer: "canvas" });
      this.accept(frame);
    } catch (error) {
      if (request.signal.aborted) return;
      this.reject(error);
    } finally {
      if (this.request === request) {
        this.loading = false;
        this.element.classList.remove("tl-loading");
      }
    }
  }

  accept({ header, columns, heat }) {
    this.header = header;
    // Beside lines a heat map has no room: then only the lines are drawn, and whoever listens is told how many histograms there are.
    this.heat = heat && columns.length === 0 ? new HeatMap(header, heat) : null;
    this.series = header.series.map(({ query, labels }, i) => ({
      name: seriesName(labels, this.spec.queries[query].legend, this.spec.queries[query].query),
      values: columns[i],
      colour: i,
    }));
    if (this.heat) this.legend.replace(this.heat.legend(this.spec));
    else this.legend.show(this.series, this.spec, header.dropped);
    const { series, heat: heatHeader, histograms, ...rest } = header;
    this.tell({
      ok: true, series: series.length, histograms: histograms.map(h => h.key), cumulative: Boolean(heatHeader?.cumulative), ...rest,
    });
    this.draw();
  }

  reject(error) {
    if (error instanceof ChartFailure) {
      this.series = [];
      this.heat = null;
      this.legend.show([], this.spec, 0);
      this.draw();
      // Whoever listens says it, with more room.
      this.say(this.listener ? "" : error.message, true);
      this.tell({ ok: false, ...error.answer });
    } else if (!this.header) {
      // Without an answer yet there is nothing to keep showing; otherwise the last picture stays, and the page says that the server is away.
      this.say("Waiting for the server…", false);
    }
  }

  tell(answer) {
    this.listener?.invokeMethodAsync("OnAnswered", answer).catch(() => this.listener = null);
  }

  say(text, failed) {
    this.note.textContent = text ?? "";
    this.note.classList.toggle("tl-shown", Boolean(text));
    this.note.classList.toggle("tl-failed", Boolean(failed));
  }

  draw() {
    if (!this.picture || !this.header) return;
    const shown = this.series.filter(s => this.legend.isShown(s.name));
    const hasData = this.heat ? !this.heat.isEmpty : this.series.some(s => s.values.some(v => !Number.isNaN(v)));
    this.say(hasData ? "" : this.spec.empty, false);

    const style = getComputedStyle(document.documentElement);
    const font = getComputedStyle(document.body).fontFamily;
    const width = this.plot.clientWidth, height = this.plot.clientHeight;
    const { fromMs: from, toMs: to } = this.header;
    const y = this.heat ? this.bucketAxis(height - margin.top - margin.bottom)
      : valueAxis(extent(shown.map(s => s.values), this.spec.kind === "Stack"), this.spec, height - margin.top - margin.bottom);
    const pen = this.pen ??= document.createElement("canvas").getContext("2d");
    pen.font = `11px ${font}`;
    const left = Math.ceil(Math.max(0, ...y.ticks.map(t => pen.measureText(y.label(t)).width))) + 10;
    const x = timeAxis(from, to, width - left - margin.right);
    this.area = { left, top: margin.top, width: width - left - margin.right, height: height - margin.top - margin.bottom };
    this.y = y;

    const colour = name => style.getPropertyValue(name).trim();
    const text = { color: colour("--tl-axis"), fontFamily: font, fontSize: 11, hideOverlap: true };
    this.picture.setOption({
      animation: false,
      grid: { left, top: margin.top, right: margin.right, bottom: margin.bottom },
      xAxis: {
        type: "value", min: from, max: to, axisLine: { lineStyle: { color: colour("--tl-grid") } },
        axisTick: { show: false, customValues: x.ticks }, splitLine: { show: false },
        axisLabel: { ...text, customValues: x.ticks, formatter: x.label, margin: 7 },
      },
      yAxis: {
        type: "value", min: y.min, max: y.max, interval: y.step, axisLine: { show: false }, axisTick: { show: false },
        splitLine: { show: !this.heat, lineStyle: { color: colour("--tl-grid") } },
        axisLabel: { ...text, formatter: y.label, margin: 6, ...(this.heat ? { customValues: y.ticks } : {}) },
      },
      series: this.lines(shown, s => colour(`--tl-s${s.colour % colourCount}`), colour("--tl-surface")),
    }, { notMerge: true });
    this.drawGround();
  }

  // The cells lie under what the library draws, on a canvas that only heat maps have.
  drawGround() {
    if (this.heat && !this.ground) {
      this.ground = Object.assign(document.createElement("canvas"), { className: "tl-chart-ground" });
      this.plot.prepend(this.ground);
    } else if (!this.heat) {
      this.ground?.remove();
      this.ground = null;
    }
    this.heat?.paint(this.ground, this.area);
  }

  bucketAxis(height) {
    const { ticks, total } = this.heat.place(this.spec.bucketUnit, height);
    const texts = new Map(ticks.map(tick => [tick.at, tick.text]));
    return { min: 0, max: total, step: total, ticks: ticks.map(tick => tick.at), label: at => texts.get(at) ?? "" };
  }

  lines(shown, colourOf, surface) {
    if (this.spec.kind !== "Stack") {
      const opacity = this.spec.kind === "Area" ? 0.13 : 0;
      return shown.map(s => this.line(s.values, s.colour, colourOf(s), opacity && { color: colourOf(s), opacity }));
    }
    // ECharts stacks along the wrong axis where both are numbers. The sums are drawn instead, the highest first, each down to zero and
    // opaque, so that what stays visible of each is its own share.
    return stack(shown.map(s => s.values))
      .map((sums, i) => this.line(sums, 0, colourOf(shown[i]), { color: blend(colourOf(shown[i]), surface, 0.45), opacity: 1 }))
      .reverse();
  }

  line(values, index, colour, areaStyle) {
    const { startMs, stepMs } = this.header;
    const data = [];
    for (let i = 0; i < values.length; i++) {
      const value = Number.isFinite(values[i]) ? values[i] : NaN;
      const point = [startMs + i * stepMs, value];
      // A line through one point is invisible: it gets a dot.
      const alone = !Number.isNaN(value) && !(Number.isFinite(values[i - 1]) || Number.isFinite(values[i + 1]));
      data.push(alone ? { value: point, symbol: "circle", symbolSize: 4 } : point);
    }
    // Beyond one round of colours the lines are dashed, so that no two look the same too soon.
    const dash = dashes[Math.floor(index / colourCount) % dashes.length];
    return {
      type: "line", data, symbol: "none", silent: true, color: colour, connectNulls: false, areaStyle: areaStyle || undefined,
      lineStyle: { width: this.spec.kind === "Stack" ? 1 : 1.6, type: dash, color: colour, join: "round" },
    };
  }

  resized() {
    if (!this.picture || this.plot.clientWidth === 0) return;
    this.picture.resize();
    this.draw();
  }

  timeAt(event) {
    const { left, width } = this.area;
    const x = event.clientX - this.plot.getBoundingClientRect().left;
    const part = Math.min(1, Math.max(0, (x - left) / width));
    return this.header.fromMs + part * (this.header.toMs - this.header.fromMs);
  }

  pointed(event) {
    if (!this.area || !this.header) return;
    const time = this.timeAt(event);
    if (this.pressedAt !== undefined) this.drawSelection(time);
    const { startMs, stepMs, points } = this.header;
    const index = Math.min(points - 1, Math.max(0, Math.round((time - startMs) / stepMs)));
    const { top, height } = this.area;
    const y = event.clientY - this.plot.getBoundingClientRect().top;
    this.tip(event, time, index, 1 - (y - top) / height);
  }

  // The same for a point and a height that a key chose; gives what the tooltip says.
  pointAt(index, part) {
    const { startMs, stepMs, fromMs, toMs } = this.header;
    const { left, top, width, height } = this.area;
    const box = this.plot.getBoundingClientRect();
    const time = startMs + index * stepMs;
    const at = { clientX: box.left + left + (time - fromMs) / (toMs - fromMs) * width, clientY: box.top + top + (1 - part) * height };
    return this.tip(at, time, index, part);
  }

  tip(at, crossTime, index, part) {
    for (const chart of charts.values()) chart.crossAt(crossTime);
    const time = this.header.startMs + index * this.header.stepMs;
    if (this.heat) return this.tipOfBucket(at, time, index, part);
    const value = this.y.min + part * (this.y.max - this.y.min);
    return tooltip.show(at, time, this.series.filter(s => this.legend.isShown(s.name))
      .map(s => ({ name: s.name, value: s.values[index], colour: s.colour })), this.spec, value);
  }

  tipOfBucket(at, time, index, part) {
    const { rows, cells, counts, sums } = this.heat;
    const { bucketUnit, countUnit } = this.spec;
    const count = counts[index];
    if (Number.isNaN(count)) {
      return tooltip.showBucket(at, time, null, [["no histogram", ""]]);
    }
    const row = this.heat.rowAt(part);
    const value = cells[row]?.[index] ?? 0;
    const stop = Math.round(this.heat.shade(value) * 5);
    const bucket = row < 0 ? null : {
      name: rangeText(rows[row], bucketUnit), value: format(value, countUnit), colour: value > 0 ? `var(--tl-heat-${stop})` : "transparent",
    };
    const facts = [["all observations", format(count, countUnit)], ["average", format(count > 0 ? sums[index] / count : NaN, bucketUnit)]];
    return tooltip.showBucket(at, time, bucket, facts);
  }

  crossAt(time) {
    if (!this.area || !this.header) return;
    const { left, top, width, height } = this.area;
    const part = (time - this.header.fromMs) / (this.header.toMs - this.header.fromMs);
    this.cross.style.cssText = part < 0 || part > 1 ? ""
      : `visibility:visible;top:${top}px;height:${height}px;transform:translateX(${Math.round(left + part * width)}px)`;
  }

  left() {
    tooltip.hide();
    for (const chart of charts.values()) chart.cross.style.cssText = "";
    this.pressedAt = undefined;
    this.selection.style.display = "none";
  }

  pressed(event) {
    if (event.button !== 0 || event.pointerType === "touch" || !this.area || !this.header) return;
    this.pressedAt = this.timeAt(event);
    this.plot.setPointerCapture(event.pointerId);
    event.preventDefault();
  }

  drawSelection(time) {
    const { fromMs, toMs } = this.header;
    const { left, top, width, height } = this.area;
    const [a, b] = [this.pressedAt, time].sort((p, q) => p - q).map(t => left + (t - fromMs) / (toMs - fromMs) * width);
    this.selection.style.cssText = `display:block;left:${a}px;width:${b - a}px;top:${top}px;height:${height}px`;
  }

  released(event) {
    const begin = this.pressedAt;
    this.pressedAt = undefined;
    this.selection.style.display = "none";
    if (begin === undefined) return;
    const [from, to] = [begin, this.timeAt(event)].sort((p, q) => p - q);
    // Less than a few pixels is a click, and under ten seconds there is nothing to see.
    const enough = (to - from) / (this.header.toMs - this.header.fromMs) * this.area.width > 6;
    if (enough) rangeChosen(Math.round(from), Math.round(Math.max(to, from + 10_000)));
  }

  dispose() {
    this.request?.abort();
    this.sizes.disconnect();
    this.sight.disconnect();
    this.picture?.dispose();
    tooltip.hide();
  }
}
