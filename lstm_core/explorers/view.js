// Shows the picture, the reading and the errors of an explorer, and reports clicks, keys and theme.
// Answers go through model.set + save_changes: the front end then keeps one message in flight
// and the last value wins.

const SVG = "image/svg+xml";
const FINEST = 1.5; // pixels of a plot for each CSS pixel; more is slower and hardly finer

function pageTheme() {
  const body = document.body.dataset;
  if (body.jpThemeLight) return body.jpThemeLight === "false" ? "dark" : "light";
  if (body.vscodeThemeKind) return body.vscodeThemeKind.includes("dark") ? "dark" : "light";
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

function element(tag, className, attributes = {}) {
  const made = document.createElement(tag);
  made.className = className;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

function report(model, trait, content) {
  model.set(trait, { n: (model.get(trait).n ?? 0) + 1, ...content });
  model.save_changes();
}

// The picture -------------------------------------------------------------------------------------

function showSvg(holder, text) {
  const id = holder.contains(document.activeElement)
    ? document.activeElement.closest("[data-id]")?.dataset.id
    : undefined;
  holder.innerHTML = text;
  if (id !== undefined) {
    holder.querySelector(`[data-id="${CSS.escape(id)}"]`)?.focus({ preventScroll: true });
  }
}

// A loaded image that is decoded with the frame it is first shown in: no flicker, no frame lost.
function loaded(url, width) {
  const image = new Image();
  image.draggable = false;
  image.decoding = "sync";
  if (width) image.style.width = `${width}px`;
  return new Promise((done, fail) => {
    image.onload = () => done(image);
    image.onerror = fail;
    image.src = url;
  });
}

function pictures(model, holder) {
  let asked = 0;
  let shown = 0;
  let held;
  const name = () => {
    const image = holder.querySelector("img");
    if (image) image.alt = model.get("alt");
  };
  const show = async () => {
    const turn = ++asked;
    const bytes = model.get("picture");
    if (!bytes?.byteLength) return;
    if (model.get("kind") === SVG) {
      showSvg(holder, new TextDecoder().decode(bytes));
    } else {
      const url = URL.createObjectURL(new Blob([bytes], { type: model.get("kind") }));
      const image = await loaded(url, model.get("width")).catch(() => undefined);
      if (!image || turn < shown) return URL.revokeObjectURL(url); // a later one stands already
      holder.replaceChildren(image);
      if (held) URL.revokeObjectURL(held);
      held = url;
      name();
    }
    shown = turn;
    holder.dataset.shown = String(turn);
  };
  return { show, name, drop: () => held && URL.revokeObjectURL(held) };
}

// Clicks and keys ---------------------------------------------------------------------------------

// A node called "section:H6" leads to the heading "H6 · …" of the page; all others tell the kernel.
function choose(model, id) {
  const section = id.startsWith("section:") ? id.slice("section:".length) : undefined;
  if (section === undefined) return report(model, "clicked", { id });
  const headings = [...document.querySelectorAll("h1, h2, h3")];
  const heading = headings.find((one) => one.textContent.trim().startsWith(`${section} `));
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  heading?.scrollIntoView({ block: "start", behavior: calm ? "auto" : "smooth" });
}

function takeClicks(model, holder) {
  holder.addEventListener("click", (event) => {
    const node = event.target.closest?.("[data-id]");
    if (node && holder.contains(node)) {
      return node.hasAttribute("tabindex") ? choose(model, node.dataset.id) : undefined;
    }
    const image = holder.querySelector("img");
    if (!image || !model.get("clicks")) return;
    const frame = image.getBoundingClientRect();
    const right = (event.clientX - frame.left) / frame.width;
    const down = (event.clientY - frame.top) / frame.height;
    if (right >= 0 && right <= 1 && down >= 0 && down <= 1) {
      report(model, "clicked", { right, down });
    }
  });
}

function takeKeys(model, holder) {
  holder.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const node = event.target.closest?.("[data-id]");
    const press = node && (event.key === "Enter" || event.key === " ");
    const mine = model.get("takes").includes(event.key);
    if (!press && !mine) return;
    event.preventDefault();
    event.stopPropagation();
    if (press) choose(model, node.dataset.id);
    else report(model, "key", { key: event.key });
  });
}

// The controls: names, units and true values for a screen reader -----------------------------------

function set(node, name, value) {
  if (node && node.getAttribute(name) !== value) node.setAttribute(name, value);
}

function nameControls(model, root) {
  for (const [className, { name, unit }] of Object.entries(model.get("labels"))) {
    for (const control of root.querySelectorAll(`.${CSS.escape(className)}`)) {
      const readout = control.querySelector(".widget-readout");
      const shown = readout?.textContent.trim() ?? "";
      for (const handle of control.querySelectorAll(".noUi-handle")) {
        const idle = handle.closest(".slider")?.hasAttribute("disabled") ?? false;
        set(handle, "aria-label", name);
        set(handle, "aria-disabled", String(idle));
        if (shown) set(handle, "aria-valuetext", unit ? `${shown} ${unit}` : shown);
      }
      set(readout, "role", "textbox");
      set(readout, "aria-label", unit ? `${name}, in ${unit}` : name);
      if (unit) set(readout, "data-unit", unit);
      for (const field of control.querySelectorAll("select, input")) set(field, "aria-label", name);
      namePlayer(control.closest(".lc-player"), name);
    }
  }
}

// ipywidgets' own buttons of a player are pictures alone; the first plays or pauses.
function namePlayer(player, name) {
  const says = { "fa-play": "play", "fa-pause": "pause", "fa-stop": "stop, back to the start" };
  for (const [icon, does] of Object.entries(says)) {
    const button = player?.querySelector(`button:has(> .${icon})`);
    set(button, "aria-label", `${name}: ${does}`);
    set(button, "title", `${name}: ${does}`);
  }
}

function playWithSpace(root) {
  root.addEventListener("keydown", (event) => {
    const player = event.target.closest?.(".lc-player");
    if (event.key !== " " || !player || event.target.tagName === "BUTTON") return;
    event.preventDefault();
    event.stopPropagation();
    player.querySelector(".jupyter-widget-play button, .widget-play button")?.click();
  });
}

// In JupyterLab a letter or an arrow is a command (x cuts the cell, ↓ goes to the next one) unless
// what has the focus says otherwise, and JupyterLab asks first: so it must be said before it asks.
// Ctrl + …, Alt + … and Shift + Enter stay JupyterLab's.
function keepKeys(root, signal) {
  const claim = (event) => {
    if (!root.contains(event.target)) return;
    const theirs = event.ctrlKey || event.metaKey || event.altKey;
    const run = event.shiftKey && event.key === "Enter";
    event.target.toggleAttribute("data-lm-suppress-shortcuts", !theirs && !run);
  };
  window.addEventListener("keydown", claim, { capture: true, signal });
}

// The root of an explorer is there only once the page has taken the view in.
function whenConnected(el, signal, act) {
  const root = el.closest(".lc-explorer");
  if (root) return act(root);
  if (!signal.aborted) setTimeout(() => whenConnected(el, signal, act), 40);
}

function tendRoot(model, root, signal) {
  const name = () => nameControls(model, root);
  const watch = new MutationObserver(name);
  watch.observe(root, {
    subtree: true,
    childList: true,
    characterData: true,
    attributes: true,
    attributeFilter: ["aria-valuetext", "disabled", "class"], // class: play became pause
  });
  signal.addEventListener("abort", () => watch.disconnect());
  playWithSpace(root);
  keepKeys(root, signal);
  name();
}

function followPage(model, el, signal) {
  const follow = () => {
    const theme = pageTheme();
    const ratio = Math.min(Math.max(devicePixelRatio, 1), FINEST);
    whenConnected(el, signal, (root) => (root.dataset.lcTheme = theme));
    if (model.get("theme") === theme && model.get("ratio") === ratio) return;
    model.set({ theme, ratio });
    model.save_changes();
  };
  const watch = new MutationObserver(follow);
  watch.observe(document.body, {
    attributes: true,
    attributeFilter: ["data-jp-theme-light", "data-vscode-theme-kind"],
  });
  const media = matchMedia("(prefers-color-scheme: dark)");
  media.addEventListener("change", follow, { signal });
  window.addEventListener("resize", follow, { signal }); // zooming is resizing
  signal.addEventListener("abort", () => watch.disconnect());
  follow();
}

function render({ model, el }) {
  const ended = new AbortController();
  const holder = element("div", "lc-picture");
  const reading = element("p", "lc-reading", { role: "status", "aria-live": "polite" });
  const error = element("p", "lc-error", { role: "alert" });
  el.classList.add("lc-view");
  el.append(holder, error, reading);

  const picture = pictures(model, holder);
  const words = () => {
    if (reading.textContent !== model.get("reading")) reading.textContent = model.get("reading");
    error.textContent = model.get("error");
    error.hidden = !model.get("error");
    holder.classList.toggle("lc-stale", Boolean(model.get("error")));
    picture.name();
  };
  const ready = () => {
    const takes = model.get("takes").length > 0;
    if (takes) set(holder, "tabindex", "0");
    if (takes) set(holder, "role", "group");
    if (takes) set(holder, "aria-label", `Picture. Keys: ${model.get("takes").join(", ")}`);
    holder.classList.toggle("lc-clicks", model.get("clicks"));
  };
  const listeners = {
    "change:picture": picture.show,
    "change:alt change:reading change:error": words,
    "change:takes change:clicks": ready,
  };
  for (const [events, act] of Object.entries(listeners)) {
    for (const event of events.split(" ")) model.on(event, act);
  }
  takeClicks(model, holder);
  takeKeys(model, holder);
  whenConnected(el, ended.signal, (root) => tendRoot(model, root, ended.signal));
  followPage(model, el, ended.signal);
  ready();
  words();
  picture.show();

  return () => {
    ended.abort();
    for (const [events, act] of Object.entries(listeners)) {
      for (const event of events.split(" ")) model.off(event, act);
    }
    picture.drop();
  };
}

export default { render };
