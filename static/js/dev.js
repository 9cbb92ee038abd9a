// Only for /dev/components/: shows toasts without a server.
document.addEventListener("click", ({ target }) => {
  const level = target.closest("[data-demo-toast]")?.dataset.demoToast;
  if (!level) return;
  const detail = level === "error"
    ? { text: "Algo falló de nuestro lado y no se guardó.", level, reference: "Referencia: 0192a1" }
    : { text: "María José Fuenzalida pasó a Agendado.", level, undo_url: "/dev/components/" };
  document.body.dispatchEvent(new CustomEvent("toast", { detail }));
});
