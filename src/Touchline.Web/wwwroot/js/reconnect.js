// The address holds all that matters, so after the server was away the page is simply loaded again.
(() => {
  const notice = document.getElementById("components-reconnect-modal");
  const pause = ms => new Promise(resolve => setTimeout(resolve, ms));
  let waiting = false;

  const reloadWhenBack = async () => {
    if (waiting) return;
    waiting = true;
    for (;;) {
      try {
        const answer = await fetch("-/ready", { cache: "no-store" });
        if (answer.ok) break;
      } catch {
        // Not there yet; asked again below.
      }
      await pause(2000);
    }
    location.reload();
  };

  new MutationObserver(() => {
    const lost = /components-reconnect-(failed|rejected)/.test(notice.className);
    if (lost) reloadWhenBack();
  }).observe(notice, { attributes: true, attributeFilter: ["class"] });
})();
