// The loupe shows a picture over the whole window, to look at it closely.
const loupe = {
  open(picture) {
    const [, , w, h] = picture.getAttribute("viewBox").split(/[ ,]+/).map(Number);
    const view = { x: 0, y: 0, w, h };
    const use = make("use", { href: "#" + picture.id, width: w, height: h });
    const sheet = make("svg", { role: "img", "aria-label": picture.getAttribute("aria-label") }, use);
    const show = () => sheet.setAttribute("viewBox", `${view.x} ${view.y} ${view.w} ${view.h}`);
    // zoom keeps the place under (fx, fy), fractions of the view, where it is.
    const zoom = (factor, fx = 0.5, fy = 0.5) => {
      const size = Math.min(Math.max(view.w * factor, w / 30), w * 1.2) / view.w;
      view.x += view.w * (1 - size) * fx;
      view.y += view.h * (1 - size) * fy;
      view.w *= size;
      view.h *= size;
      show();
    };
    const move = (dx, dy) => { view.x += dx * view.w; view.y += dy * view.h; show(); };
    const whole = () => { Object.assign(view, { x: 0, y: 0, w, h }); show(); };
    const button = (text, label, act) => make("button", { type: "button", "aria-label": label, title: label, onclick: act }, text);
    const box = make("dialog", { class: "loupe", "aria-label": picture.getAttribute("aria-label") },
      make("div", { class: "loupe-tools" }, button("−", "Zoom out", () => zoom(1.5)), button("+", "Zoom in", () => zoom(1 / 1.5)),
        button("Whole", "Show the whole picture", whole), button("Close", "Close", () => box.close())), sheet);
    let grip = null;
    const scale = () => 1 / sheet.getScreenCTM().a;
    sheet.addEventListener("wheel", e => {
      e.preventDefault();
      const r = sheet.getBoundingClientRect();
      zoom(Math.exp(Math.max(-60, Math.min(60, e.deltaY)) * 0.004), (e.clientX - r.left) / r.width, (e.clientY - r.top) / r.height);
    }, { passive: false });
    sheet.addEventListener("pointerdown", e => { grip = e; sheet.setPointerCapture(e.pointerId); });
    sheet.addEventListener("pointermove", e => {
      if (!grip) return;
      view.x -= (e.clientX - grip.clientX) * scale();
      view.y -= (e.clientY - grip.clientY) * scale();
      grip = e;
      show();
    });
    sheet.addEventListener("pointerup", () => { grip = null; });
    sheet.addEventListener("pointercancel", () => { grip = null; });
    sheet.addEventListener("dblclick", whole);
    box.addEventListener("keydown", e => {
      const act = { "+": () => zoom(1 / 1.5), "=": () => zoom(1 / 1.5), "-": () => zoom(1.5), 0: whole,
        ArrowLeft: () => move(-0.1, 0), ArrowRight: () => move(0.1, 0), ArrowUp: () => move(0, -0.1), ArrowDown: () => move(0, 0.1) }[e.key];
      if (act) { e.preventDefault(); act(); }
    });
    box.addEventListener("close", () => box.remove());
    document.body.append(box);
    show();
    box.showModal();
  },
};
