// Leads that changed elsewhere: "leads:changed" on the body, with {leads: [ids]} or without for "who knows which".
// A few are fetched card by card, marked and spoken of; more bring the whole board anew. What is in somebody's hands waits:
// a drag, an open menu or dialog, a card whose own request is on its way, the card one has just been at.
import { news, recount, say, stageName } from "./board_cards.js";

const FEW = 12;
const SOON = 50;
const SPREAD = 250; // milliseconds over which the pages that hear of one move ask for it
const WAIT = 400;
const AT_WORK = 10_000; // who has not touched anything for so long does not mind a card moving under the focus
const waiting = new Set();
let all = false;
let timer = null;
let touched = 0;

const base = document.getElementById("board-filters");

for (const kind of ["keydown", "pointerdown"]) document.addEventListener(kind, () => { touched = Date.now(); }, true);

const inHand = () => document.body.matches(".is-dragging")
  || document.querySelector("dialog:modal, [popover]:popover-open, [data-board] [data-card].htmx-request");

const focused = (id) => document.getElementById(`card-${id}`)?.contains(document.activeElement)
  && Date.now() - touched < AT_WORK;

function holder(id) {
  const there = document.getElementById(`card-${id}`);
  if (there) return there;
  const blank = document.createElement("article"); // takes the answer, which settles where its rank says
  blank.id = `card-${id}`;
  blank.hidden = true;
  document.querySelector("[data-board]").append(blank);
  return blank;
}

async function fetchCard(id) {
  const target = holder(id);
  const was = target.dataset.stage;
  news.add(id);
  try {
    await htmx.ajax("GET", `${base.getAttribute("action")}cards/${id}/${location.search}`, { source: target, target, swap: "outerHTML" });
    const card = document.getElementById(`card-${id}`);
    if (card && card.dataset.stage !== was) say("elsewhere", { name: card.dataset.name, stage: stageName(card.dataset.stage) });
  } catch {
    document.querySelector(`#card-${id}[hidden]`)?.remove(); // told by errors.js
  }
  news.delete(id);
  recount();
}

// The board anew, scrolled as it was.
async function fetchAll() {
  const places = [...document.querySelectorAll("[data-cards]")].map((list) => [list.dataset.cards, list.scrollTop]);
  const left = document.querySelector("[data-board]")?.scrollLeft;
  const board = document.getElementById("board");
  try {
    await htmx.ajax("GET", location.pathname + location.search, { source: board, target: board, swap: "outerHTML" });
  } catch {
    return;
  }
  for (const [stage, top] of places) {
    const list = document.querySelector(`[data-cards="${stage}"]`);
    if (list) list.scrollTop = top;
  }
  const now = document.querySelector("[data-board]");
  if (now && left) now.scrollLeft = left;
}

function work() {
  timer = null;
  if (!inHand()) {
    if (all || waiting.size > FEW || !document.querySelector("[data-board]")) {
      waiting.clear();
      all = false;
      fetchAll();
    } else {
      for (const id of waiting) {
        if (focused(id)) continue;
        waiting.delete(id);
        fetchCard(id);
      }
    }
  }
  if (all || waiting.size) timer = setTimeout(work, WAIT);
}

document.body.addEventListener("leads:changed", ({ detail }) => {
  const ids = detail?.leads ?? [];
  for (const id of ids) waiting.add(id);
  all ||= !ids.length;
  timer ??= setTimeout(work, SOON + (detail?.changes ? Math.random() * SPREAD : 0));
});
