"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const words = JSON.parse($("words").textContent);
  const fill = (text, ...values) => text.replace(/%[s%]/g, (verb) => verb === "%%" ? "%" : values.shift());
  const percent = (part) => fill(words.percent, Math.floor(100 * part));
  const severity = ["strong", "moderate", "weak", "error", "inconclusive", "consistent"];

  const items = new Map(); // by id
  const rows = new Map(); // their list elements
  let opened = ""; // address of what the frame shows, less /report; empty for nothing
  let over = false; // the server has said that it ends

  const make = (tag, attributes = {}, ...children) => {
    const e = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name === "onclick") e.addEventListener("click", value); else e.setAttribute(name, value);
    }
    e.append(...children);
    return e;
  };

  /* Requests to the server. */
  const complain = (text) => {
    $("trouble").textContent = text;
    $("trouble").hidden = !text;
  };
  const ask = async (method, address, body) => {
    let why;
    try {
      const answer = await fetch(address, { method, body });
      if (answer.ok) return answer;
      why = (await answer.text()).trim();
    } catch (e) {
      why = e.message;
    }
    if (!over) complain(fill(words.failed, why));
    return null;
  };

  /* The queue. */
  const listen = () => {
    const source = new EventSource("events");
    source.addEventListener("all", (e) => {
      items.clear();
      for (const row of rows.values()) row.remove();
      rows.clear();
      take(e);
    });
    source.addEventListener("some", take);
    source.onopen = () => { $("lost").hidden = true; };
    source.onerror = () => { $("lost").hidden = over; };
  };
  let past = -1;
  function take(e) {
    const message = JSON.parse(e.data);
    for (const item of message.files) {
      if (item.state === "removed") {
        items.delete(item.id);
        if (opened === "files/" + item.id) close();
        rows.get(item.id)?.remove();
        rows.delete(item.id);
        continue;
      }
      const known = items.get(item.id);
      items.set(item.id, item);
      draw(item);
      if (opened === "files/" + item.id && item.state === "done" && known?.state !== "done") open(opened, item.name, item.segment);
    }
    if (message.trouble) complain(fill(words.notKept, message.trouble));
    if (message.past !== past) {
      past = message.past;
      $("past-title").textContent = fill(words.pastCount, past);
      if ($("past").open) list();
    }
    arrange();
    sum();
    pump();
  }

  function draw(item) {
    const row = make("li", { "data-id": item.id, "data-state": item.state });
    const openable = item.state === "done";
    const name = "bdi";
    row.append(openable
      ? make("button", { type: "button", class: "name", "aria-label": fill(words.open, item.name), onclick: () => open("files/" + item.id, item.name, item.segment, true) }, make(name, {}, item.name))
      : make("span", { class: "name" }, make(name, {}, item.name)));
    const acts = make("div", { class: "acts" });
    const act = (word, label, method, address) => acts.append(
      make("button", { type: "button", "aria-label": fill(label, item.name), onclick: () => ask(method, address) }, word));
    const at = "files/" + item.id;
    if (item.glance) {
      row.append(...glance(item.glance));
      if (item.past) acts.append(make("span", { class: "note" }, fill(words.past, when(item.past))));
    } else {
      const text = item.state === "receiving" ? fill(words.receiving, percent(item.part))
        : item.state === "scanning" ? (item.end_s > 0 || item.at_s === 0 ? fill(words.scanning, percent(item.part)) : fill(words.scanningFor, fill(words.seconds, Math.floor(item.at_s))))
        : words[item.state];
      acts.append(make("span", { class: "note" }, text));
      if (item.state === "receiving" || item.state === "scanning") {
        row.append(make("progress", item.state === "scanning" && item.part === 0 ? { max: 1, "aria-label": item.name } : { max: 1, value: item.part, "aria-label": item.name }));
      }
      if (item.state !== "canceled") act(words.cancel, words.cancelOf, "POST", at + "/cancel");
    }
    if (item.again) act(words.again, words.againOf, "POST", at + "/again");
    if (item.state === "done" || item.state === "canceled") act(words.remove, words.removeOf, "DELETE", at);
    row.append(acts);
    row.classList.toggle("chosen", opened === at);
    put(row, rows.get(item.id), $("files"));
    rows.set(item.id, row);
  }

  /* put replaces the row old by row, or appends row to into, and keeps the focus. */
  function put(row, old, into) {
    if (!old) { into.append(row); return; }
    const focus = old.contains(document.activeElement) ? document.activeElement.getAttribute("aria-label") : null;
    old.replaceWith(row);
    if (focus) ([...row.querySelectorAll("button")].find((b) => b.getAttribute("aria-label") === focus) || row.querySelector("button"))?.focus();
  }

  function glance(g) {
    const out = [make("span", { class: "verdict " + g.kind }, g.verdict)];
    if (g.line) {
      const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      for (const [name, value] of Object.entries({ role: "img", "aria-label": g.curve, viewBox: "0 -6 640 112", preserveAspectRatio: "none" })) svg.setAttribute(name, value);
      for (const [kind, d] of [["s", g.shade], ["l", g.line]]) {
        if (!d) continue;
        const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
        path.setAttribute("class", kind);
        path.setAttribute("d", d);
        svg.append(path);
      }
      out.push(svg);
    }
    if (g.why) out.push(make("span", { class: "why" }, g.why));
    return out;
  }

  const when = (time) => new Date(time).toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });

  function arrange() {
    const worst = $("order").value === "worst";
    const rank = (item) => item.glance ? severity.indexOf(item.glance.kind) : severity.length;
    const sorted = [...items.values()].sort((a, b) => (worst ? rank(a) - rank(b) : 0) || a.id - b.id);
    let i = 0;
    for (const item of sorted) {
      const row = rows.get(item.id);
      if ($("files").children[i] !== row) $("files").insertBefore(row, $("files").children[i] || null);
      i++;
    }
  }

  const active = (item) => item.state !== "done" && item.state !== "canceled";
  function sum() {
    const all = [...items.values()];
    const done = all.filter((item) => !active(item)).length;
    const counts = severity.map((kind) => [kind, all.filter((item) => item.glance?.kind === kind).length]).filter(([, n]) => n > 0);
    let text = all.length ? fill(words.summary, done, all.length) : "";
    if (counts.length) text = fill(words.summaryOf, text, counts.map(([kind, n]) => fill(words.countOf, n, words.counts[kind])).join("; "));
    if ($("summary").textContent !== text) $("summary").textContent = text;
    const running = done < all.length;
    $("whole").hidden = !running;
    $("whole").value = all.length ? all.reduce((s, item) => s + (active(item) ? (item.state === "scanning" ? item.part : 0) : 1), 0) / all.length : 0;
    $("tools").hidden = $("none").hidden = all.length > 0;
    $("tools").hidden = all.length === 0;
    $("cancel-all").hidden = !running;
    $("clear").hidden = done === 0;
    $("overview").hidden = counts.length === 0;
    document.title = running ? fill(words.busy, percent($("whole").value)) : words.title;
  }

  /* Uploads from the browser, a few files ahead of the scans. */
  const ahead = 4;
  let pending = [];
  let sending = false;
  async function pump() {
    waitingNote();
    if (sending || over) return;
    sending = true;
    while (pending.length && [...items.values()].filter((item) => item.copy && active(item)).length < ahead) {
      const { file, name } = pending.shift();
      waitingNote();
      const answer = await ask("POST", "files?name=" + encodeURIComponent(name), file);
      if (answer) {
        const { id } = await answer.json();
        if (!items.has(id)) items.set(id, { id, name, state: "waiting", copy: true, part: 0, at_s: 0, end_s: 0 }), draw(items.get(id)), sum();
      }
    }
    sending = false;
    waitingNote();
  }
  function waitingNote() {
    $("pending").hidden = pending.length === 0;
    $("pending").firstElementChild.textContent = fill(words.pending, pending.length);
  }
  const isVideo = (name) => words.videos.includes(name.slice(name.lastIndexOf(".")).toLowerCase());
  const enter = (list) => {
    complain("");
    if (!list.length) complain(words.noVideos);
    pending.push(...list);
    pump();
  };
  $("pick-files").addEventListener("change", (e) => {
    enter([...e.target.files].map((file) => ({ file, name: file.name })));
    e.target.value = "";
  });
  $("pick-folder").addEventListener("change", (e) => {
    enter([...e.target.files].filter((file) => isVideo(file.name)).map((file) => ({ file, name: file.webkitRelativePath || file.name })));
    e.target.value = "";
  });
  const inside = async (entry, path) => {
    const name = path + entry.name;
    if (entry.isFile) {
      if (path && !isVideo(name)) return [];
      return [{ file: await new Promise((ok, bad) => entry.file(ok, bad)), name }];
    }
    const reader = entry.createReader();
    const out = [];
    for (;;) {
      const entries = await new Promise((ok, bad) => reader.readEntries(ok, bad));
      if (!entries.length) return out;
      for (const e of entries) out.push(...await inside(e, name + "/"));
    }
  };
  for (const kind of ["dragover", "drop", "dragleave"]) {
    document.addEventListener(kind, async (e) => {
      e.preventDefault();
      $("drop").classList.toggle("over", kind === "dragover");
      if (kind !== "drop" || over) return;
      const entries = [...e.dataTransfer.items].filter((i) => i.kind === "file").map((i) => i.webkitGetAsEntry() || i.getAsFile());
      const list = [];
      for (const entry of entries) {
        if (entry instanceof File) list.push({ file: entry, name: entry.name });
        else list.push(...await inside(entry, "").catch((err) => (complain(fill(words.failed, err.message)), [])));
      }
      enter(list);
    });
  }
  $("pending").querySelector("button").addEventListener("click", () => { pending = []; waitingNote(); });
  addEventListener("beforeunload", (e) => { if (pending.length && !over) e.preventDefault(); });

  /* The report. */
  function open(at, name, marks, focus) {
    opened = at;
    const all = at === "all";
    $("result-title").textContent = all ? words.overview : name;
    const address = at + (all ? "/overview" : "/report");
    $("frame").title = all ? words.overview : fill(words.report, name);
    $("frame").src = address;
    $("tab").href = address;
    $("save").open = false;
    for (const li of $("save").querySelectorAll("li")) {
      const of = li.dataset.of;
      li.hidden = !(of === "any" || of === (all ? "all" : "one") || of === "marks" && marks && !all);
      const link = li.firstElementChild;
      link.href = at + "/export/" + link.dataset.form;
    }
    $("welcome").hidden = true;
    $("opened").hidden = false;
    mark();
    if (focus) $("result-title").focus();
  }
  function close() {
    const at = opened;
    opened = "";
    $("opened").hidden = true;
    $("welcome").hidden = false;
    $("frame").src = "about:blank";
    mark();
    const row = rows.get(Number(at.split("/")[1]));
    (row?.querySelector("button") || $("overview")).focus();
  }
  const mark = () => {
    for (const [id, row] of rows) row.classList.toggle("chosen", opened === "files/" + id);
    for (const row of $("past-list").children) row.classList.toggle("chosen", opened === "past/" + row.dataset.id);
  };
  $("close").addEventListener("click", close);
  $("overview").addEventListener("click", () => open("all", "", false, true));
  $("order").addEventListener("change", arrange);
  $("cancel-all").addEventListener("click", () => { pending = []; ask("POST", "cancel"); });
  $("clear").addEventListener("click", () => ask("POST", "clear"));
  document.addEventListener("keydown", (e) => {
    if (e.key !== "Escape") return;
    if ($("save").open) { $("save").open = false; $("save").firstElementChild.focus(); } else if (opened) close();
  });
  document.addEventListener("click", (e) => { if (!$("save").contains(e.target) || e.target.closest("#save a")) $("save").open = false; });

  /* Past scans. */
  let asked = 0;
  async function list() {
    const mine = ++asked;
    const answer = await ask("GET", "past?find=" + encodeURIComponent($("past-find").value));
    if (!answer) return;
    const { scans, found, old } = await answer.json();
    if (mine !== asked) return;
    $("past-list").replaceChildren(...scans.map((scan) => {
      const notes = when(scan.started_utc) + (scan.same ? "" : "; " + fill(words.pastOther, scan.tool));
      return make("li", { "data-id": scan.id },
        make("button", { type: "button", class: "name", "aria-label": fill(words.open, scan.name), onclick: () => open("past/" + scan.id, scan.name, true, true) }, make("bdi", {}, scan.name)),
        ...glance(scan.glance),
        make("div", { class: "acts" }, make("span", { class: "note" }, notes),
          make("button", { type: "button", "aria-label": fill(words.forgetOf, scan.name), onclick: () => forget(scan.id) }, words.forget)));
    }));
    $("past-more").textContent = found > scans.length ? fill(words.pastMore, scans.length, found) : found ? "" : words.pastNone;
    $("forget-all").hidden = found + old === 0;
    mark();
  }
  const forget = async (id) => {
    if (opened === "past/" + id || !id && opened.startsWith("past/")) close();
    if (await ask("DELETE", id ? "past/" + id : "past")) list();
  };
  $("past").addEventListener("toggle", () => { if ($("past").open) list(); });
  $("past-find").addEventListener("input", list);
  $("forget-all").addEventListener("click", () => { if (confirm(words.forgetSure)) forget(""); });

  /* Quitting. */
  $("quit").addEventListener("click", async () => {
    if ([...items.values()].some(active) && !confirm(words.quitSure)) return;
    over = true;
    pending = [];
    await ask("POST", "quit");
    $("ended").hidden = false;
    $("lost").hidden = true;
    for (const e of document.querySelectorAll("button, input, select")) e.disabled = true;
  });

  listen();
})();
