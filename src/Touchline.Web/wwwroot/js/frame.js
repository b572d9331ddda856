// Reads what the chart endpoint answers: "TLC2", header length, header as JSON, then one column of float64 a series, then those of a heat map.
const magic = 0x32434c54;

export class ChartFailure extends Error {
  constructor(answer) {
    super(answer.error);
    this.answer = answer;
  }
}

export function addressOf(spec, width) {
  const parameters = new URLSearchParams();
  for (const { query } of spec.queries) parameters.append("query", query);
  parameters.set("from", spec.from);
  parameters.set("to", spec.to);
  // A point every two pixels is as fine as a line can show.
  parameters.set("points", Math.min(1500, Math.max(60, Math.round(width / 2))));
  if (spec.step) parameters.set("step", spec.step);
  if (spec.scrape) parameters.set("scrape", spec.scrape);
  if (spec.histogram) parameters.set("histogram", spec.histogram);
  if (spec.seriesLimit) parameters.set("series", spec.seriesLimit);
  return `ui/chart?${parameters}`;
}

export async function fetchFrame(address, signal) {
  const response = await fetch(address, { signal, cache: "no-store" });
  if (!response.ok) {
    const isJson = response.headers.get("content-type")?.includes("json");
    throw new ChartFailure(isJson ? await response.json() : { errorType: "internal", error: `The server answered ${response.status}`, query: 0, places: [] });
  }
  return decodeFrame(await response.arrayBuffer());
}

export function decodeFrame(buffer) {
  const view = new DataView(buffer);
  if (view.getUint32(0, true) !== magic) throw new Error("not chart data");
  const headerLength = view.getInt32(4, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, headerLength)));
  const column = i => new Float64Array(buffer, 8 + headerLength + i * header.points * 8, header.points);
  const lines = header.series.length;
  return {
    header,
    columns: header.series.map((_, i) => column(i)),
    // Counts, sums, then the rows from the lowest bucket up.
    heat: header.heat ? Array.from({ length: 2 + header.heat.rows.length }, (_, i) => column(lines + i)) : null,
  };
}

const bare = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

export function seriesName(labels, template, query) {
  if (template) return template.replace(/\{\{\s*([^}\s]+)\s*\}\}/g, (_, name) => labels[name] ?? "");
  const pairs = Object.entries(labels).filter(([name]) => name !== "__name__")
    .map(([name, value]) => `${bare.test(name) ? name : JSON.stringify(name)}=${JSON.stringify(value)}`);
  const metric = labels.__name__ ?? "";
  if (pairs.length === 0) return metric || query;
  return `${metric}{${pairs.join(", ")}}`;
}
