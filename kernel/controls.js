(() => {
  const page = document.getElementById("ID");
  const gonb = globalThis.gonb_comm;
  if (!page || !gonb || page.dataset.bound) return;
  page.dataset.bound = "yes";
  // The numbers tell the kernel, which may get messages in any order, what is newer.
  let n = 0;
  const send = (control, value) => gonb.send("ADDRESS", JSON.stringify([++n, Number(control), String(value)]));
  for (const e of page.querySelectorAll("[data-control]")) {
    if (e.tagName === "BUTTON") {
      e.addEventListener("click", () => send(e.dataset.control, ""));
      continue;
    }
    const shown = e.type === "range" && e.closest("tr").querySelector("output");
    e.addEventListener("input", () => {
      if (shown) shown.textContent = e.value;
      send(e.dataset.control, e.value);
    });
  }
  send(-2, "");
})();
