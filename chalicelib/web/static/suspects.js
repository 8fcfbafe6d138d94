// Figures that look misread: a flag that opens its reason.
import { h, icon } from "./dom.js";
import { time } from "./format.js";
import { has, lang, t, text } from "./words.js";

export const columnName = (column) => (has(column) ? text(column) : column);

/** Why a suspect is one, and which scan is likely wrong; `span` has the heads `from` and `to`. */
export function reason({ kind, column, from, to, fault }, span) {
	const end = fault ? t("likely_wrong", time(span[fault].snapshot_date)) : t("fault_open");
	const times = from ? to / from : 0;
	const ten = kind === "jump" && times > 9.5 && times < 10.5;
	const what = kind === "tiers" ? t("why_tiers", Math.abs(to - from)) : t(ten ? "why_ten" : "why_" + kind, columnName(column), from, to);
	return [what, " ", end];
}
/** Columns that fell for many at once: told once, and their suspects not flagged. */
export const distrust = (columns) => columns.map(({ column, fell, players }) =>
	h("p.warn", t("unreliable", columnName(column), String(fell), players)));

// What a metric is made of.
const OF = { dkp: /kills$|deaths$/, kills: /^(t._)?kills$/, kill_points: /^kill_points$/, deaths: /deaths$/, power: /^highest_power$/ };
/** Whether they put this figure in doubt, not just others of the player; `weights` are the DKP's. */
export function inDoubt(suspects, metric, value, weights) {
	const own = metric === "dkp" && weights ? RegExp(`^(${Object.keys(weights).join("|")})$`) : OF[metric];
	const byKills = ["kill_points", "t4_kills", "t5_kills"].some((column) => own.test(column));
	return suspects.some(({ kind, column, from, to }) => {
		if (column === null) return metric !== "power";
		// Kill points whose last digit is misread do not fit the tiers either: a trifle is no doubt.
		return kind === "tiers" ? byKills && 100 * Math.abs(to - from) > Math.abs(value) : own.test(column);
	});
}

/** The button, and the row that it opens below its own. */
export function flag(suspects, span) {
	const kinds = new Set(suspects.map(({ kind }) => text("kind_" + kind)));
	return h("button.flag", {
		type: "button", "aria-expanded": "false", "aria-label": text("suspect", new Intl.ListFormat(lang).format(kinds)),
		onclick: ({ currentTarget: button }) => {
			const tr = button.closest("tr"), open = button.ariaExpanded === "true";
			button.ariaExpanded = String(!open);
			if (open) return tr.nextSibling.remove();
			tr.after(h("tr.why", { role: "row" }, h("td", { role: "cell" }, suspects.map((suspect) => h("p", reason(suspect, span))))));
		},
	}, icon("flag"));
}
