import { clockOf, dayOf, isMidnight, offsetName } from "./zone.js";

// Numbers as people read them. The same rules as Formatting/Figure.cs, for what the browser writes itself.
const bytePrefixes = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
const numberPrefixes = ["", "k", "M", "G", "T"];
const timeSteps = [[86400, "d", 172800], [3600, "h", 7200], [60, "min", 120], [1, "s", 1], [1e-3, "ms", 1e-3], [1e-6, "µs", 0]];

const trim = text => text.includes(".") ? text.replace(/\.?0+$/, "") : text;

function digits(value) {
  const size = Math.abs(value);
  if (size === 0) return "0";
  if (size >= 99.95) return value.toFixed(0);
  if (size >= 9.995) return trim(value.toFixed(1));
  if (size >= 0.01) return trim(value.toFixed(2));
  return value.toExponential(2).replace(/\.?0+e/, "e");
}

function scale(value, step, prefixes, space) {
  let index = 0;
  let scaled = Math.abs(value);
  while (scaled >= Math.min(step, 999.5) && index < prefixes.length - 1) {
    scaled /= step;
    index++;
  }
  return (digits(value < 0 ? -scaled : scaled) + space + prefixes[index]).trimEnd();
}

function seconds(value) {
  if (value === 0) return "0 s";
  const [size, unit] = timeSteps.find(([, , from]) => Math.abs(value) >= from);
  return `${digits(value / size)} ${unit}`;
}

export function format(value, unit) {
  if (value === null || Number.isNaN(value)) return "–";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  switch (unit) {
    case "Bytes": return scale(value, 1024, bytePrefixes, " ");
    case "BytesPerSecond": return scale(value, 1024, bytePrefixes, " ") + "/s";
    case "Percent": return digits(value) + " %";
    case "Ratio": return digits(value * 100) + " %";
    case "Seconds": return seconds(value);
    case "PerSecond": return scale(value, 1000, numberPrefixes, "") + "/s";
    default: return scale(value, 1000, numberPrefixes, " ");
  }
}

// Round steps for an axis: 1, 2, 5 × 10ⁿ; for bytes within a binary prefix, so that labels read 256 MiB and not 268 MB.
export function niceStep(wanted, unit) {
  let base = 1;
  if (unit === "Bytes" || unit === "BytesPerSecond") {
    while (wanted / base >= 1024) base *= 1024;
    const within = wanted / base;
    const steps = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];
    return (within <= 1 && base === 1 ? 1 : steps.find(step => step >= within)) * base;
  }
  if (unit === "Seconds" && wanted > 1) {
    const step = [2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400].find(s => s >= wanted);
    if (step) return step;
  }
  base = 10 ** Math.floor(Math.log10(wanted));
  const step = [1, 2, 2.5, 5, 10].find(s => s * base >= wanted * 0.9999) * base;
  return Number(step.toPrecision(4));
}

export function timeTick(ms, spanMs) {
  if (spanMs <= 5 * 60_000) return clockOf(ms);
  return spanMs > 20 * 3_600_000 && (isMidnight(ms) || spanMs > 4 * 86_400_000) ? dayOf(ms) : clockOf(ms, false);
}

export function timeExact(ms) {
  return `${dayOf(ms, true)}, ${clockOf(ms)} ${offsetName(ms)}`;
}
