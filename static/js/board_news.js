// Leads that changed elsewhere: "leads:changed" on the body, with {leads: [ids]} or without for "who knows which".
// A few are fetched card by card and marked; more bring the whole board anew. Nothing changes under a card in hand.
import { news, recount } from "./board_cards.js";

const FEW = 12;
const WAIT = 400;
const waiting = new Set();
let all = false;
let timer = null;

const base = document.getElementById("board-filters");

function holder(id) {
  const there = document.getElementById(`card-${id}`);
  if (there) return there;
  const blank = document.createElement("article"); // takes the answer, which settles where its rank says
  blank.id = `card-${id}`;
  blank.hidden = true;
  document.querySelector("[data-board]")?.append(blank);
  return blank;
}

function fetchCard(id) {
  const target = holder(id);
  if (!target.isConnected || target.matches(".htmx-request")) return;
  news.add(id);
  htmx.ajax("GET", `${base.getAttribute("action")}cards/${id}/${location.search}`, { source: target, target, swap: "outerHTML" })
    .catch(() => {})
    .finally(() => {
      news.delete(id);
      recount();
    });
}

function work() {
  timer = null;
  if (document.body.matches(".is-dragging")) {
    timer = setTimeout(work, WAIT);
    return;
  }
  if (all || waiting.size > FEW || !document.querySelector("[data-board]")) {
    htmx.ajax("GET", location.pathname + location.search, { source: document.getElementById("board"), target: "#board", swap: "outerHTML" })
      .catch(() => {});
  } else {
    for (const id of waiting) fetchCard(id);
  }
  waiting.clear();
  all = false;
}

document.body.addEventListener("leads:changed", ({ detail }) => {
  const ids = detail?.leads ?? [];
  for (const id of ids) waiting.add(id);
  all ||= !ids.length;
  timer ??= setTimeout(work, 50);
});
