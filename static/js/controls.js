// Small controls that need a script: the file drop zone, and the stage picker of phones.
for (const kind of ["dragenter", "dragover"]) {
  document.addEventListener(kind, ({ target }) => target.closest?.("[data-drop]")?.classList.add("is-over"));
}
for (const kind of ["dragleave", "drop"]) {
  document.addEventListener(kind, ({ target }) => target.closest?.("[data-drop]")?.classList.remove("is-over"));
}

document.addEventListener("change", ({ target }) => {
  const name = target.closest?.("[data-drop]")?.querySelector("[data-drop-name]");
  if (name && target.files?.length) name.textContent = target.files[0].name;
});

// On a phone the stepper is wider than the window: begin at the present stage.
for (const step of document.querySelectorAll(".c-step--current")) {
  step.parentElement.scrollLeft = step.offsetLeft - step.parentElement.offsetLeft - 48;
}

// [data-pick="entrada"] shows the column [data-column="entrada"] of the board on a phone.
document.addEventListener("click", ({ target }) => {
  const picked = target.closest("[data-pick]");
  if (!picked) return;
  for (const button of picked.parentElement.querySelectorAll("[data-pick]")) {
    button.setAttribute("aria-pressed", String(button === picked));
  }
  for (const column of document.querySelectorAll("[data-column]")) {
    column.classList.toggle("is-active", column.dataset.column === picked.dataset.pick);
  }
});
