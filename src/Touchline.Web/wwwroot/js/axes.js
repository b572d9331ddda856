// Where the ticks of a chart stand. Known before anything is drawn, so that margins fit the labels and the crosshair knows the plot's edges.
import { format, niceStep, timeTick } from "./units.js";
import { fromWall, offsetAt } from "./zone.js";

const second = 1000, minute = 60 * second, hour = 60 * minute, day = 24 * hour;
const timeSteps = [
  second, 2 * second, 5 * second, 10 * second, 15 * second, 30 * second, minute, 2 * minute, 5 * minute, 10 * minute, 15 * minute, 30 * minute,
  hour, 2 * hour, 3 * hour, 6 * hour, 12 * hour, day, 2 * day, 7 * day, 14 * day, 30 * day, 90 * day, 365 * day,
];

export function timeAxis(from, to, width) {
  const wanted = (to - from) / Math.max(2, Math.floor(width / 84));
  const step = timeSteps.find(s => s >= wanted) ?? timeSteps.at(-1);
  const ticks = step < day ? clockTicks(from, to, step) : dayTicks(from, to, step);
  return { ticks, label: t => timeTick(t, to - from) };
}

// Every step, and on round times of the clock again after it was put forward or back. An hour that comes twice has its tick twice.
function clockTicks(from, to, step) {
  const ticks = [];
  const round = ms => (ms + offsetAt(ms)) % step === 0;
  for (let t = Math.ceil((from + offsetAt(from)) / step) * step - offsetAt(from); t <= to;) {
    if (t >= from && round(t)) ticks.push(t);
    const last = t;
    t += step;
    if (!round(t)) {
      const beyond = (t + offsetAt(t)) % step;
      t = t - beyond > last && round(t - beyond) ? t - beyond : t - beyond + step;
    }
  }
  return ticks;
}

// Midnights of the calendar: a day may have 23 or 25 hours.
function dayTicks(from, to, step) {
  const ticks = [];
  for (let wall = Math.ceil((from + offsetAt(from)) / step) * step; ; wall += step) {
    const t = fromWall(wall);
    if (t > to) return ticks;
    if (t >= from) ticks.push(t);
  }
}

// The lowest and highest value, of sums where series stand on each other.
export function extent(columns, stacked) {
  let low = Infinity, high = -Infinity;
  const points = columns[0]?.length ?? 0;
  for (let i = 0; i < points; i++) {
    let sum = 0, any = false;
    for (const column of columns) {
      const value = column[i];
      if (!Number.isFinite(value)) continue;
      any = true;
      sum += value;
      if (!stacked || sum < low) low = Math.min(low, stacked ? sum : value);
      if (!stacked) high = Math.max(high, value);
    }
    if (stacked && any) high = Math.max(high, sum);
  }
  return { low, high };
}

export function valueAxis({ low, high }, spec, height) {
  if (low > high) [low, high] = [0, 1];
  const fromZero = spec.kind !== "Line" || (low >= 0 && low <= 0.65 * high);
  let min = spec.min ?? (fromZero ? Math.min(0, low) : low);
  let max = spec.max ?? (fromZero ? Math.max(0, high) : high);
  if (max - min < Math.abs(max) * 1e-9 || max === min) {
    // A constant: give it room on both sides, or above only where it stands on zero.
    const room = Math.abs(max) * 0.2 || 1;
    max += spec.max === undefined || spec.max === null ? room : 0;
    if (spec.min == null && !(fromZero && min >= 0)) min -= room;
  }
  const step = niceStep((max - min) / Math.max(2, Math.round(height / 42)), spec.unit);
  const first = spec.min ?? Math.floor(min / step + 1e-9) * step;
  const last = spec.max ?? Math.ceil(max / step - 1e-9) * step;
  const ticks = [];
  for (let i = 0; first + i * step <= last + step * 1e-6; i++) ticks.push(Number((first + i * step).toPrecision(12)));
  return { min: first, max: spec.max ?? Math.max(last, first + step), step, ticks, label: value => format(value, spec.unit) };
}
