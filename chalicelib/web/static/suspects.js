// Figures that look misread: a flag that opens its reason.
import { h, icon } from "./dom.js";
import { METRICS } from "./state.js";
import { has, lang, t, text, time } from "./words.js";

const columnName = (column) => (has(column) ? text(column) : column);

/** Why a suspect is one, and which scan is likely wrong; `span` has the heads `from` and `to`. */
export function reason({ kind, column, from, to, fault }, span) {
	const ten = kind === "jump" && Math.abs(to / from - 10) < 0.5;
	return [
		kind === "tiers" ? t("why_tiers", Math.abs(to - from))
			: t("why_" + (ten ? "ten" : kind), columnName(column), from, to),
		" ", fault ? t("likely_wrong", time(span[fault])) : t("fault_open"),
	];
}
/**
 * Columns that fell for many at once: told once, and their suspects not flagged; with `weights` of the
 * DKP those alone that a board is made of.
 */
export const distrust = (columns, weights) => columns
	.filter(({ column }) => !weights || METRICS.includes(column) || column in weights)
	.map(({ column, fell, players }) => h("p.warn", t("unreliable", columnName(column), String(fell), players)));

// What a metric is made of.
const OF = {
	dkp: /kills$|deaths$/, kills: /^(t._)?kills$/, kill_points: /^kill_points$/, deaths: /deaths$/,
	power: /^highest_power$/,
};
/** Whether somebody's suspects put this value in doubt, not just other figures; `dkp` has the weights. */
export function inDoubt({ suspects = [], value }, metric, dkp) {
	const own = metric === "dkp" && dkp?.weights
		? RegExp(`^(${Object.keys(dkp.weights).join("|")})$`) : OF[metric];
	const byKills = ["kill_points", "t4_kills", "t5_kills"].some((column) => own.test(column));
	return suspects.some(({ kind, column, from, to }) => {
		if (column === null) return metric !== "power";
		// Kill points whose last digit is misread do not fit the tiers either: a trifle is no doubt.
		return kind === "tiers" ? byKills && 100 * Math.abs(to - from) > Math.abs(value) : own.test(column);
	});
}
/** What kinds of suspects these are, in a few words. */
export const suspicion = (suspects) =>
	text("suspect", new Intl.ListFormat(lang).format(new Set(suspects.map(({ kind }) => text("kind_" + kind)))));

/** The button, and the row that it opens below its own. */
export const flag = (suspects, span) => h("button.flag", {
	"aria-expanded": "false", label: suspicion(suspects), onclick: ({ currentTarget: button }) => {
		const tr = button.closest("tr"), open = button.ariaExpanded === "true";
		button.ariaExpanded = String(!open);
		if (open) return tr.nextSibling.remove();
		const why = suspects.map((one) => h("p", reason(one, span)));
		tr.after(h("tr.why", { role: "row" }, h("td", { role: "cell" }, why)));
	},
}, icon("flag"));
