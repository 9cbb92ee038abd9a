// For pages that show a Corredor form in a frame: the frame grows with its content. Without it the frame scrolls.
(() => {
  const home = new URL(document.currentScript.src).origin;
  addEventListener("message", ({ origin, data, source }) => {
    if (origin !== home || typeof data?.corredorForm !== "string" || !(data.height > 0)) return;
    for (const frame of document.querySelectorAll("iframe")) {
      if (frame.contentWindow === source) frame.style.height = `${Math.min(Math.ceil(data.height), 5000)}px`;
    }
  });
})();
