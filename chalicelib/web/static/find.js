// Who is who: by any name or id, or by having gained nothing for a while.
import {
	alliancePicker, allied, bar, card, compact, day, empty, ends, FRESH, get, getAll, go, h, li, link, note,
	ofKingdom, picker, say, showAll, shown, span, state, strong, t, text, time, was,
} from "./kit.js";

export async function view() {
	const { idle, a, all } = state, q = !idle && state.q.trim();
	const asked = { search: q, idle_since: idle, alliance: idle && a, limit: all ? 1000 : 50 };
	const url = ofKingdom("players", asked);
	const [found, { list }] = await Promise.all([(q || idle) && ask(url), span()]);
	const newest = list[0]?.snapshot_date, dates = list.slice(1).map((scan) => [scan.snapshot_date, day(scan)]);
	const choose = (date) => go({ idle: date, q: "", all: "" });
	const tools = bar(h("h2.lead", t(idle ? "idle" : "find")), h("div.picks", idle && alliancePicker(),
		dates[0] && picker(t("idle_since"), idle, [["", t("any_time")], ...dates], choose, "idle")));
	if (!found) return [tools, empty(t("how_to_find"))];
	const { total, players, refused } = found;
	say(refused ?? text("found", total));
	return total ? [
		tools, note(idle ? t("idle_found", strong(total), time(idle)) : t("found", total)),
		h("ul.people big", players.map((player) => hit(player, newest, idle))), ends(url, showAll(players, total)),
	] : [
		tools, empty(q && [h("b", q), h("br")], refused ?? t(idle ? "nobody_idle" : "nobody")),
		link({ view: "board", q: "", idle: "" }, { class: "btn" }, t("to_board")),
	];
}

/** Nothing but marks cannot be looked for. */
const ask = (url) => (state.all ? getAll(url, "players") : get(url)).catch((error) => {
	if (error.status !== 400) throw error;
	return { refused: text("only_marks") };
});

function hit(player, newest, idle) {
	const { id, alliance, power, matched, last_seen: seen, last_changed: changed } = player;
	const facts = [
		matched && t("was", h("bdi", matched)),
		idle && (changed ? t("last_gain", time(changed)) : t("never_gained")),
		t("id_is", String(id)), seen === newest ? link({ ...FRESH, view: "board", at: id, date: "" },
			{ label: `${text("around")}: ${player.name ?? id}` }, t("around")) : t("last_seen", time(seen)),
	];
	return li(card(player), h("span.of", allied(alliance)), h("span.num", compact(power)),
		was(facts.filter(Boolean).map((fact, i) => [i > 0 && shown("·"), h("span", fact)])));
}
