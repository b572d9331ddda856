// Picks the theme before the first paint and keeps to it: what was chosen here before, else what the system prefers.
(() => {
  const key = "touchline.theme";
  const system = matchMedia("(prefers-color-scheme: dark)");
  const remembered = () => {
    try {
      return localStorage.getItem(key);
    } catch {
      return null; // Storage may be forbidden; the system's choice is then good enough.
    }
  };
  const apply = () => {
    const dark = (remembered() ?? (system.matches ? "dark" : "light")) === "dark";
    document.documentElement.dataset.theme = dark ? "dark" : "light";
    document.dispatchEvent(new CustomEvent("touchline:theme"));
  };
  const toggle = () => {
    const next = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
    const isSystems = (next === "dark") === system.matches;
    try {
      // Choosing what the system has anyway means following it again.
      isSystems ? localStorage.removeItem(key) : localStorage.setItem(key, next);
    } catch {
      document.documentElement.dataset.theme = next;
      document.dispatchEvent(new CustomEvent("touchline:theme"));
      return;
    }
    apply();
  };
  apply();
  system.addEventListener("change", apply);
  addEventListener("storage", event => event.key === key && apply());
  document.addEventListener("click", event => event.target.closest?.("[data-theme-toggle]") && toggle());
})();
