// The graph: pan, zoom, hover and selection. It shows the run as of one step; what was taken by then is emphasised.

const graph = (() => {
  /** What a browser shows beside the pointer. */
  function titled(words) {
    const title = document.createElementNS("http://www.w3.org/2000/svg", "title");
    title.textContent = words;
    return title;
  }

  const frame = find("#graph"), canvas = find("#canvas"), drawing = find("svg", canvas);
  const nodes = new Map(), arcs = new Map();
  for (const node of drawing.querySelectorAll("[data-state]")) nodes.set(node.dataset.state, node);
  for (const arc of drawing.querySelectorAll("[data-arc]")) {
    arcs.set(arc.dataset.arc, arc);
    arc.words = find("text", arc).textContent;
    arc.append(titled(`${arc.dataset.arc.replace(">", " → ")}: ${arc.words}`));
  }
  for (const [state, node] of nodes) node.append(titled(MEANS[state]));
  const ends = (id) => id.split(">");
  let scale = 1, left = 0, top = 0, fitted = true, dragged = false;

  const place = () => { canvas.style.transform = `translate(${left}px,${top}px) scale(${scale})`; };

  function fit() {
    const box = frame.getBoundingClientRect(), size = drawing.viewBox.baseVal;
    scale = Math.min((box.width - 24) / size.width, (box.height - 24) / size.height, 1.5);
    left = (box.width - size.width * scale) / 2;
    top = (box.height - size.height * scale) / 2;
    fitted = true;
    place();
  }

  function zoom(factor, x = frame.clientWidth / 2, y = frame.clientHeight / 2) {
    const wanted = Math.min(Math.max(scale * factor, 0.1), 8), change = wanted / scale;
    [left, top, scale, fitted] = [x - (x - left) * change, y - (y - top) * change, wanted, false];
    place();
  }

  function move(x, y) {
    [left, top, fitted] = [left + x, top + y, false];
    place();
  }

  frame.addEventListener("wheel", (event) => {
    event.preventDefault();
    const box = frame.getBoundingClientRect();
    zoom(Math.exp(-event.deltaY / 400), event.clientX - box.left, event.clientY - box.top);
  }, { passive: false });
  frame.addEventListener("pointerdown", (event) => {
    if (event.button || event.target.closest("button")) return;
    let [x, y] = [event.clientX, event.clientY];
    dragged = false;
    const drag = (next) => {
      if (!next.buttons) return;
      frame.classList.add("dragged");
      dragged ||= Math.hypot(next.clientX - event.clientX, next.clientY - event.clientY) > 4;
      move(next.clientX - x, next.clientY - y);
      [x, y] = [next.clientX, next.clientY];
    };
    const drop = () => {
      frame.classList.remove("dragged");
      window.removeEventListener("pointermove", drag);
      window.removeEventListener("pointerup", drop);
    };
    window.addEventListener("pointermove", drag);
    window.addEventListener("pointerup", drop);
  });
  const KEYS = {
    ArrowLeft: () => move(40, 0), ArrowRight: () => move(-40, 0), ArrowUp: () => move(0, 40), ArrowDown: () => move(0, -40),
    "+": () => zoom(1.25), "=": () => zoom(1.25), "-": () => zoom(0.8), 0: fit,
  };
  frame.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !KEYS[event.key]) return;
    event.preventDefault();
    KEYS[event.key]();
  });
  find("#tools").append(looks());
  find("#zoom-in").addEventListener("click", () => zoom(1.25));
  find("#zoom-out").addEventListener("click", () => zoom(0.8));
  find("#fit").addEventListener("click", fit);
  new ResizeObserver(() => { if (fitted) fit(); }).observe(frame);

  function near(state) {
    drawing.classList.add("dimmed");
    nodes.get(state)?.classList.add("near");
    for (const [id, arc] of arcs) {
      const [source, target] = ends(id);
      if (source !== state && target !== state) continue;
      for (const each of [arc, nodes.get(source), nodes.get(target)]) each?.classList.add("near");
    }
  }

  function far() {
    drawing.classList.remove("dimmed");
    for (const each of drawing.querySelectorAll(".near")) each.classList.remove("near");
  }

  for (const [state, node] of nodes) {
    node.addEventListener("mouseenter", () => near(state));
    node.addEventListener("mouseleave", far);
    node.addEventListener("focus", () => near(state));
    node.addEventListener("blur", far);
    node.addEventListener("click", () => { if (!dragged) made.onstate(state); });
    node.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      made.onstate(state);
    });
  }
  for (const [id, arc] of arcs) arc.addEventListener("click", () => { if (!dragged) made.onarc(...ends(id)); });
  /** Show the run as of a step: what was visited and how often, which arcs were taken by what, and where it was then. */
  function show(steps, at) {
    const visits = new Map([["ready", 1]]), spent = new Map(), taken = new Map();
    for (let place = 0; place < at; place++) {
      if (place) spent.set(steps[place - 1].state, (spent.get(steps[place - 1].state) ?? 0) + (steps[place].at - steps[place - 1].at) / 1e6);
      const { trigger, state } = steps[place], id = `${place ? steps[place - 1].state : "ready"}>${state}`;
      visits.set(state, (visits.get(state) ?? 0) + 1);
      if (!taken.has(id)) taken.set(id, new Map());
      taken.get(id).set(trigger, (taken.get(id).get(trigger) ?? 0) + 1);
    }
    const now = at ? steps[at - 1].state : "ready", last = `${at > 1 ? steps[at - 2].state : "ready"}>${now}`;
    for (const [state, node] of nodes) {
      const count = visits.get(state) ?? 0;
      for (const each of ["visited", "told"]) node.classList.toggle(each, count > 0);
      node.classList.toggle("now", state === now);
      node.setAttribute("aria-label", `${state}: ${count ? `visited ${count}×` : "never visited"}${state === now ? ", the run is here" : ""}`);
      const waits = state === now && at ? [...new Set(Object.entries(steps[at - 1].open).filter(([, gate]) => gate === state).map(([id]) => nameOf(id)))].join(", ") : "";
      if (waits) node.setAttribute("aria-label", `${node.getAttribute("aria-label")} and waits for ${waits}`);
      find(".count", node).textContent = waits ? `for ${waits.length > 11 ? `${waits.slice(0, 10)}…` : waits}` : !count ? "" : spent.has(state) ? `${count}× · ${duration(spent.get(state))}` : `${count}×`;
    }
    for (const [id, arc] of arcs) {
      const triggers = taken.get(id);
      if (triggers && !arc.classList.contains("visited")) find(".node", drawing).before(arc);  // over those not taken
      arc.classList.toggle("visited", Boolean(triggers));
      arc.classList.toggle("last", id === last);
      if (triggers) find("text", arc).textContent = [...triggers].map(([trigger, count]) => count > 1 ? `${trigger} ${count}×` : trigger).join(" · ");
      else find("text", arc).textContent = arc.words;
    }
  }

  const made = { fit, show, onstate() {}, onarc() {} };
  return made;
})();
