// Links of the menu carry time range, refresh and zone of the page on. The server writes them, and learns of a new range a round trip after the
// address has it: whoever is faster takes along what the address says, not what the link still does.

const carried = ["from", "to", "refresh", "tz"];

/** For clicks, before anyone else sees them. */
export function carryOn(event) {
  const link = event.target.closest?.(".tl-nav a[href], a.tl-brand");
  if (!link) return;
  const url = new URL(link.href);
  const here = new URL(location).searchParams;
  const differing = carried.filter(key => url.searchParams.get(key) !== here.get(key));
  if (differing.length === 0) return;
  for (const key of carried) url.searchParams.delete(key);
  for (const [key, value] of here) {
    if (carried.includes(key)) url.searchParams.append(key, value);
  }
  link.href = url;
}
