// Figures that look misread: a flag that opens its reason.
import { h, icon } from "./dom.js";
import { full, time } from "./format.js";
import { has, lang, t, text } from "./words.js";

const named = (column) => (has(column) ? text(column) : column);

/** Why a suspect is one, and which scan is likely wrong; `span` has the heads `from` and `to`. */
export function reason({ kind, column, from, to, fault }, span) {
	const end = fault
		? t("likely_wrong", time(span[fault].snapshot_date))
		: t("fault_open");
	const times = from ? to / from : 0;
	let what;
	if (kind === "tiers") what = t("why_tiers", Math.abs(to - from));
	else if (kind === "jump" && times > 9.5 && times < 10.5) what = t("why_ten", named(column), from, to);
	else if (kind === "jump") what = t("why_jump", named(column), from, to);
	else if (kind === "fell") what = t("why_fell", named(column), from, to);
	else what = t("why_" + kind);
	return [what, " ", end];
}

/** The button, and the row that it opens below its own. */
export function flag(suspects, span) {
	const kinds = [...new Set(suspects.map((suspect) => text("kind_" + suspect.kind)))];
	const button = h("button", {
		class: "flag", type: "button", "aria-expanded": "false", "aria-label": text("suspect", new Intl.ListFormat(lang).format(kinds)),
	}, icon("flag"));
	button.addEventListener("click", () => {
		const tr = button.closest("tr"), open = button.getAttribute("aria-expanded") === "true";
		button.setAttribute("aria-expanded", String(!open));
		if (open) return tr.nextElementSibling.remove();
		// As wide as the columns that are shown now: more would bring the hidden ones back.
		const colspan = [...tr.children].filter((cell) => cell.offsetWidth).length;
		tr.after(h("tr", { class: "why" }, h("td", { colspan }, suspects.map((suspect) => h("p", {}, reason(suspect, span))))));
	});
	return button;
}
