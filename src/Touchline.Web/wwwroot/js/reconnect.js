// The address holds all that matters, so after the server was away the page is simply loaded again.
(() => {
  const notice = document.getElementById("components-reconnect-modal");
  const pause = ms => new Promise(resolve => setTimeout(resolve, ms));
  let waiting = false;
  let watching = false;

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

  const startOfServer = async () => {
    try {
      const answer = await fetch("api/v1/status/runtimeinfo", { cache: "no-store", signal: AbortSignal.timeout(5000) });
      return answer.ok ? (await answer.json()).data.startTime : null;
    } catch {
      return null;
    }
  };
  const known = startOfServer();

  // A server that is stopping may take a connection back and drop it without a word, so being connected again is not believed at once.
  const watchAWhile = async () => {
    if (watching) return;
    watching = true;
    for (let i = 0; i < 10 && !waiting; i++) {
      const now = await startOfServer();
      if (now === null) {
        notice.classList.replace("components-reconnect-hide", "components-reconnect-failed");
      }
      if (now === null || now !== await known) {
        reloadWhenBack();
      }
      await pause(2000);
    }
    watching = false;
  };

  new MutationObserver(() => {
    const state = /components-reconnect-(hide|failed|rejected)/.exec(notice.className)?.[1];
    if (state === "hide") watchAWhile();
    else if (state) reloadWhenBack();
  }).observe(notice, { attributes: true, attributeFilter: ["class"] });
})();
