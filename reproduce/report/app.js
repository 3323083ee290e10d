// The page: choices above the figures, views of a figure, copying, the theme.
(() => {
  const root = document.documentElement, $ = (s, e = document) => e.querySelector(s), all = (s, e = document) => [...e.querySelectorAll(s)];
  const data = JSON.parse($("#data").textContent);
  root.classList.add("js");

  // The theme: as the system has it, or one's own choice.
  const themes = ["auto", "light", "dark"], themeButton = $("#theme");
  const remembered = () => { try { return localStorage.getItem("lightfast-theme"); } catch { return null; } };
  const setTheme = t => {
    t === "auto" ? root.removeAttribute("data-theme") : root.setAttribute("data-theme", t);
    themeButton.textContent = { auto: "◐ Auto", light: "☀ Light", dark: "☾ Dark" }[t];
    themeButton.dataset.is = t;
  };
  setTheme(themes.includes(remembered()) ? remembered() : "auto");
  themeButton.addEventListener("click", () => {
    const t = themes[(themes.indexOf(themeButton.dataset.is) + 1) % themes.length];
    setTheme(t);
    try { localStorage.setItem("lightfast-theme", t); } catch { /* a page from a disk may not be allowed to */ }
  });

  // Charts, and the picture behind another button.
  function view(card, which) {
    const d = data.cards.find(c => c.anchor === card.id);
    $(".interactive", card).hidden = which !== "charts";
    if (which === "charts" && !$(".interactive .board", card)) new Board($(".interactive", card), d.panels, { name: d.anchor });
    $(".picture", card).classList.toggle("aside", which === "charts");
    for (const b of all(".views button", card)) b.setAttribute("aria-pressed", String(b.dataset.view === which));
  }
  for (const card of all("article")) {
    for (const b of all(".views button", card)) b.addEventListener("click", () => view(card, b.dataset.view));
    const picture = $(".picture svg", card), open = $(".enlarge", card);
    if (picture) {
      picture.addEventListener("click", () => loupe.open(picture));
      open.addEventListener("click", () => loupe.open(picture));
    }
  }
  for (const card of all("article")) if ($(".views", card)) view(card, "charts");

  // Learning curves, one data set and chip at a time.
  function lesson(card, d, i) {
    const host = $(".lesson", card), runs = d.learning[i].curves.map(c => ({ ...c, ...data.runs[c.run] }));
    const last = Math.max(...runs.map(r => r.accuracy.length));
    const epochs = n => Array.from({ length: n }, (_, k) => k + 1);
    const axis = { label: "epoch", min: Math.max(0.5, 1 - 0.03 * last), max: last + 0.03 * last };
    const panel = (title, y, field, log, choose) => ({
      kind: "lines", title, x: axis, y: { label: y, log, min: null, max: null },
      series: runs.filter(choose).map(r => r.direct
        ? { label: r.label, look: { ...r.look, dash: "7 4" }, x: [1, last], y: [r[field][0], r[field][0]], bare: true }
        : { label: r.label, look: r.look, x: epochs(r[field].length), y: r[field], best: r.best }),
    });
    const trained = r => !r.direct && r.loss.some(v => v !== null);
    const panels = [panel("Accuracy on the chip", "accuracy (%)", "accuracy", false, () => true)];
    if (runs.some(trained)) panels.push(panel("Loss of the task, training set", "loss", "loss", true, trained));
    host.replaceChildren();
    new Board(host, panels, { name: d.anchor + "-learning", ours: "" });
  }
  for (const card of all("article")) {
    const box = $("details.learning", card), d = data.cards.find(c => c.anchor === card.id);
    if (!box) continue;
    const choice = $("select", box);
    choice.append(...d.learning.map((l, i) => make("option", { value: i }, l.name)));
    const draw = () => lesson(card, d, +choice.value);
    choice.addEventListener("change", draw);
    box.addEventListener("toggle", () => { if (box.open && !$(".board", box)) draw(); });
  }

  // Choices, kept in the address, so that a view can be sent to somebody.
  const form = $("#choices"), fields = ["paper", "profile", "data", "outcome"];
  function choose() {
    const want = Object.fromEntries(new FormData(form)), words = (want.search || "").toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const d of data.cards) {
      const ok = fields.every(f => !want[f] || [].concat(d[f]).includes(want[f])) && words.every(w => d.text.includes(w));
      document.getElementById(d.anchor).hidden = !ok;
      $(`.gallery a[href="#${CSS.escape(d.anchor)}"]`).hidden = !ok;
      shown += ok;
    }
    const n = data.cards.length;
    $("#shown").textContent = shown === n ? `${n} figures` : `${shown} of ${n} figures`;
    $("#nothing").hidden = shown > 0;
    const kept = new URLSearchParams(Object.entries(want).filter(([, v]) => v));
    $("#clear").hidden = !String(kept);
    return String(kept);
  }
  const keep = () => { const s = choose(); history.replaceState(null, "", s ? "#" + s : location.href.split("#")[0]); };
  function recall() {
    if (!location.hash.includes("=")) return;
    const kept = new URLSearchParams(location.hash.slice(1));
    for (const f of [...fields, "search"]) form.elements[f].value = kept.get(f) || "";
    for (const f of fields) if (form.elements[f].selectedIndex < 0) form.elements[f].value = "";
    choose();
  }
  form.addEventListener("input", keep);
  form.addEventListener("submit", e => e.preventDefault());
  $("#clear").addEventListener("click", () => { form.reset(); keep(); });
  addEventListener("hashchange", recall);
  choose();
  recall();

  // Copying, also where the clipboard is closed to pages.
  async function copy(text) {
    try { return await navigator.clipboard.writeText(text); } catch { /* the old way */ }
    const t = make("textarea", { class: "unseen" });
    t.value = text;
    document.body.append(t);
    t.select();
    const done = document.execCommand("copy");
    t.remove();
    if (!done) throw new Error("refused");
  }
  for (const b of all("button[data-copy]")) {
    const text = b.textContent;
    b.addEventListener("click", async () => {
      try { await copy(document.getElementById(b.dataset.copy).textContent.trim() + "\n"); b.textContent = "Copied"; }
      catch { b.textContent = "Select and copy by hand"; getSelection().selectAllChildren(document.getElementById(b.dataset.copy)); }
      setTimeout(() => { b.textContent = text; }, 1600);
    });
  }

  // Tables sort by a click on a heading.
  for (const th of all("th[data-sort]")) {
    const b = make("button", { type: "button", title: "Sort" }, ...th.childNodes);
    th.replaceChildren(b);
    b.addEventListener("click", () => {
      const table = th.closest("table"), body = $("tbody", table), column = th.cellIndex, up = th.getAttribute("aria-sort") !== "ascending";
      const value = row => { const c = row.cells[column], v = c.dataset.value; return v === undefined ? c.textContent : v === "" ? null : +v; };
      const rows = [...body.rows].sort((a, z) => {
        const [p, q] = [value(a), value(z)];
        if (p === null || q === null) return (p === null) - (q === null);
        return (up ? 1 : -1) * (typeof p === "number" ? p - q : p.localeCompare(q, undefined, { numeric: true }));
      });
      body.append(...rows);
      for (const o of all("th[aria-sort]", table)) o.removeAttribute("aria-sort");
      th.setAttribute("aria-sort", up ? "ascending" : "descending");
    });
  }

  // On paper all numbers are open.
  let opened = [];
  addEventListener("beforeprint", () => { opened = all("details.numbers:not([open])"); for (const d of opened) d.open = true; });
  addEventListener("afterprint", () => { for (const d of opened) d.open = false; });
})();
