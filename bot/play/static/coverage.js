// The page of an act that goes on looks again by itself; without scripts there is a link to do so.
const act = document.querySelector("[data-reload]");
if (act) setTimeout(() => location.reload(), Number(act.dataset.reload));
