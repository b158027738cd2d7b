// A run as it goes on: its steps come as they are on record. A page that nobody looks at listens to nothing.

let source = null;

function listen() {
  const last = STEPS.length;
  source = new EventSource(`${STUDIO.root}live/${encodeURIComponent(DATA.run.id)}?after=${last}`);
  source.addEventListener("step", (event) => {
    const step = parsed(event.data);
    if (step.seq === STEPS.length + 1) add(step);
  });
  source.addEventListener("run", (event) => {
    const follows = at === ROWS.shown;
    Object.assign(DATA, parsed(event.data));
    measure();
    introduce(DATA);
    ROWS.shown = STEPS.length;
    go(follows ? STEPS.length : at);
  });
  source.addEventListener("end", deaf);
  source.addEventListener("open", () => { document.body.dataset.live = "yes"; });
  source.addEventListener("error", () => { document.body.dataset.live = "no"; });
}

function deaf() {
  source?.close();
  source = null;
  delete document.body.dataset.live;
}

document.addEventListener("visibilitychange", () => {
  if (document.hidden) deaf();
  else if (!source && !ENDS[DATA.run.state]) listen();
});

function decidedHere(told) { told.dataset.seq = DATA.run.seq; }

window.addEventListener("DOMContentLoaded", () => {
  ROWS.shown = STEPS.length;
  if (!ENDS[DATA.run.state] && !document.hidden) listen();
});
