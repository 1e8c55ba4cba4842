// The page's own behaviour: places, receipts, charts, downloads. Runs once, as js_on_load of the bridge component;
// `trigger` sends one of these events to Python.
const EVENTS = [
  "start", "send", "open_conversation", "new_conversation", "open_overview", "open_segments", "open_drafts",
  "open_guide", "open_data", "open_draft", "new_draft", "export_draft", "load_sample", "show_report",
  "remove_upload", "undo_correction", "open_article", "answer",
];
const PAGE_OF = {
  send: "chat", open_conversation: "chat", new_conversation: "chat", open_draft: "drafts", new_draft: "drafts",
  load_sample: "data", show_report: "data", remove_upload: "data",
  undo_correction: "data", answer: "data", open_article: "guide",
};
const PAGES = ["overview", "chat", "segments", "drafts", "guide", "data"];
const EMPTY = {
  receipt: "Click an underlined figure to see how it was computed.",
  chart: "No chart in this conversation yet.",
  rows: "No table in this conversation yet.",
  draft: "No draft in this conversation yet.",
};
const narrow = () => window.matchMedia("(max-width: 1180px)").matches;
const page = () => document.body.dataset.page || "chat";
const root = () => document.getElementById("page-" + page());
let shown = { kind: "receipt", id: null };

function address(hash) {
  if (location.hash !== hash) history.pushState(null, "", hash);
}

function go(name, push = true) {
  if (page() !== name || !document.body.dataset.page) {
    document.body.dataset.page = name;
    delete document.body.dataset.sheet;
    show("receipt", null);
  }
  if (push) address("#/" + name + (name === "chat" ? currentConversation() : ""));
}

function currentConversation() {
  const found = [...document.querySelectorAll("#transcript [data-conversation]")].pop();
  return found && found.dataset.conversation ? "/" + found.dataset.conversation : "";
}

function run(action, argument) {
  if (!EVENTS.includes(action)) return;
  if (PAGE_OF[action]) go(PAGE_OF[action], action !== "open_conversation");
  trigger(action, { arg: argument });
}

function openPage(name) {
  go(name);
  if (name !== "chat") trigger("open_" + name, { arg: "" });
  // an empty chat is opened anew: what can be asked depends on the data, which may have changed
  else if (!document.querySelector("#transcript .turn")) trigger("open_conversation", { arg: "" });
}

// Receipts ---------------------------------------------------------------------------------------------------
function stashes(kind) {
  const place = root();
  return place ? [...place.querySelectorAll(`[data-stash][data-kind="${kind}"]`)] : [];
}

function find(id) {
  const place = root();
  return place && [...place.querySelectorAll("[data-stash]")].find((one) => one.dataset.stash === id);
}

function copyOf(stash) {
  const holder = document.createElement("div");
  holder.append(...[...stash.childNodes].map((node) => node.cloneNode(true)));
  return holder;
}

function show(kind, id) {
  const body = document.querySelector("#receipts .panel-body");
  if (!body) return;
  shown = { kind, id };
  document.querySelectorAll("#receipts [data-tab]").forEach((tab) => {
    tab.setAttribute("aria-selected", String(tab.dataset.tab === kind));
  });
  const picked = kind === "receipt" ? [id && find(id)].filter(Boolean) : stashes(kind).reverse();
  if (id && kind !== "receipt") picked.sort((a, b) => (b.dataset.stash === id) - (a.dataset.stash === id));
  const unique = picked.filter((one, at) => picked.findIndex((two) => two.dataset.stash === one.dataset.stash) === at);
  if (unique.length) body.replaceChildren(...unique.map(copyOf));
  else {
    const empty = document.createElement("p");
    empty.className = "fine";
    empty.textContent = EMPTY[kind];
    body.replaceChildren(empty);
  }
  const panel = document.getElementById("receipts");
  if (panel) panel.scrollTop = 0;
  schedule();
}

function openReceipt(mark) {
  const stash = find(mark.dataset.receipt);
  if (!stash) return;
  document.querySelectorAll("[data-receipt].on").forEach((one) => one.classList.remove("on"));
  mark.classList.add("on");
  show(stash.dataset.kind, mark.dataset.receipt);
  const also = (mark.dataset.also || "").split(" ").filter((id) => id && find(id));
  if (also.length > 1) addAlso(also, mark.dataset.receipt);
  if (narrow()) document.body.dataset.sheet = "open";
}

function addAlso(ids, current) {
  const row = document.createElement("div");
  row.className = "also";
  for (const id of ids) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = id === current ? "opener on" : "opener";
    button.textContent = find(id).dataset.title;
    button.dataset.receipt = id;
    button.dataset.also = ids.join(" ");
    row.append(button);
  }
  document.querySelector("#receipts .panel-body").prepend(row);
}

// Charts -----------------------------------------------------------------------------------------------------
let plotly = null;
function library() {
  plotly ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = "/copilot/plotly.min.js";
    script.onload = () => resolve(window.Plotly);
    script.onerror = reject;
    document.head.append(script);
  });
  return plotly;
}

function coloured(specification) {
  const style = getComputedStyle(document.body);
  const value = (name) => style.getPropertyValue("--" + name).trim();
  const faint = (name, percent) => {
    const [red, green, blue] = [1, 3, 5].map((at) => parseInt(value(name).slice(at, at + 2), 16));
    return `rgba(${red},${green},${blue},${percent / 100})`;
  };
  return JSON.parse(specification.replace(/@(\w+?)(?:_(\d+))?@/g, (all, name, percent) =>
    percent ? faint(name, percent) : value(name) || all));
}

// A chart is drawn inside a shadow root, so that a later update of the page around it leaves it alone.
async function draw(place) {
  if (place.drawn === place.dataset.chart) return;
  place.drawn = place.dataset.chart;
  const Plotly = await library();
  const shadow = place.shadowRoot || place.attachShadow({ mode: "open" });
  const { data, layout } = coloured(place.dataset.chart);
  const inner = document.createElement("div");
  inner.style.cssText = "width:100%;height:100%";
  shadow.replaceChildren(inner);
  await Plotly.newPlot(inner, data, layout, { displayModeBar: false, responsive: true });
  const styles = [...document.querySelectorAll('style[id^="plotly.js-style"]')].flatMap((one) => [...one.sheet.cssRules]);
  const own = document.createElement("style");
  own.textContent = styles.map((rule) => rule.cssText).join("\n");
  shadow.append(own);
}

function drawAll() {
  document.querySelectorAll("[data-chart]").forEach((place) => {
    if (place.offsetParent !== null && place.clientWidth > 0) draw(place);
  });
}

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  document.querySelectorAll("[data-chart]").forEach((place) => { place.drawn = null; });
  drawAll();
});

// After every change of the page -----------------------------------------------------------------------------
let planned = false;
function schedule() {
  if (planned) return;
  planned = true;
  requestAnimationFrame(() => { planned = false; settle(); });
}

let follow = true;
let lastDone = null;
let lastConversation = "";
const fetched = new Set();
function settle() {
  drawAll();
  const scroller = document.getElementById("transcript");
  if (scroller && !scroller.watched) {
    scroller.watched = true;
    scroller.addEventListener("scroll", () => {
      follow = scroller.scrollTop + scroller.clientHeight > scroller.scrollHeight - 120;
    });
  }
  const current = currentConversation();
  if (page() === "chat" && current !== lastConversation) {
    lastConversation = current;
    lastDone = null;
    history.replaceState(null, "", "#/chat" + current);
    if (!current) show("receipt", null);
  }
  const turns = document.querySelectorAll("#transcript article.turn");
  const last = turns[turns.length - 1];
  if (last && last.hasAttribute("data-done") && lastDone !== current + turns.length) {
    lastDone = current + turns.length;
    if (!narrow() && page() === "chat") openFirst(last);
    last.scrollIntoView({ block: "start" });
  } else if (last && !last.hasAttribute("data-done") && follow) {
    scroller.scrollTop = scroller.scrollHeight;
  }
  document.querySelectorAll("[data-download]").forEach(save);
  reveal();
}

// A draft that was just opened stands below the list of drafts: bring it into view.
let revealed = null;
function reveal() {
  const draft = document.querySelector("#draft-card article.draft");
  const name = draft && draft.dataset.draft;
  if (name && name !== revealed && page() === "drafts") draft.scrollIntoView({ block: "start" });
  revealed = name;
}

function openFirst(turn) {
  const chart = turn.querySelector('[data-kind="chart"]');
  const mark = turn.querySelector(".answer [data-receipt]");
  if (chart) show("chart", chart.dataset.stash);
  else if (mark) openReceipt(mark);
}

function save(file) {
  if (fetched.has(file.dataset.download)) return;
  fetched.add(file.dataset.download);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([file.dataset.content], { type: file.dataset.mime }));
  link.download = file.dataset.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

document.addEventListener("click", (event) => {
  const target = event.target.closest("[data-go], [data-do], [data-receipt], [data-tab], [data-close]");
  if (!target) return;
  event.preventDefault();
  if (target.dataset.go) openPage(target.dataset.go);
  else if (target.dataset.do) run(target.dataset.do, target.dataset.arg || "");
  else if (target.dataset.receipt) openReceipt(target);
  else if (target.dataset.tab) show(target.dataset.tab, null);
  else delete document.body.dataset.sheet;
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") delete document.body.dataset.sheet;
});

function follow_address() {
  const [, name, id] = location.hash.match(/^#\/(\w+)(?:\/([\w-]+))?$/) || [];
  const known = PAGES.includes(name) ? name : "chat";
  go(known, false);
  if (known === "chat") trigger("open_conversation", { arg: id || "" });
  else trigger("open_" + known, { arg: "" });
}
window.addEventListener("popstate", follow_address);

new MutationObserver(schedule).observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-done", "data-conversation", "data-chart", "data-download", "data-draft"] });
setTimeout(() => { trigger("start", { arg: location.hash }); follow_address(); }, 0);
