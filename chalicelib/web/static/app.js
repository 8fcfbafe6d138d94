// Draws what the address says: the masthead, one view, and a player's card over it.
import {
	$, arms, button, day, empty, fill, forget, FRESH, getFresh, go, h, keepPlace, kingdoms, lang, LANGUAGES,
	link, me, metric, ofKingdom, on, onChange, option, place, query, read, refusal, say, span, state, store, t,
	text,
} from "./kit.js";

/** Each view is a module with `view()`: what stands in the page's main part. */
const VIEWS = {
	board: () => import("./board.js"), gains: () => import("./gains.js"), week: () => import("./week.js"),
	alliances: () => import("./alliances.js"), kingdoms: () => import("./kingdoms.js"),
	find: () => import("./find.js"),
};
/** How often an open page asks whether there is a new scan; at home the file was just dropped. */
const SECONDS = /^(localhost|127\.|\[::1)/.test(location.hostname) ? 2 : 60;
const WORDS = { 0: "offline", 404: "not_found", 409: "changed_meanwhile", 429: "busy",
	503: "busy", 504: "late" };
/** How long to wait with the next try where the answer does not say it. */
const PATIENCE = { 0: 10, 429: 5, 503: 5 };

const main = $("#main"), root = document.documentElement;
let drawing = 0, drawn = "", known, retry, again = draw;
const numbers = async () => (await kingdoms()).map((one) => String(one.kingdom));
const versions = (list) => list?.map((scan) => scan.version).join();
const alert = () => $("main > [role=alert]");

onChange(draw);
async function draw() {
	const mine = ++drawing, back = focusKept();
	clearTimeout(retry);
	read();
	main.ariaBusy = "true";
	if (!state.p && $("#card").open) $("#card").close();
	try {
		state.k ||= (await numbers())[0] ?? "";
		if (!state.k) return fill(main, empty(t("no_kingdoms")));
		const key = query() + me();
		// Side by side: with the kingdom in the address all is there after one round trip.
		const card = state.p && load(() => import("./card.js")).then(({ show }) => show(state.p));
		if (key !== drawn) {
			const name = state.view in VIEWS ? state.view : "board";
			const [kids] = await Promise.all([draft(name), masthead(name, mine)]);
			if (mine !== drawing) return;
			fill(main, kids);
			drawn = key;
			store.set("k", state.k);
			const title = [text("kingdom_n", state.k), text("view_" + name),
				!/week|find/.test(name) && text(metric())];
			$("h1").textContent = document.title = title.filter(Boolean).join(" · ");
		}
		await card;
		if (mine !== drawing) return;
		alert()?.remove();
		back();
	} catch (error) {
		if (mine === drawing) await failed(error);
	} finally {
		if (mine === drawing) {
			main.ariaBusy = null;
			root.dataset.ready = mine;
		}
	}
}

/** What a view shows; once more where what the address leaves open turns out to be another than before. */
async function draft(name) {
	const { view } = await load(VIEWS[name]), open = () => metric() + state.base, asked = open(), kids = view();
	kids.catch(() => {});
	await span();
	return (open() === asked ? kids : view()).catch(async (error) => {
		if (error.status !== 400 && !(error.status === 404 && /gains|week/.test(name))) throw error;
		return (await load(() => import("./instead.js"))).instead(error);
	});
}
/** A module of this page. A browser does not ask twice for one that failed; after a deployment it is gone. */
const load = (module) => module().catch((error) => {
	again = () => navigator.onLine && location.reload();
	throw refusal(0, String(error), 1);
});

async function masthead(name, mine) {
	const all = await numbers();
	if (mine !== drawing) return;
	fill($("#arms"), arms(state.k, 44, true));
	fill($("#kingdom"), [...new Set([...all, state.k])].map((k) => option(k, state.k, k)));
	fill($("#views"), Object.keys(VIEWS).filter((view) => all[1] || view !== "kingdoms").map((view) =>
		link({ ...FRESH, view }, { "aria-current": view === name && "page" }, t("view_" + view))));
	if (document.activeElement !== $("#q")) $("#q").value = state.q;
	const { list, to, older, from } = await span().catch(() => ({}));
	if (mine !== drawing) return;
	known = versions(list);
	const pick = (words, key, chosen, scans, more) => h("select", {
		label: text(words), "data-key": key, onchange: ({ target }) => go({ [key]: target.value, ...more }),
	}, scans.map((scan) => option(scan.snapshot_date, chosen.snapshot_date, day(scan))));
	fill($("#when"), to && pick("scan", "date", to, list, { since: "" }),
		from && [h("span", t("compared_with")), pick("older_scan", "since", from, older)]);
}

/** What went wrong, in the words of the page, and a way on. Without a connection what is shown stays. */
async function failed(error) {
	const { status, message } = error, wait = error.wait || PATIENCE[status];
	if (status === undefined) console.error(error);
	const all = await numbers().catch(() => []), k = all.includes(state.k) ? state.k : all[0] ?? state.k;
	const stays = status === 0 && drawn;
	if (wait) retry = setTimeout(() => again(), 1000 * wait);
	if (status === 409) forget();
	alert()?.remove();
	const told = h("div", { class: stays ? "warn" : "empty", role: "alert" },
		h("p", text(WORDS[status] ?? "failed"), stays && [" ", t("stays")]), // The API speaks English.
		status > 0 && lang === "en" && h("p.note", message),
		h("p.end", button(t("try_again"), () => again(), "btn"), !stays
			&& link({ ...FRESH, k, view: "board", date: "", since: "", m: "" }, { class: "btn" }, t("newest_board"))));
	if (stays) return main.prepend(told);
	drawn = "";
	fill(main, told);
}

/** What has the focus may be drawn anew by its own click: found again by its key or its words. */
function focusKept() {
	const words = (el) => el.dataset.key ?? el.tagName + (el.ariaLabel ?? el.textContent);
	const had = document.activeElement, wanted = words(had);
	return () => {
		const found = [...document.querySelectorAll(had.tagName)].find((el) => words(el) === wanted);
		if (!had.isConnected) (found ?? main).focus({ preventScroll: true });
	};
}

/** Ask whether there is another scan, or another version of one; then draw anew, but under nobody's hands. */
async function refresh() {
	if (document.hidden || !known || document.activeElement.closest("main form")) return;
	const { k } = state, answer = await getFresh(ofKingdom("snapshots")).catch(() => {});
	if (!answer || k !== state.k || versions(answer.snapshots) === known) return;
	forget();
	drawn = known = "";
	await draw();
	say(text("new_scan", day(answer.snapshots[0] ?? Date.now())), true);
}
setInterval(refresh, 1000 * SECONDS);
on(document, "visibilitychange", refresh);
on(window, "online", () => again());
on(window, "offline", () => failed(refusal(0)));

history.scrollRestoration = "manual";
let scrolling, typing;
// While one scrolls, since an entry that was left cannot be written to.
on(window, "scroll", () => {
	clearTimeout(scrolling);
	scrolling = setTimeout(keepPlace, 150);
});
on(window, "popstate", async ({ state: entry }) => {
	clearTimeout(scrolling);
	// A link within the page: the browser goes there itself.
	if (!entry && location.hash) return;
	await draw();
	place(entry?.y ?? 0);
});

const search = (replace) => {
	clearTimeout(typing);
	go({ ...FRESH, view: "find", q: $("#q").value }, replace);
};
on($("#kingdom"), "change", ({ target }) => go({ ...FRESH, date: "", since: "", k: target.value }));
// No form is sent: what it says is in the address.
on(document, "submit", (event) => event.preventDefault());
on($("#find"), "submit", () => search());
on($("#q"), "input", () => {
	clearTimeout(typing);
	typing = setTimeout(search, 250, state.view === "find");
});

const THEMES = ["device", "light", "dark"];
const theme = (name) => {
	root.dataset.theme = name;
	$("#theme").ariaLabel = text("colours_" + name);
	store.set("theme", name);
};
theme(store.get("theme") || "device");
on($("#theme"), "click", () => theme(THEMES[(THEMES.indexOf(root.dataset.theme) + 1) % 3]));
fill($("#language"), Object.entries(LANGUAGES).map(([code, words]) => option(code, lang, words)));
on($("#language"), "change", ({ target }) => {
	store.set("lang", target.value);
	location.reload();
});
// What index.html says in English, in the page's language.
for (const el of document.querySelectorAll("[data-t]")) fill(el, t(el.dataset.t));
for (const el of document.querySelectorAll("[data-label]")) {
	el.ariaLabel = el.placeholder = text(el.dataset.label);
}
draw().then(() => place(history.state?.y ?? 0));
