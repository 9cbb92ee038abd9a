// allauth.error: the browser's dialog for a passkey was closed, or there was none.
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const text = document.getElementById("passkey-failed").innerHTML;
  document.body.dispatchEvent(new CustomEvent("toast", { detail: { text, level: "warning" } }));
});
