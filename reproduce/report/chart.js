"use strict";
// Charts to zoom into, drawn as SVG. A chart shows one panel of a figure; the
// panels of a figure share a legend.

function make(tag, attributes, ...children) {
  const vector = /^(svg|g|path|line|rect|circle|text|tspan|clipPath|defs|use)$/.test(tag);
  const e = vector ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
  for (const [k, v] of Object.entries(attributes || {})) {
    if (k.startsWith("on")) e.addEventListener(k.slice(2), v);
    else if (v !== null && v !== undefined && v !== false) e.setAttribute(k, v === true ? "" : v);
  }
  e.append(...children.filter(c => c !== null));
  return e;
}

// Texts of figures may hold ^{2} and _{2}.
const raised = { "−": "⁻", "-": "⁻", "+": "⁺", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };
const superscript = s => [...String(s)].map(c => raised[c] || c).join("");
const plain = s => s.replace(/\^\{(.*?)\}/g, (_, t) => superscript(t)).replace(/_\{(.*?)\}/g, "$1");

// write writes a number with enough digits to tell steps of that size apart.
function write(v, step) {
  if (v === 0) return "0";
  const a = Math.abs(v);
  if (a >= 1e5 || a < 1e-4) {
    const e = Math.floor(Math.log10(a) + 1e-9), m = v / 10 ** e;
    const t = step ? m.toFixed(Math.max(0, Math.min(4, Math.ceil(e - Math.log10(step) - 1e-9)))) : String(+m.toPrecision(4));
    return (t === "1" ? "" : t.replace("-", "−") + "·") + "10" + superscript(e);
  }
  const digits = step ? Math.max(0, Math.min(6, Math.ceil(-Math.log10(step) - 1e-9) + (/^2[.]?5/.test((step / 10 ** Math.floor(Math.log10(step) + 1e-9)).toFixed(1)) ? 1 : 0))) : 4;
  return (step ? v.toFixed(digits) : String(+v.toPrecision(5))).replace("-", "−");
}

// ticks are round numbers between lo and hi; on a logarithmic axis lo and hi
// are powers of ten.
function ticks(lo, hi, most, log) {
  const out = [];
  if (log && hi - lo > 0.9) {
    const firsts = hi - lo < 2 ? [1, 2, 5] : [1];
    const every = Math.max(1, Math.ceil((hi - lo) / most));
    for (let e = Math.floor(lo); e <= hi; e += every)
      for (const m of firsts) {
        const at = e + Math.log10(m);
        if (at >= lo - 1e-9 && at <= hi + 1e-9) out.push({ at, text: write(m * 10 ** e) });
      }
    return out;
  }
  const [from, to] = log ? [10 ** lo, 10 ** hi] : [lo, hi];
  let unit = 10 ** Math.floor(Math.log10((to - from) / most));
  let step = 0;
  for (; !step; unit *= 10)
    for (const m of [1, 2, 2.5, 5])
      if ((to - from) / (m * unit) <= most) { step = m * unit; break; }
  for (let k = Math.ceil(from / step - 1e-9); k * step <= to + step * 1e-9; k++) {
    const v = k * step;
    if (!log || v > 0) out.push({ at: log ? Math.log10(v) : v, text: write(Math.abs(v) < step * 1e-9 ? 0 : v, step) });
  }
  return out;
}

// wrap breaks a text into at most two lines of so many letters.
function wrap(text, room) {
  const cut = t => t.length > room ? t.slice(0, Math.max(1, room - 1)) + "…" : t;
  if (text.length <= room) return [text];
  const at = text.lastIndexOf(" ", room);
  return at > 0 ? [text.slice(0, at), cut(text.slice(at + 1))] : [cut(text)];
}

// Corners of the markers for radius 1, those of the pictures: circle, square,
// triangle, diamond, triangle, pentagon, star, cross.
const corners = [null,
  "-.89,-.89 .89,-.89 .89,.89 -.89,.89", "-1.13,.75 1.13,.75 0,-1.25", "0,-1.3 1.1,0 0,1.3 -1.1,0", "-1.13,-.75 0,1.25 1.13,-.75",
  "0,-1.15 -1.094,-.355 -.676,.93 .676,.93 1.094,-.355",
  "0,-1.45 -.341,-.469 -1.379,-.448 -.552,.179 -.852,1.173 0,.58 .852,1.173 .552,.179 1.379,-.448 .341,-.469",
  "0,-.5 -.75,-1.25 -1.25,-.75 -.5,0 -1.25,.75 -.75,1.25 0,.5 .75,1.25 1.25,.75 .5,0 1.25,-.75 .75,-1.25"];

function marker(kind, x, y, r, attributes) {
  if (!corners[kind]) return make("circle", { cx: x.toFixed(1), cy: y.toFixed(1), r, ...attributes });
  const d = "M" + corners[kind].split(" ").map(c => c.split(",").map((v, i) => ((i ? y : x) + v * r).toFixed(1)).join(",")).join("L") + "Z";
  return make("path", { d, ...attributes });
}

function paint(e, look) {
  e.style.setProperty("--light", look.light);
  e.style.setProperty("--dark", look.dark);
  return e;
}

// swatch is a series as the legend shows it.
function swatch(s) {
  const bar = s.bars && !s.paper;
  return paint(make("svg", { class: "swatch", width: 26, height: 12, viewBox: "0 0 26 12", "aria-hidden": "true" },
    bar ? make("rect", { class: "bar", x: 7, y: 1, width: 12, height: 10 })
      : make("line", { class: s.paper ? "line paper" : "line", x1: 0, x2: 26, y1: 6, y2: 6, "stroke-dasharray": s.paper ? "4 3" : s.look.dash }),
    bar ? null : marker(s.look.marker, 13, 6, 3.6, { class: s.paper ? "mark paper" : "mark" })), s.look);
}

class Chart {
  constructor(host, panel, board, letter) {
    this.panel = panel;
    this.board = board;
    this.series = panel.series.map(s => ({ ...s, bars: panel.kind === "bars" }));
    this.placeBars();
    this.plot = make("svg", { class: "plot" });
    this.tip = make("div", { class: "tip", hidden: true });
    this.voice = make("p", { class: "unseen", role: "status" });
    const button = (text, label, act) => make("button", { type: "button", "aria-label": label, title: label, onclick: act }, text);
    this.back = button("Reset", "Show the whole panel", () => this.reset());
    this.stage = make("div", {
      class: "stage", tabindex: 0, role: "application", "aria-roledescription": "chart",
      "aria-label": `${plain(panel.title)}: ${plain(panel.y.label)} against ${plain(panel.x.label)}. Arrows go from point to point, plus and minus zoom, shift and arrows move, 0 resets.`,
    }, this.plot, this.tip);
    host.append(make("div", { class: "chart" },
      make("div", { class: "chart-head" },
        make("b", {}, letter), make("span", {}, plain(panel.title)),
        make("span", { class: "chart-tools" }, this.back,
          button("−", "Zoom out", () => this.zoom(1.6)), button("+", "Zoom in", () => this.zoom(1 / 1.6)))),
      this.stage, this.voice));
    this.full = { x: this.extent("x"), y: this.extent("y") };
    this.view = structuredClone(this.full);
    this.draw();
    this.listen();
    new ResizeObserver(() => {
      if (this.stage.clientWidth !== (this.box && this.box.width)) requestAnimationFrame(() => this.draw());
    }).observe(this.stage);
  }

  // to takes a number to the scale of its axis.
  to(axis, v) { return this.panel[axis].log ? Math.log10(v) : v; }
  from(axis, t) { return this.panel[axis].log ? 10 ** t : t; }

  // placeBars shares the width of each group among its bars.
  placeBars() {
    if (this.panel.kind !== "bars") return;
    const n = this.series.length;
    this.series.forEach((s, i) => {
      s.width = 0.82 / n;
      s.x = s.x.map(g => g + (i - (n - 1) / 2) * s.width);
    });
  }

  // extent is the range of an axis: its limits, or the data with a margin.
  extent(axis) {
    const a = this.panel[axis];
    if (axis === "x" && this.panel.kind === "bars") return [-0.55, this.panel.groups.length - 0.45];
    if (a.min !== null && a.max !== null) return [this.to(axis, a.min), this.to(axis, a.max)];
    let lo = Infinity, hi = -Infinity;
    for (const s of this.series)
      s[axis].forEach((v, i) => {
        if (v === null || s.x[i] === null || s.y[i] === null || (a.log && v <= 0)) return;
        const e = axis === "y" && s.e && s.e[i] || 0;
        lo = Math.min(lo, this.to(axis, a.log && v <= e ? v : v - e));
        hi = Math.max(hi, this.to(axis, v + e));
      });
    if (lo > hi) return [0, 1];
    const margin = 0.05 * (hi - lo) || Math.abs(hi) * 0.1 || 1;
    if (axis === "y" && this.panel.kind === "bars" && !a.log) return [Math.min(0, lo), hi + margin];
    return [axis === "y" && !a.log && lo >= 0 ? Math.max(0, lo - margin) : lo - margin, hi + margin];
  }

  visible() { return this.series.filter(s => !this.board.hidden(s)); }

  zoomed() { return ["x", "y"].some(a => this.view[a].some((v, i) => Math.abs(v - this.full[a][i]) > 1e-9 * (this.full[a][1] - this.full[a][0]))); }

  // look moves the view, never beyond the whole panel nor into nothing.
  look(view) {
    for (const a of ["x", "y"]) {
      const [lo, hi] = this.full[a], least = (hi - lo) * 1e-4;
      let [from, to] = view[a], size = Math.min(Math.max(to - from, least), hi - lo);
      from = Math.min(Math.max(from, lo), hi - size);
      this.view[a] = [from, from + size];
    }
    this.draw();
  }

  reset() { this.look(structuredClone(this.full)); this.say("whole panel"); }

  // zoom scales the view about a place given in fractions of it.
  zoom(factor, fx = 0.5, fy = 0.5) {
    const about = (range, f) => { const size = (range[1] - range[0]) * factor, c = range[0] + (range[1] - range[0]) * f; return [c - size * f, c + size * (1 - f)]; };
    this.look({ x: about(this.view.x, fx), y: about(this.view.y, fy) });
  }

  move(dx, dy) {
    const by = (range, d) => range.map(v => v + d * (range[1] - range[0]));
    this.look({ x: by(this.view.x, dx), y: by(this.view.y, dy) });
  }

  say(text) { this.voice.textContent = text; }

  draw() {
    const width = Math.floor(this.stage.clientWidth);
    if (!width) return;
    const height = Math.round(Math.min(360, Math.max(230, width * 0.6)));
    const p = this.plot;
    p.replaceChildren();
    p.setAttribute("viewBox", `0 0 ${width} ${height}`);
    p.setAttribute("height", height);
    this.back.hidden = !this.zoomed();
    this.stage.classList.toggle("zoomed", this.zoomed());
    const ys = ticks(...this.view.y, Math.max(3, height / 48), this.panel.y.log);
    const left = 30 + 6.4 * Math.max(1, ...ys.map(t => t.text.length)), top = 8, right = 12, xs = this.xTicks(width - left - right);
    const bottom = (this.panel.x.label ? 44 : 26) + (xs.some(t => t.lines && t.lines.length > 1) ? 14 : 0);
    const box = this.box = { x: left, y: top, w: width - left - right, h: height - top - bottom, width, height };
    const px = t => box.x + (t - this.view.x[0]) / (this.view.x[1] - this.view.x[0]) * box.w;
    const py = t => box.y + box.h - (t - this.view.y[0]) / (this.view.y[1] - this.view.y[0]) * box.h;
    this.px = px; this.py = py;
    for (const t of ys) {
      p.append(make("line", { class: "grid", x1: box.x, x2: box.x + box.w, y1: py(t.at), y2: py(t.at) }));
      p.append(make("text", { class: "tick", x: box.x - 6, y: py(t.at) + 4, "text-anchor": "end" }, t.text));
    }
    for (const t of xs) {
      p.append(make("line", { class: "axis", x1: px(t.at), x2: px(t.at), y1: box.y + box.h, y2: box.y + box.h + 4 }));
      p.append(make("text", { class: "tick", y: box.y + box.h + 17, "text-anchor": "middle" },
        ...(t.lines || [t.text]).map((l, i) => make("tspan", { x: px(t.at), dy: i ? 14 : null }, l))));
    }
    p.append(make("path", { class: "axis", d: `M${box.x},${box.y}V${box.y + box.h}H${box.x + box.w}` }));
    p.append(make("text", { class: "label", x: box.x + box.w / 2, y: height - 6, "text-anchor": "middle" }, plain(this.panel.x.label)));
    p.append(make("text", { class: "label", transform: `translate(12 ${box.y + box.h / 2}) rotate(-90)`, "text-anchor": "middle" }, plain(this.panel.y.label)));
    const clip = "clip" + (Chart.count = (Chart.count || 0) + 1);
    p.append(make("defs", {}, make("clipPath", { id: clip }, make("rect", { x: box.x, y: box.y - 1, width: box.w, height: box.h + 1 }))));
    this.points = [];
    for (const s of this.visible()) {
      // Markers may reach over the edge, lines may not.
      const inside = make("g", { "clip-path": `url(#${clip})` }), over = make("g");
      s.bars ? this.drawBars(s, inside) : this.drawLine(s, inside, over);
      p.append(paint(inside, s.look), paint(over, s.look));
    }
    this.ring = make("circle", { class: "ring", r: 8, visibility: "hidden" });
    this.band = make("rect", { class: "rubber", visibility: "hidden" });
    p.append(this.ring, this.band);
    this.hide();
  }

  xTicks(width) {
    if (this.panel.kind === "bars") {
      const room = width / (this.view.x[1] - this.view.x[0]) / 6.4;
      return this.panel.groups.map((g, i) => ({ at: i, lines: wrap(plain(g), room) })).filter(t => t.at >= this.view.x[0] && t.at <= this.view.x[1]);
    }
    const most = Math.max(2, width / 72);
    const own = (this.panel.x.ticks || []).map(v => ({ at: this.to("x", v), text: write(v) })).filter(t => t.at >= this.view.x[0] - 1e-9 && t.at <= this.view.x[1] + 1e-9);
    return own.length >= 3 && own.length <= width / 40 ? own : ticks(...this.view.x, most, this.panel.x.log);
  }

  place(s, i) {
    if (s.x[i] === null || s.y[i] === null) return null;
    const x = this.px(this.to("x", s.x[i])), y = this.py(this.to("y", s.y[i]));
    return isFinite(x) && isFinite(y) ? { s, i, x, y } : null;
  }

  // note remembers a point that can be pointed at, and tells whether it is one.
  note(at) {
    const b = this.box, on = at.x >= b.x - 1 && at.x <= b.x + b.w + 1 && at.y >= b.y - 1 && at.y <= b.y + b.h + 1;
    if (on) this.points.push(at);
    return on;
  }

  errorBar(g, s, i, at) {
    if (!s.e || s.e[i] === null || !s.e[i]) return;
    const hi = this.py(this.to("y", s.y[i] + s.e[i])), low = s.y[i] - s.e[i];
    const lo = this.panel.y.log && low <= 0 ? this.box.y + this.box.h : this.py(this.to("y", low));
    g.append(make("path", { class: "error", d: `M${at.x},${lo}V${hi}M${at.x - 3},${hi}h6M${at.x - 3},${lo}h6` }));
  }

  drawLine(s, inside, over) {
    const places = s.x.map((_, i) => this.place(s, i));
    if (!s.scatter) {
      let d = "", pen = "M";
      for (const at of places) {
        if (!at) { pen = "M"; continue; }
        d += `${pen}${at.x.toFixed(1)},${at.y.toFixed(1)}`;
        pen = "L";
      }
      inside.append(make("path", { class: s.paper ? "line paper" : "line", d, "stroke-dasharray": s.paper ? "4 3" : s.look.dash }));
    }
    const onScreen = places.filter(at => at && at.x >= this.box.x - 1 && at.x <= this.box.x + this.box.w + 1).length;
    const every = onScreen > 40 && !s.scatter ? Math.ceil(onScreen / 12) : 1;
    places.forEach((at, i) => {
      if (!at) return;
      this.errorBar(inside, s, i, at);
      if (!this.note(at)) return;
      if (i + 1 === s.best) over.append(marker(0, at.x, at.y, 8, { class: "best" }));
      if (!s.bare && (i % every === 0 || i + 1 === s.best)) over.append(marker(s.look.marker, at.x, at.y, 4.2, { class: s.paper ? "mark paper" : "mark" }));
    });
  }

  drawBars(s, inside) {
    const floor = this.panel.y.log ? this.box.y + this.box.h : this.py(Math.max(0, this.view.y[0]));
    s.x.forEach((_, i) => {
      const at = this.place(s, i);
      if (!at) return;
      const w = Math.abs(this.px(s.width) - this.px(0)) * 0.88;
      inside.append(make("rect", { class: s.paper ? "bar paper" : "bar", x: at.x - w / 2, width: w, y: Math.min(at.y, floor), height: Math.abs(floor - at.y) }));
      this.errorBar(inside, s, i, at);
      this.note(at);
    });
  }

  // describe says what a point is; the same point of the paper stands beside it.
  describe(at) {
    const { s, i } = at, p = this.panel;
    const where = s.bars ? plain(p.groups[i] || "") : `${this.short(p.x.label)} ${write(s.x[i])}`;
    const error = s.e && s.e[i] ? ` ± ${write(s.e[i])}` : "";
    const lines = [`${where}`, `${s.paper ? "paper" : this.board.ours} ${write(s.y[i])}${error}`.trim()];
    const other = this.series.find(o => o.label === s.label && !o.paper !== !s.paper);
    const j = other ? s.bars ? i : other.x.indexOf(s.x[i]) : -1;
    if (j >= 0 && other.y[j] !== null) {
      const [ours, paper] = s.paper ? [other.y[j], s.y[i]] : [s.y[i], other.y[j]];
      const d = ours - paper;
      lines.push(`${s.paper ? this.board.ours : "paper"} ${write(other.y[j])}`, `difference ${d > 0 ? "+" : ""}${write(+d.toPrecision(3))}`);
    }
    if (i + 1 === s.best) lines.push("best epoch");
    return { name: plain(s.label), lines };
  }

  short(label) { return plain(label).replace(/ \(.*\)$/, ""); }

  show(at, aloud) {
    this.at = at;
    const { name, lines } = this.describe(at);
    this.ring.setAttribute("cx", at.x);
    this.ring.setAttribute("cy", at.y);
    this.ring.setAttribute("visibility", "visible");
    this.tip.replaceChildren(make("b", {}, swatch(at.s), name), ...lines.map(l => make("span", {}, l)));
    this.tip.hidden = false;
    const scale = this.stage.clientWidth / this.box.width, w = this.tip.offsetWidth, h = this.tip.offsetHeight;
    const right = at.x * scale + 14 + w < this.stage.clientWidth;
    this.tip.style.left = Math.max(0, right ? at.x * scale + 14 : at.x * scale - 14 - w) + "px";
    this.tip.style.top = Math.max(0, Math.min(at.y * scale - h / 2, this.box.height - h)) + "px";
    if (aloud) this.say([name, ...lines].join(", "));
  }

  hide() {
    this.at = null;
    this.tip.hidden = true;
    if (this.ring) this.ring.setAttribute("visibility", "hidden");
  }

  nearest(x, y, reach) {
    let best = null, least = reach * reach;
    for (const at of this.points) {
      const dx = at.x - x, d = at.s.bars ? (Math.abs(dx) < Math.abs(this.px(at.s.width) - this.px(0)) / 2 ? dx * dx / 4 : Infinity) : dx * dx + (at.y - y) ** 2;
      if (d < least) { least = d; best = at; }
    }
    return best;
  }

  // step goes to the next point: along a series, or at one place to the next
  // series up or down.
  step(key) {
    const ps = this.points;
    if (!ps.length) return;
    const old = this.at && ps.find(p => p.s === this.at.s && p.i === this.at.i);
    if (!old) return this.show(ps[0], true);
    let next;
    if (key === "ArrowLeft" || key === "ArrowRight") {
      const way = key === "ArrowLeft" ? -1 : 1;
      next = ps.filter(p => p.s === old.s && (p.x - old.x) * way > 0.01).sort((a, b) => (a.x - b.x) * way)[0];
    } else {
      const way = key === "ArrowUp" ? -1 : 1;
      const near = old.s.bars ? Math.abs(this.px(1) - this.px(0)) / 2 : 6;
      next = ps.filter(p => p.s !== old.s && Math.abs(p.x - old.x) < near && ((p.y - old.y) * way > 0.01 || (Math.abs(p.y - old.y) <= 0.01 && (ps.indexOf(p) - ps.indexOf(old)) * way > 0)))
        .sort((a, b) => (a.y - b.y) * way)[0];
    }
    if (next) this.show(next, true);
  }

  listen() {
    const stage = this.stage, fingers = new Map();
    let start = null, pinch = null;
    const place = e => {
      const r = this.plot.getBoundingClientRect(), k = this.box.width / r.width;
      return { x: (e.clientX - r.left) * k, y: (e.clientY - r.top) * k };
    };
    const fx = x => (x - this.box.x) / this.box.w, fy = y => 1 - (y - this.box.y) / this.box.h;
    const spread = () => { const [a, b] = [...fingers.values()]; return { d: Math.hypot(a.x - b.x, a.y - b.y), x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 }; };
    stage.addEventListener("pointerdown", e => {
      if (e.button) return;
      const at = place(e);
      fingers.set(e.pointerId, at);
      stage.setPointerCapture(e.pointerId);
      if (fingers.size === 2) { pinch = spread(); start = null; this.band.setAttribute("visibility", "hidden"); return; }
      start = { ...at, last: at, moves: e.shiftKey, view: structuredClone(this.view) };
      if (e.pointerType === "mouse") { e.preventDefault(); stage.focus({ preventScroll: true }); }
    });
    stage.addEventListener("pointermove", e => {
      const at = place(e);
      if (fingers.has(e.pointerId)) fingers.set(e.pointerId, at);
      if (pinch && fingers.size === 2) {
        const now = spread();
        if (now.d > 10) this.zoom(pinch.d / now.d, fx(now.x), fy(now.y));
        pinch = now;
        return;
      }
      if (!start) {
        const near = this.nearest(at.x, at.y, 40);
        near ? this.show(near) : this.hide();
        return;
      }
      if (start.moves) {
        const dx = (start.x - at.x) / this.box.w, dy = (at.y - start.y) / this.box.h;
        const by = (range, d) => range.map(v => v + d * (range[1] - range[0]));
        this.look({ x: by(start.view.x, dx), y: by(start.view.y, dy) });
        return;
      }
      start.last = at;
      const r = this.rubber(start, at);
      this.hide();
      for (const k of ["x", "y", "width", "height"]) this.band.setAttribute(k, r[k]);
      this.band.setAttribute("visibility", r.any ? "visible" : "hidden");
    });
    const end = e => {
      fingers.delete(e.pointerId);
      if (fingers.size < 2) pinch = null;
      if (!start || e.type === "pointercancel") { start = null; this.band.setAttribute("visibility", "hidden"); return; }
      const r = this.rubber(start, start.last), moved = start.moves;
      const tapped = start;
      start = null;
      this.band.setAttribute("visibility", "hidden");
      if (moved) return;
      if (!r.any) {
        const near = this.nearest(tapped.x, tapped.y, 40);
        if (near) this.show(near, true);
        return;
      }
      const x = f => this.view.x[0] + f * (this.view.x[1] - this.view.x[0]), y = f => this.view.y[0] + f * (this.view.y[1] - this.view.y[0]);
      this.look({ x: [x(fx(r.x)), x(fx(r.x + r.width))], y: [y(fy(r.y + r.height)), y(fy(r.y))] });
      this.say("zoomed in");
    };
    stage.addEventListener("pointerup", end);
    stage.addEventListener("pointercancel", end);
    stage.addEventListener("pointerleave", () => { if (!start) this.hide(); });
    stage.addEventListener("dblclick", () => this.reset());
    stage.addEventListener("wheel", e => {
      if (!e.ctrlKey && !e.metaKey) return; // the page scrolls
      e.preventDefault();
      const at = place(e);
      this.zoom(Math.exp(Math.max(-60, Math.min(60, e.deltaY)) * 0.006), fx(at.x), fy(at.y));
    }, { passive: false });
    stage.addEventListener("blur", () => this.hide());
    stage.addEventListener("keydown", e => {
      if (e.ctrlKey || e.metaKey || e.altKey) return;
      const arrow = { ArrowLeft: [-0.15, 0], ArrowRight: [0.15, 0], ArrowUp: [0, 0.15], ArrowDown: [0, -0.15] }[e.key];
      if (arrow && e.shiftKey) this.move(...arrow);
      else if (arrow) this.step(e.key);
      else if (e.key === "+" || e.key === "=" || e.key === "-") {
        const at = this.at, factor = e.key === "-" ? 1.6 : 1 / 1.6;
        at ? this.zoom(factor, fx(at.x), fy(at.y)) : this.zoom(factor);
        const again = at && this.points.find(p => p.s === at.s && p.i === at.i);
        if (again) this.show(again);
      } else if (e.key === "0" || e.key === "Home") this.reset();
      else if (e.key === "Escape") this.at ? this.hide() : this.reset();
      else return;
      e.preventDefault();
    });
  }

  // rubber is the rectangle that a drag means: all of the height or the width
  // where the drag goes straight.
  rubber(a, b) {
    const box = this.box, hold = (v, lo, size) => Math.min(Math.max(v, lo), lo + size);
    let [x0, x1] = [a.x, b.x].sort((p, q) => p - q), [y0, y1] = [a.y, b.y].sort((p, q) => p - q);
    const wide = x1 - x0 > 8, high = y1 - y0 > 8;
    if (!wide) [x0, x1] = [box.x, box.x + box.w];
    if (!high) [y0, y1] = [box.y, box.y + box.h];
    [x0, x1] = [x0, x1].map(v => hold(v, box.x, box.w));
    [y0, y1] = [y0, y1].map(v => hold(v, box.y, box.h));
    return { x: x0, y: y0, width: x1 - x0, height: y1 - y0, any: (wide || high) && x1 > x0 && y1 > y0 };
  }
}

// Board is the charts of a figure under one legend.
class Board {
  constructor(host, panels, options = {}) {
    this.off = new Set();
    this.panels = panels;
    this.ours = options.ours ?? "ours";
    this.legend = make("div", { class: "legend", role: "group", "aria-label": "Series to show" });
    const grid = make("div", { class: panels.length > 1 ? "charts" : "charts single" });
    host.append(make("div", { class: "board" }, this.legend, grid,
      make("p", { class: "hint" }, "Drag to zoom, shift and drag to move, double-click to reset; or arrow keys, + − 0.",
        make("button", { type: "button", onclick: () => this.save(options.name || "curves") }, "Save as CSV"))));
    this.entries();
    this.charts = panels.map((p, i) => new Chart(grid, p, this, panels.length > 1 ? String.fromCharCode(97 + i) : ""));
  }

  hidden(s) { return this.off.has(s.label) || (s.paper && this.off.has("\npaper")); }

  entries() {
    const seen = new Map();
    let paper = null;
    for (const p of this.panels)
      for (const s of p.series) {
        if (s.paper) paper = paper || s;
        if (!seen.has(s.label) || (seen.get(s.label).paper && !s.paper)) seen.set(s.label, { ...s, bars: p.kind === "bars" });
      }
    const entry = (key, text, s) => {
      const b = make("button", { type: "button", "aria-pressed": "true", title: "Show or hide" }, swatch(s), text);
      b.addEventListener("click", () => {
        this.off.has(key) ? this.off.delete(key) : this.off.add(key);
        b.setAttribute("aria-pressed", String(!this.off.has(key)));
        for (const c of this.charts) c.draw();
      });
      this.legend.append(b);
    };
    for (const [label, s] of seen) entry(label, plain(label), { ...s, paper: false });
    if (paper) entry("\npaper", "values of the paper", { ...paper, paper: true, look: { ...paper.look, light: "#5b646d", dark: "#a3adb7", marker: 0 } });
  }

  // save offers what the charts show as a table.
  save(name) {
    const quote = v => v === null || v === undefined ? "" : /[",\n]/.test(v) ? `"${String(v).replace(/"/g, '""')}"` : String(v);
    const rows = [["panel", "series", "source", "x", "y", "error"]];
    for (const p of this.panels)
      for (const s of p.series)
        s.x.forEach((x, i) => rows.push([p.title, s.label, s.paper ? "paper" : this.ours, p.groups ? p.groups[x] : x, s.y[i], s.e ? s.e[i] : ""]));
    const url = URL.createObjectURL(new Blob([rows.map(r => r.map(quote).join(",") + "\n").join("")], { type: "text/csv" }));
    make("a", { href: url, download: name + ".csv" }).click();
    setTimeout(() => URL.revokeObjectURL(url), 1000);
  }
}
