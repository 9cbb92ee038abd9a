// How one likes to see the board: folded columns and compact cards, remembered in this browser.
const KEY = "board";

function stored() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? {};
  } catch {
    return {}; // storage may be forbidden or hold something else
  }
}

function store(view) {
  try {
    localStorage.setItem(KEY, JSON.stringify(view));
  } catch {
    // then it is not remembered
  }
}

const view = { folded: [], compact: false, ...stored() };

function apply() {
  for (const column of document.querySelectorAll("[data-column]")) {
    const folded = view.folded.includes(column.dataset.column);
    column.classList.toggle("c-column--folded", folded);
    column.querySelector("[data-fold]")?.setAttribute("aria-expanded", String(!folded));
  }
  document.querySelector("[data-board]")?.classList.toggle("c-board--compact", view.compact);
  document.querySelector("[data-compact]")?.setAttribute("aria-pressed", String(view.compact));
}

document.addEventListener("click", ({ target }) => {
  const stage = target.closest("[data-fold]")?.dataset.fold;
  if (stage) {
    view.folded = view.folded.includes(stage) ? view.folded.filter((one) => one !== stage) : [...view.folded, stage];
  } else if (target.closest("[data-compact]")) {
    view.compact = !view.compact;
  } else {
    return;
  }
  store(view);
  apply();
});

htmx.onLoad(apply); // columns and heads arrive anew with filters and moves
