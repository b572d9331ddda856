// The zone that times are shown in: the browser's own, or UTC where the address says tz=utc. Only the browser knows its zone and when that
// changes to summer time, so whatever is local is read and written here and never by the server.
let utc = new URLSearchParams(location.search).get("tz") === "utc";

export function setZone(isUtc) {
  if (utc === isUtc) return;
  utc = isUtc;
  document.dispatchEvent(new CustomEvent("touchline:zone"));
}

export const isUtc = () => utc;

// How far clocks are ahead of UTC at a time, in ms.
export function offsetAt(ms, inUtc = utc) {
  return inUtc ? 0 : -new Date(ms).getTimezoneOffset() * 60_000;
}

// The time at which clocks show a wall time, which is given as if it were UTC. One that is skipped in spring is taken an hour later, of one
// that comes twice in autumn the first.
export function fromWall(wall, inUtc = utc) {
  if (inUtc) return wall;
  const date = new Date(wall);
  return new Date(
    date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate(), date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds(),
    date.getUTCMilliseconds()).getTime();
}

const pad = number => String(number).padStart(2, "0");

// Numbers of a clock and a calendar, by the getters of a date shifted to them.
function wallDate(ms, inUtc = utc) {
  return new Date(ms + offsetAt(ms, inUtc));
}

export function clockOf(ms, withSeconds = true, inUtc = utc) {
  const date = wallDate(ms, inUtc);
  const clock = `${pad(date.getUTCHours())}:${pad(date.getUTCMinutes())}`;
  return withSeconds ? `${clock}:${pad(date.getUTCSeconds())}` : clock;
}

export function isMidnight(ms) {
  const date = wallDate(ms);
  return date.getUTCHours() === 0 && date.getUTCMinutes() === 0;
}

export function dayOf(ms, withYear = false) {
  return wallDate(ms).toLocaleDateString(undefined, { day: "numeric", month: "short", year: withYear ? "numeric" : undefined, timeZone: "UTC" });
}

// 2026-03-01 13:00:00, or with its ms.
export function writeTime(ms, inUtc = utc, exact = false) {
  return wallDate(ms, inUtc).toISOString().slice(0, exact ? 23 : 19).replace("T", " ");
}

// UTC, UTC+1, UTC-3:30: short, and without a guess at what a reader calls the zone.
export function offsetName(ms, inUtc = utc) {
  if (inUtc) return "UTC";
  // A browser whose own zone is UTC all year needs no other name for it.
  if (/^(Etc\/)?UTC$/.test(Intl.DateTimeFormat().resolvedOptions().timeZone)) return "UTC";
  const minutes = Math.round(offsetAt(ms, inUtc) / 60_000);
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `UTC${minutes < 0 ? "−" : "+"}${hours}${rest ? `:${pad(rest)}` : ""}`;
}

export function sameDay(a, b) {
  return wallDate(a).toISOString().slice(0, 10) === wallDate(b).toISOString().slice(0, 10);
}

// For the picker, which is written by the server: the browser's zone, and times as its fields show them.
export function pickerTimes(inUtc, times) {
  const [name, offset] = [Intl.DateTimeFormat().resolvedOptions().timeZone, offsetName(Date.now(), false)];
  return {
    zone: name === offset ? name : `${name}, ${offset}`,
    times: times.map(ms => writeTime(ms, inUtc)),
  };
}

export function resolveWall(inUtc, walls) {
  return walls.map(wall => fromWall(wall, inUtc));
}
