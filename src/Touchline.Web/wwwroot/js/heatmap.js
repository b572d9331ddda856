// Native histograms over time: time to the right, buckets upwards with their real borders, colour for how many observations.
import { format, niceStep } from "./units.js";

const stops = 6;
const shades = 64;

// Where rows stand, in units of their own from 0 at the bottom to `total`, and where the ticks are. Buckets that grow by a factor stand on a
// logarithm, on either side of zero; what lies around zero or goes on without an end has a band of its own.
export function layout(rows, exponential, unit, height) {
  if (rows.length === 0) return { spans: [], ticks: [], total: 1 };
  const bounds = rows.flat().filter(b => b !== null && b !== 0).map(Math.abs);
  const spread = bounds.length ? Math.max(...bounds) / Math.min(...bounds) : 1;
  const isLog = exponential || (rows.every(([, upper]) => upper === null || upper > 0) && spread >= 50);
  const size = ([lower, upper]) => lower === null || upper === null || (isLog && lower <= 0 && upper >= 0) ? null
    : isLog ? Math.abs(Math.log2(Math.abs(upper)) - Math.log2(Math.abs(lower))) : upper - lower;
  const gap = (below, above) => below === null || above === null || below >= above ? 0 : size([below, above]) ?? 0;

  const sizes = rows.map(size);
  const whole = sizes.filter(s => s !== null).sort((a, b) => a - b);
  // A band is as high as most rows are, but never so thin that it is overlooked.
  const band = Math.max(whole[Math.floor(whole.length / 2)] ?? 1, whole.reduce((a, b) => a + b, 0) * 0.05);
  const spans = [];
  let at = 0;
  rows.forEach((row, i) => {
    if (i > 0) at += gap(rows[i - 1][1], row[0]);
    const from = at;
    at += sizes[i] ?? band;
    spans.push([from, at]);
  });
  return { spans, total: at, ticks: ticks(rows, sizes, spans, at, isLog, unit, height) };
}

function ticks(rows, sizes, spans, total, isLog, unit, height) {
  const pixels = height / total;
  const wanted = [];
  rows.forEach(([lower, upper], i) => {
    if (sizes[i] !== null) return;
    const middle = (spans[i][0] + spans[i][1]) / 2;
    if (lower !== null && upper !== null) wanted.push({ at: middle, text: lower < 0 ? "0" : `≤ ${format(upper, unit)}` });
    else wanted.push({ at: middle, text: upper === null ? `> ${format(lower, unit)}` : `≤ ${format(upper, unit)}` });
  });
  // Each stretch of rows that touch on one scale has round values; where none fits in, its borders.
  for (const side of [-1, 1]) {
    const mine = rows.map((row, i) => i).filter(i => sizes[i] !== null && (isLog ? Math.sign(rows[i][0] + rows[i][1]) === side : side === 1));
    if (mine.length === 0) continue;
    const [first, last] = [mine[0], mine.at(-1)];
    const [low, high] = [rows[first][0], rows[last][1]];
    const place = value => isLog
      ? spans[first][0] + Math.abs(Math.log2(Math.abs(value)) - Math.log2(Math.abs(low)))
      : spans[first][0] + value - low;
    const values = isLog ? roundOnLog(Math.min(Math.abs(low), Math.abs(high)), Math.max(Math.abs(low), Math.abs(high)), unit, pixels).map(v => v * side)
      : roundOnLine(low, high, unit, height);
    wanted.push(...(values.length > 1 ? values : [low, high]).map(value => ({ at: place(value), text: format(value, unit) })));
  }
  // None so near to another that they overlap; bands first, because nothing else names them.
  const kept = [];
  for (const tick of wanted) if (kept.every(k => Math.abs(k.at - tick.at) * pixels >= 15)) kept.push(tick);
  return kept.sort((a, b) => a.at - b.at);
}

function roundOnLine(low, high, unit, height) {
  const step = niceStep((high - low) / Math.max(2, height / 42), unit);
  const values = [];
  for (let i = Math.ceil(low / step); i * step <= high; i++) values.push(Number((i * step).toPrecision(12)));
  return values;
}

function roundOnLog(low, high, unit, pixels) {
  const binary = unit === "Bytes" || unit === "BytesPerSecond";
  const base = binary ? 2 : 10;
  const within = (factors, every) => {
    const values = [];
    const first = Math.floor(Math.log(low) / Math.log(base)), last = Math.ceil(Math.log(high) / Math.log(base));
    for (let power = first; power <= last; power++) {
      if (power % every !== 0) continue;
      for (const factor of factors) values.push(Number((factor * base ** power).toPrecision(12)));
    }
    return values.filter(value => value >= low * 0.999999 && value <= high * 1.000001);
  };
  const room = Math.log2(high / low) * pixels;
  const choices = binary ? [1, 2, 5, 10].map(every => [[1], every]) : [[[1, 2, 5], 1], [[1, 3], 1], [[1], 1], [[1], 2], [[1], 3], [[1], 6], [[1], 12], [[1], 48]];
  for (const [factors, every] of choices) {
    const values = within(factors, every);
    if (values.length * 28 <= room + 28) return values;
  }
  return [];
}

// How the row of a tooltip calls a bucket.
export function rangeText([lower, upper], unit) {
  if (lower === null) return upper === null ? "all" : `≤ ${format(upper, unit)}`;
  if (upper === null) return `> ${format(lower, unit)}`;
  return lower === upper ? format(lower, unit) : `${format(lower, unit)} – ${format(upper, unit)}`;
}

export class HeatMap {
  constructor(header, columns) {
    const { rows, exponential } = header.heat;
    this.header = header;
    this.rows = rows;
    this.exponential = exponential;
    [this.counts, this.sums, ...this.cells] = columns;
    this.most = 0;
    for (const cells of this.cells) for (const value of cells) if (value > this.most) this.most = value;
  }

  get isEmpty() {
    return !this.counts.some(count => !Number.isNaN(count));
  }

  place(unit, height) {
    this.layout = layout(this.rows, this.exponential, unit, height);
    return this.layout;
  }

  // The square root keeps rare observations visible beside frequent ones.
  shade(value) {
    return Math.sqrt(Math.max(0, value) / this.most);
  }

  paint(canvas, { left, top, width, height }) {
    const ratio = devicePixelRatio || 1;
    const { clientWidth, clientHeight } = canvas.parentElement;
    canvas.width = clientWidth * ratio;
    canvas.height = clientHeight * ratio;
    const pen = canvas.getContext("2d");
    pen.scale(ratio, ratio);
    const { fromMs, toMs, startMs, stepMs, points } = this.header;
    const colours = ramp();
    const x = ms => left + Math.min(1, Math.max(0, (ms - fromMs) / (toMs - fromMs))) * width;
    const y = value => top + height - value / this.layout.total * height;
    const edges = Array.from({ length: points + 1 }, (_, i) => Math.round(x(startMs + (i - 0.5) * stepMs)));
    this.cells.forEach((cells, row) => {
      const [low, high] = this.layout.spans[row];
      const above = Math.round(y(high)), below = Math.max(above + 1, Math.round(y(low)));
      for (let i = 0; i < points; i++) {
        if (!(cells[i] > 0)) continue;
        pen.fillStyle = colours[Math.min(shades - 1, Math.floor(this.shade(cells[i]) * shades))];
        pen.fillRect(edges[i], above, Math.max(1, edges[i + 1] - edges[i]), below - above);
      }
    });
  }

  // The row at a height of the plot, from 0 at its bottom to 1; -1 where there is none.
  rowAt(part) {
    return this.layout.spans.findIndex(([low, high]) => part * this.layout.total >= low && part * this.layout.total < high);
  }

  legend(spec) {
    const box = Object.assign(document.createElement("div"), { className: "tl-heat-legend" });
    const word = text => Object.assign(document.createElement("span"), { textContent: text });
    const { histograms, heat } = this.header;
    const colours = Array.from({ length: stops }, (_, i) => `var(--tl-heat-${i})`).join(",");
    const bar = Object.assign(document.createElement("span"), { className: "tl-heat-bar", ariaHidden: "true" });
    bar.style.background = `linear-gradient(to right,${colours})`;
    box.append(word("0"), bar, word(`${format(this.most, spec.countUnit)} in a bucket`));
    if (histograms.length > 1) {
      box.append(Object.assign(word(heat.chosen === undefined ? `sum of ${histograms.length} histograms` : histograms[heat.chosen].key), { className: "tl-muted" }));
    }
    return box;
  }
}

// The colours of the theme, mixed between their stops.
function ramp() {
  const style = getComputedStyle(document.documentElement);
  const marks = Array.from({ length: stops }, (_, i) => style.getPropertyValue(`--tl-heat-${i}`).trim())
    .map(hex => [1, 3, 5].map(i => parseInt(hex.slice(i, i + 2), 16)));
  return Array.from({ length: shades }, (_, i) => {
    const at = i / (shades - 1) * (stops - 1);
    const [a, b] = [marks[Math.floor(at)], marks[Math.min(stops - 1, Math.floor(at) + 1)]];
    return `rgb(${a.map((c, k) => Math.round(c + (b[k] - c) * (at % 1))).join(",")})`;
  });
}
