package visit

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// Faults lists the accessibility faults of the page in its present state. document is a
// JavaScript expression for another document inside the page, such as that of a frame. Names,
// labels, references, states, landmarks, headings, contrast and target sizes are checked
// against WCAG 2.2 and WAI-ARIA 1.2. Numbers in the faults are WCAG success criteria.
func (v *Page) Faults(t *testing.T, document ...string) []string {
	t.Helper()
	of := "document"
	if len(document) > 0 {
		of = document[0]
	}
	return Eval[[]string](t, v, "("+accessibility+")("+of+")")
}

// accessibility is a JavaScript function that returns the faults of a document.
const accessibility = `(doc) => {
	const faults = [];
	const view = doc.defaultView;
	const style = (e) => view.getComputedStyle(e);
	const all = (selector) => [...doc.querySelectorAll(selector)];
	const shown = (e) => e.checkVisibility({ visibilityProperty: true });
	const brief = (e) => e.outerHTML.replace(/\s+/g, " ").slice(0, 90);
	const text = (id) => { const e = doc.getElementById(id); return e ? e.textContent.trim() : ""; };

	/* 4.1.2, 1.1.1: every control and every image has a name. */
	const ids = all("[id]").map((e) => e.id);
	if (new Set(ids).size !== ids.length) faults.push("duplicate id");
	if (!doc.documentElement.lang || !doc.title) faults.push("no language or no title");
	const named = "a[href], button, input:not([type=hidden]), select, textarea, summary, video, progress, iframe, img, [role=slider], [role=img], [role=table], dialog, fieldset";
	for (const e of all(named)) {
		const name = e.getAttribute("aria-label")?.trim() || (e.getAttribute("aria-labelledby") || "").split(" ").map(text).join(" ").trim() ||
			e.getAttribute("alt")?.trim() || e.getAttribute("title")?.trim() || [...(e.labels || [])].map((l) => l.textContent.trim()).join(" ") ||
			(e.matches("fieldset") ? e.querySelector("legend")?.textContent.trim() : e.matches("a, button, summary") && e.textContent.trim());
		if (!name && !e.closest("[hidden]")) faults.push("4.1.2 no name: " + brief(e));
	}
	for (const e of all("svg:not([role=img]):not([aria-hidden=true])")) if (!e.closest("[role=slider], [aria-hidden=true]")) faults.push("1.1.1 neither named nor hidden: " + brief(e));

	/* References have targets, states have valid values. */
	for (const attribute of ["aria-labelledby", "aria-describedby", "aria-controls", "for"]) {
		for (const e of all("[" + attribute + "]")) {
			for (const id of e.getAttribute(attribute).split(" ")) if (!doc.getElementById(id)) faults.push(attribute + " without target: " + id);
		}
	}
	const values = { "aria-sort": /^(none|ascending|descending)$/, "aria-expanded": /^(true|false)$/, "aria-pressed": /^(true|false|mixed)$/, "aria-hidden": /^(true|false)$/, "aria-live": /^(off|polite|assertive)$/, "aria-busy": /^(true|false)$/ };
	for (const [attribute, right] of Object.entries(values)) {
		for (const e of all("[" + attribute + "]")) if (!right.test(e.getAttribute(attribute))) faults.push("invalid value of " + attribute + ": " + brief(e));
	}
	for (const e of all("[role=slider]")) {
		const [low, now, high] = ["min", "now", "max"].map((x) => Number(e.getAttribute("aria-value" + x) ?? NaN));
		if (!(low <= now && now <= high)) faults.push("slider values " + [low, now, high] + " out of order: " + brief(e));
		if (e.tabIndex < 0) faults.push("2.1.1 slider without keyboard focus: " + brief(e));
	}
	for (const e of all("[aria-hidden=true]")) if (e.matches("a[href], button, input") || e.querySelector("a[href], button, input, [tabindex='0']")) faults.push("hidden but focusable: " + brief(e));
	for (const e of all("[role=row]")) if (!e.closest("[role=table]") || ![...e.children].every((c) => c.matches("[role=cell], [role=columnheader], [role=rowheader]"))) { faults.push("row outside of a table, or with other children than cells: " + brief(e)); break; }

	/* 1.3.1: landmarks, headings, lists, tables. */
	if (all("main").length !== 1) faults.push(all("main").length + " main landmarks");
	if (all("h1").length !== 1) faults.push(all("h1").length + " h1 headings");
	for (const e of doc.body.children) {
		if (shown(e) && e.textContent.trim() && !e.matches("header, main, footer, nav, aside, script, [role=alert], [role=status]")) faults.push("outside of every landmark: " + brief(e));
	}
	let last = 0;
	for (const h of all("h1, h2, h3, h4, h5, h6").filter(shown)) {
		const level = Number(h.tagName[1]);
		if (level > last + 1) faults.push("heading level skipped: " + h.textContent);
		if (!h.textContent.trim()) faults.push("empty heading");
		last = level;
	}
	for (const e of all("ul > *, ol > *")) if (!e.matches("li, script, template")) faults.push("not a list item: " + brief(e));
	for (const e of all("dl > *")) if (!e.matches("div, dt, dd")) faults.push("not an entry of a description list: " + brief(e));
	for (const e of all("th")) if (!e.scope) faults.push("th without scope: " + brief(e));
	if (/user-scalable=no|maximum-scale/.test(doc.querySelector("meta[name=viewport]")?.content || "")) faults.push("1.4.4 zoom is disabled");

	/* 1.4.3, 1.4.11: contrast of text and of meaningful graphics. */
	const channel = (c) => { c /= 255; return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; };
	const luminance = (rgb) => { const [r, g, b] = rgb.match(/[\d.]+/g).map(Number); return 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b); };
	const clear = (color) => color === "none" || color === "transparent" || /^rgba.*, 0\)$/.test(color);
	const ground = (e) => { for (; e; e = e.parentElement) { const c = style(e).backgroundColor; if (!clear(c)) return c; } return view.matchMedia("(prefers-color-scheme: dark)").matches ? "rgb(18, 18, 18)" : "rgb(255, 255, 255)"; };
	const against = (a, b) => { const x = luminance(a), y = luminance(b); return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05); };
	for (const e of all("body *")) {
		if (![...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim()) || e.closest("svg, script, option, .unseen, :disabled") || !e.offsetParent) continue;
		const ratio = against(style(e).color, ground(e));
		if (ratio < 4.5) faults.push("1.4.3 contrast " + ratio.toFixed(2) + ": " + e.textContent.trim().slice(0, 40));
	}
	const drawn = new Set();
	for (const e of all("svg .line, svg .raw, svg .limit, svg .lips, svg .lag, svg .missing, svg .face, svg .segment, svg .moved, svg .l")) {
		const { stroke, fill } = style(e);
		const color = clear(stroke) ? fill : stroke;
		const key = e.getAttribute("class") + color;
		if (clear(color) || drawn.has(key)) continue;
		drawn.add(key);
		const ratio = against(color, ground(e.closest("svg")));
		if (ratio < 3) faults.push("1.4.11 contrast " + ratio.toFixed(2) + ": " + e.getAttribute("class"));
	}
	for (const e of all("button, input[type=search], select").filter(shown)) {
		const { borderTopColor, borderTopWidth, backgroundColor } = style(e);
		const around = ground(e.parentElement);
		if (parseFloat(borderTopWidth) > 0 && !clear(borderTopColor) && against(borderTopColor, around) < 3 && !e.matches(":disabled")) faults.push("1.4.11 border contrast: " + brief(e));
	}

	/* 2.5.8: targets are at least 24 x 24 px, except in running text. */
	for (const e of all("button, select, input, summary, [role=slider]").filter(shown)) {
		if (e.matches(".unseen, input[type=range]")) continue;
		const target = e.labels?.length ? e.labels[0].getBoundingClientRect() : e.getBoundingClientRect();
		const box = e.getBoundingClientRect();
		if (Math.max(target.width, box.width) < 24 || Math.max(target.height, box.height) < 23.5) faults.push("2.5.8 target of " + box.width.toFixed() + " x " + box.height.toFixed() + ": " + brief(e));
	}

	/* 2.4.3: the Tab order is that of the page. */
	for (const e of all("[tabindex]")) if (e.tabIndex > 0) faults.push("2.4.3 positive tabindex: " + brief(e));
	return faults;
}`

// Tabbed presses the Tab key up to most times. places are the elements that took the focus, in
// order. faults are elements out of order, out of view or without a visible focus (WCAG 2.4.3,
// 2.4.11, 2.4.7).
func (v *Page) Tabbed(t *testing.T, most int) (places, faults []string) {
	t.Helper()
	Eval[bool](t, v, `(document.activeElement.blur(), scrollTo(0, 0), getSelection().removeAllRanges(), window.tabbed = null, true)`)
	for range most {
		v.Do(t, chromedp.KeyEvent(kb.Tab))
		said := Eval[[]string](t, v, focused)
		if said[0] == "" { // the end of the page
			break
		}
		if len(places) > 0 && said[0] == places[len(places)-1] && said[1] == "same" {
			// The focus moved inside a player.
			continue
		}
		places = append(places, said[0])
		for _, fault := range said[2:] {
			faults = append(faults, fmt.Sprintf("%s: %s", fault, said[0]))
		}
	}
	if len(places) == 0 {
		faults = append(faults, "the Tab key reaches no element")
	}
	return places, faults
}

// focused returns the element that has the focus, "same" if it had the focus before, and its
// faults.
var focused = strings.TrimSpace(`
(() => {
	const e = document.activeElement;
	if (!e || e === document.body) return ["", ""];
	const before = window.tabbed;
	window.tabbed = e;
	const out = [e.outerHTML.replace(/\s+/g, " ").slice(0, 90), e === before ? "same" : ""];
	if (e === before) return out;
	if (before && !(before.compareDocumentPosition(e) & Node.DOCUMENT_POSITION_FOLLOWING)) out.push("2.4.3 out of order");
	const box = e.getBoundingClientRect();
	if (box.bottom < 0 || box.top > innerHeight) out.push("2.4.11 out of view");
	const marked = e.matches(".unseen") ? e.closest("label") : e;
	const { outlineStyle, outlineWidth } = getComputedStyle(marked);
	if (!e.matches("video, iframe") && (outlineStyle === "none" || parseFloat(outlineWidth) < 2)) out.push("2.4.7 focus not visible");
	return out;
})()`)
