// A button [data-copy="#field"] copies that field; without the clipboard's leave it selects the text for Ctrl+C.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const field = document.querySelector(button.dataset.copy);
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    button.dataset.copied = "";
  } catch {
    field.focus();
  }
});
