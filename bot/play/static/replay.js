// Follows a replay that runs, and shows its result when it has ended.
"use strict";
(() => {
  const shown = document.querySelector("[data-progress]");
  if (!shown) return;
  const bar = shown.querySelector("progress");
  const label = shown.querySelector("label");
  const look = async () => {
    try {
      const answer = await fetch(shown.dataset.progress, { headers: { accept: "application/json" } });
      const now = await answer.json();
      if (!now.running) {
        location.replace("/why/cases");
        return;
      }
      bar.max = now.total || 1;
      bar.value = now.done;
      label.textContent = now.said;
    } catch {
      // the server is busy or gone: look again
    }
    setTimeout(look, 500);
  };
  setTimeout(look, 300);
})();
