"use strict";
(() => {
  const clock = (t) => {
    const h = Math.round(Math.max(t, 0) * 100);
    const two = (x) => String(x).padStart(2, "0");
    const seconds = two(Math.floor(h / 100) % 60) + "." + two(h % 100);
    const minutes = Math.floor(h / 6000) % 60;
    const hours = Math.floor(h / 360000);
    return hours > 0 ? hours + ":" + two(minutes) + ":" + seconds : minutes + ":" + seconds;
  };

  for (const file of document.querySelectorAll(".file[data-to]")) {
    const seek = player(file);
    threshold(file, seek);
  }

  /* The player and all plots of a file show the same time. */
  function player(file) {
    const video = file.querySelector("video");
    const from = Number(file.dataset.from), to = Number(file.dataset.to); /* scanned time range */
    const now = file.querySelector(".now");
    const plots = [...file.querySelectorAll(".seek")].map((box) => ({
      box, from: Number(box.dataset.from), to: Number(box.dataset.to), cursor: box.querySelector(".cursor"),
    }));
    let at = 0;
    for (const live of file.querySelectorAll(".live")) live.hidden = false;

    const show = (t) => {
      at = Math.min(Math.max(t, from), to);
      if (now) now.textContent = clock(at);
      for (const p of plots) {
        const share = (at - p.from) / (p.to - p.from);
        p.cursor.hidden = !(share >= 0 && share <= 1);
        p.cursor.style.left = 100 * share + "%";
        p.box.setAttribute("aria-valuenow", Math.min(Math.max(at, p.from), p.to).toFixed(2));
        p.box.setAttribute("aria-valuetext", clock(at));
      }
    };
    const go = (t) => {
      show(t);
      if (video && !video.error) video.currentTime = at;
    };
    const play = () => {
      if (!video || video.error) return;
      if (video.paused) video.play().catch(() => {}); else video.pause();
    };

    for (const p of plots) {
      p.box.tabIndex = 0;
      p.box.setAttribute("role", "slider");
      p.box.setAttribute("aria-valuemin", p.from);
      p.box.setAttribute("aria-valuemax", p.to);
      const point = (e) => {
        const box = p.box.getBoundingClientRect();
        go(p.from + (p.to - p.from) * Math.min(Math.max((e.clientX - box.left) / box.width, 0), 1));
      };
      p.box.addEventListener("click", point);
      p.box.addEventListener("pointermove", (e) => { if (e.buttons === 1 && e.pointerType === "mouse") point(e); });
      p.box.addEventListener("keydown", (e) => {
        const step = e.shiftKey ? 0.04 : 1;
        const inside = Math.min(Math.max(at, p.from), p.to);
        switch (e.key) {
          case "ArrowLeft": case "ArrowDown": go(Math.max(inside - step, p.from)); break;
          case "ArrowRight": case "ArrowUp": go(Math.min(inside + step, p.to)); break;
          case "Home": go(p.from); break;
          case "End": go(p.to); break;
          case " ": case "Enter": play(); break;
          default: return;
        }
        e.preventDefault();
      });
    }
    const buttons = [...file.querySelectorAll("button[data-at]")];
    for (const button of buttons) button.addEventListener("click", () => go(Number(button.dataset.at)));
    const times = buttons.map((b) => Number(b.dataset.at));
    const near = 0.02;
    for (const button of file.querySelectorAll("button[data-step]")) {
      button.addEventListener("click", () => {
        const t = button.dataset.step === "1" ? times.find((x) => x > at + near) : times.findLast((x) => x < at - near);
        if (t !== undefined) go(t);
      });
    }
    if (video) {
      const failed = () => {
        video.hidden = true;
        const note = file.querySelector(".unplayable");
        if (note) note.hidden = false;
      };
      if (video.error) failed();
      video.addEventListener("error", failed);
      video.addEventListener("seeked", () => show(video.currentTime));
      video.addEventListener("timeupdate", () => show(video.currentTime));
      const follow = () => {
        if (video.paused || video.ended) return;
        show(video.currentTime);
        requestAnimationFrame(follow);
      };
      video.addEventListener("play", follow);
    }
    if (video && from > 0) video.addEventListener("loadedmetadata", () => { video.currentTime = at; }, { once: true });
    show(from);
  }

  /* Recounts suspect seconds at the threshold of the slider. The signed data does not change. */
  function threshold(file) {
    const slider = file.querySelector("input.threshold");
    if (!slider) return;
    const data = JSON.parse(file.querySelector("script.data").textContent);
    for (const t of data.tracks) t.bytes = Uint8Array.from(atob(t.level), (c) => c.charCodeAt(0));
    const count = file.querySelector(".count");
    const value = file.querySelector(".value");
    const judged = count.dataset.judged;
    const mismatch = (steps) => 1 / (1 + Math.exp(-(data.base + steps * data.step)));

    const intervals = (bytes, least) => {
      const out = [];
      for (let i = 0; i < bytes.length;) {
        if (bytes[i] === 0 || bytes[i] < least) { i++; continue; }
        let end = i;
        for (let j = i, gap = 0; j < bytes.length && gap <= data.bridge; j++) {
          if (bytes[j] === 0) gap++;
          else if (bytes[j] >= least) { end = j; gap = 0; }
          else gap = data.bridge + 1;
        }
        if (end - i + 1 >= data.least) out.push([i, end + 1]);
        i = end + 1;
      }
      return out;
    };

    const recount = () => {
      const steps = Number(slider.value);
      const seen = new Uint8Array(data.frames + 1);
      let found = 0;
      const marks = new Map();
      for (const t of data.tracks) {
        const list = intervals(t.bytes, 128 + steps);
        found += list.length;
        marks.set(String(t.id), list.map(([a, b]) => [t.first + a, t.first + b]));
        for (const [a, b] of list) seen.fill(1, t.first + a, t.first + b);
      }
      let frames = 0;
      for (const s of seen) frames += s;
      const values = [(frames / data.rate).toFixed(2), String(found), judged];
      count.textContent = data.count.replace(/%[sd]/g, () => values.shift());
      const p = mismatch(steps);
      value.textContent = p.toFixed(2);
      slider.setAttribute("aria-valuetext", p.toFixed(2));
      for (const line of file.querySelectorAll("line.limit")) {
        line.setAttribute("y1", 1000 * (1 - p));
        line.setAttribute("y2", 1000 * (1 - p));
      }
      for (const group of file.querySelectorAll("g.counted")) {
        const list = steps === 0 ? [] : marks.get(group.dataset.track) || [];
        group.replaceChildren(...list.map(([a, b]) => {
          const rect = document.createElementNS(group.namespaceURI, "rect");
          rect.setAttribute("class", "moved");
          rect.setAttribute("x", 6400 * a / data.frames);
          rect.setAttribute("width", 6400 * (b - a) / data.frames);
          rect.setAttribute("y", 860);
          rect.setAttribute("height", 140);
          return rect;
        }));
      }
    };
    slider.addEventListener("input", recount);
    file.querySelector("button.reset").addEventListener("click", () => { slider.value = 0; recount(); });
    slider.value = 0; /* some browsers restore an old value */
    recount();
  }
})();
