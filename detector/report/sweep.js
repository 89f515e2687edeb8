"use strict";
(() => {
  const body = document.querySelector(".body");
  if (!body) return;
  const form = document.querySelector("form");
  const find = document.getElementById("find");
  const kinds = [...form.querySelectorAll("input[type=checkbox]")];
  const heads = [...document.querySelectorAll(".head [data-key]")];
  const shown = document.getElementById("shown");
  for (const live of document.querySelectorAll(".live")) live.hidden = false;

  /* place is the index of a row in the original order, worst first. It decides ties in every
     other order. Unknown numbers come last. */
  const numbers = ["c", "d", "m", "g"];
  const rows = [...body.children].map((row, place) => {
    const keys = { v: place };
    row.dataset.keys.split(" ").forEach((x, i) => { keys[numbers[i]] = x === "" ? NaN : Number(x); });
    keys.f = row.querySelector(".f").textContent.toLowerCase();
    keys.w = row.querySelector(".w").textContent.toLowerCase();
    return { row, place, keys, kind: row.dataset.kind };
  });
  const words = new Intl.Collator(document.documentElement.lang, { numeric: true });
  const compare = (a, b, key, sign) => {
    const x = a.keys[key], y = b.keys[key];
    if (typeof x === "string") {
      if (!x || !y) return (x ? 0 : 1) - (y ? 0 : 1) || a.place - b.place;
      return sign * words.compare(x, y) || a.place - b.place;
    }
    if (isNaN(x) || isNaN(y)) return isNaN(x) - isNaN(y) || a.place - b.place;
    return sign * (x - y) || a.place - b.place;
  };

  const start = { key: "v", sign: 1 };
  let order = { ...start };
  let sorted = "1v";

  const sort = () => {
    if (sorted === order.sign + order.key) return;
    sorted = order.sign + order.key;
    rows.sort((a, b) => compare(a, b, order.key, order.sign));
    body.append(...rows.map((r) => r.row));
    for (const head of heads) {
      const active = head.dataset.key === order.key;
      head.setAttribute("aria-sort", active ? (order.sign > 0 ? "ascending" : "descending") : "none");
    }
  };
  const filter = () => {
    const wanted = new Set(kinds.filter((k) => k.checked).map((k) => k.value));
    const name = find.value.trim().toLowerCase();
    let n = 0;
    for (const r of rows) {
      const hide = !wanted.has(r.kind) || !r.keys.f.includes(name);
      if (r.row.hidden !== hide) r.row.hidden = hide;
      if (!hide) n++;
    }
    const values = [n, rows.length];
    shown.textContent = shown.dataset.words.replace(/%d/g, () => values.shift());
    document.getElementById("none").hidden = n > 0;
  };

  /* Order and filters are kept in the address, so that the browser's back button restores
     them: #sort=-m&show=strong,error&name=... */
  const keep = () => {
    const parts = [];
    if (order.key !== start.key || order.sign !== start.sign) parts.push("sort=" + (order.sign < 0 ? "-" : "") + order.key);
    if (kinds.some((k) => !k.checked)) parts.push("show=" + kinds.filter((k) => k.checked).map((k) => k.value).join(","));
    if (find.value.trim()) parts.push("name=" + encodeURIComponent(find.value.trim()));
    const here = location.href.replace(/#.*$/, "");
    history.replaceState(null, "", parts.length ? here + "#" + parts.join("&") : here);
  };
  const recall = () => {
    const state = new Map(location.hash.slice(1).split("&").map((p) => [p.split("=")[0], p.slice(p.indexOf("=") + 1)]));
    const by = state.get("sort") || start.key;
    const key = by.replace(/^-/, "");
    order = heads.some((h) => h.dataset.key === key) ? { key, sign: by[0] === "-" ? -1 : 1 } : { ...start };
    const show = state.has("show") ? state.get("show").split(",") : null;
    for (const k of kinds) k.checked = !show || show.includes(k.value);
    try { find.value = decodeURIComponent(state.get("name") || ""); } catch { find.value = ""; }
    sort();
    filter();
  };

  for (const head of heads) {
    head.querySelector("button").addEventListener("click", () => {
      const key = head.dataset.key;
      order = { key, sign: order.key === key ? -order.sign : Number(head.dataset.first) };
      sort();
      keep();
    });
  }
  for (const k of kinds) k.addEventListener("change", () => { filter(); keep(); });
  find.addEventListener("input", () => { filter(); keep(); });
  form.addEventListener("submit", (e) => e.preventDefault());
  form.addEventListener("reset", () => setTimeout(() => { filter(); keep(); }));
  addEventListener("hashchange", recall);
  addEventListener("pageshow", recall); /* some browsers restore old values after the script has run */
  recall();
})();
