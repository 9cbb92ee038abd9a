// News from the server (core/live.py) as events on the body: "leads:changed" with {leads: [ids], changes: […]}, or
// without them for "who knows which"; "lead:changed" on the page of that lead; "threads:changed" and "thread:changed" the
// same of conversations; "notices:changed". A page does not hear
// what it did itself. The tabs of a browser share one stream: whoever holds the lock reads it and passes it on.
const { live: address, person } = document.body.dataset;
const PAGE = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const TOPICS = ["leads", "notices", "threads", "gap"];
const KEPT = 30_000; // milliseconds that news is kept for a tab that is still loading
const LONGEST_WAIT = 60_000;
const HELD = 50;
const name = `live:${person}`;
const gap = { topic: "gap", data: {} };

const announce = (event, detail) => document.body.dispatchEvent(new CustomEvent(event, { detail }));

// --- what a page does with it ----------------------------------------------------------------------------------------
const inHand = () => document.querySelector("dialog:modal, [popover]:popover-open")
  ?? document.activeElement?.closest("#lead-head :is(input, select, textarea)");

// The page of a lead draws parts of itself anew: not under somebody's hands.
function leadChanged() {
  if (inHand()) setTimeout(leadChanged, 500);
  else announce("lead:changed");
}

function leadsChanged({ leads }) {
  announce("leads:changed", leads ? { leads: leads.map(({ id }) => id), changes: leads } : {});
  if (!leads || leads.some(({ id }) => location.pathname.includes(id))) leadChanged();
}

// Threads are appended to, not edited: they are drawn anew whatever one is doing.
function threadsChanged({ leads }) {
  announce("threads:changed");
  if (!leads || leads.some((id) => location.pathname.includes(id))) announce("thread:changed");
}

let held = [];

function hear({ topic, data }) {
  if (data.page === PAGE) return;
  if (document.hidden) { // a tab nobody looks at asks for nothing until somebody does
    held = held.length < HELD ? [...held, { topic, data }] : [gap];
    return;
  }
  const gone = topic === "gap";
  if (gone || topic === "notices") announce("notices:changed");
  if (gone || topic === "threads") threadsChanged(data);
  if (gone || topic === "leads") leadsChanged(data);
}

document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  const waiting = held;
  held = [];
  waiting.forEach(hear);
});

// --- the stream ------------------------------------------------------------------------------------------------------
// `pass` gets every piece of news. Returns how to end it. The browser comes back by itself after a break of the line,
// not after a refusal; what was missed meanwhile is a gap.
function read(pass) {
  let source = null;
  let timer = null;
  let wait = 1000;
  let known = false;
  function open() {
    source = new EventSource(`${address}?age=${Math.round(performance.now())}`);
    source.addEventListener("open", () => {
      wait = 1000;
      if (known) pass(gap);
      known = true;
    });
    source.addEventListener("error", () => {
      if (source.readyState !== EventSource.CLOSED) return;
      timer = setTimeout(open, wait);
      wait = Math.min(2 * wait, LONGEST_WAIT);
    });
    for (const topic of TOPICS) {
      source.addEventListener(topic, ({ data }) => pass({ topic, data: JSON.parse(data) }));
    }
  }
  open();
  return () => {
    clearTimeout(timer);
    source.close();
  };
}

// One tab reads for all; the others tell it when they began to load, and get what they may have missed.
function share() {
  const tabs = new BroadcastChannel(name);
  const kept = [];
  let leads = false;
  tabs.addEventListener("message", ({ data: said }) => {
    if (said.to && said.to !== PAGE) return;
    if (said.since === undefined) hear(said);
    else if (leads) kept.filter(({ at }) => at >= said.since).forEach(({ news }) => tabs.postMessage({ ...news, to: said.from }));
  });
  tabs.postMessage({ since: performance.timeOrigin, from: PAGE });
  const leave = new AbortController();
  navigator.locks.request(name, { signal: leave.signal }, () => new Promise((done) => {
    leads = true;
    const end = read((news) => {
      kept.push({ at: Date.now(), news });
      while (kept[0].at < Date.now() - KEPT) kept.shift();
      hear(news);
      tabs.postMessage(news);
    });
    leave.signal.addEventListener("abort", () => { end(); done(); });
  })).catch(() => {}); // left before its turn came
  return () => {
    leave.abort();
    tabs.close();
  };
}

// Locks need HTTPS or this very machine; elsewhere only the tab in view reads.
function alone() {
  let end = read(hear);
  const look = () => {
    end();
    if (document.hidden) return;
    end = read(hear);
    hear(gap);
  };
  document.addEventListener("visibilitychange", look);
  return () => {
    document.removeEventListener("visibilitychange", look);
    end();
  };
}

const begin = () => (navigator.locks && window.BroadcastChannel ? share() : alone());

if (address) {
  document.body.setAttribute("hx-headers", JSON.stringify({ ...JSON.parse(document.body.getAttribute("hx-headers")), "X-Page": PAGE }));
  let end = begin();
  addEventListener("pagehide", () => end());
  addEventListener("pageshow", ({ persisted }) => { // back from the browser's cache of pages
    if (!persisted) return;
    end = begin();
    hear(gap);
  });
}
