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

// Of what a metric is made. Power may fall, so that nothing of it is suspect.
const OF = { kills: /^(t._)?kills$/, kill_points: /^kill_points$/, deaths: /deaths$/, power: /^highest_power$/ };
/** Whether they put this figure in doubt, and not just others of the player; `weights` are those of a DKP. */
export function inDoubt(suspects, metric, value, weights) {
	const own = OF[metric] ?? (weights ? { test: (column) => column in weights } : /kills|deaths/);
	const byKills = /kill/.test(weights ? Object.keys(weights) : metric === "dkp" ? "kills" : metric);
	return suspects.some(({ kind, column, from, to }) => {
		if (column === null) return metric !== "power";
		// Kill points whose last digit is misread do not fit the tiers either: a trifle is no doubt.
		if (kind === "tiers") return byKills && 100 * Math.abs(to - from) > Math.abs(value);
		return own.test(column);
	});
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
