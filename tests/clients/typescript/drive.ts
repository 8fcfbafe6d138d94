// Drives the client that openapi-fetch makes of the generated types: `node drive.js URL STEP`
// prints what came of a step as JSON. It stands here as an example, too: see docs/api.md.

import createClient from "openapi-fetch";
import type { components, paths } from "./schema.js";

type Entry = components["schemas"]["Entry"];
type Dkp = components["schemas"]["Dkp"];
type Player = components["schemas"]["ListedPlayer"];

const [, , baseUrl = "", step = ""] = process.argv;
const api = createClient<paths>({ baseUrl: baseUrl.replace(/\/$/, "") });
const BOARD = "/v1/kingdoms/{kingdom}/leaderboards/{metric}";
const path = { kingdom: 51, metric: "dkp" } as const;

const wait = (seconds: number) => new Promise((done) => setTimeout(done, 1000 * seconds));

// `next` is a query; its parts are the parameters of the next request.
const following = (next: string) => Object.fromEntries(new URLSearchParams(next));

async function wholeBoard(limit: number, tries = 3) {
  let entries: Entry[] = [];
  let query: Record<string, string | number> = { limit, with: "power,kills" };
  let pages = 0;
  for (;;) {
    const { data, error, response } = await api.GET(BOARD, { params: { path, query } });
    if (response.status === 409 && --tries > 0) {
      entries = [];
      query = { limit, with: "power,kills" };
      continue;
    }
    if (!data) throw new Error(`${response.status}: ${JSON.stringify(error)}`);
    pages += 1;
    entries.push(...data.entries);
    if (data.next === null) return { pages, total: data.total, entries };
    query = following(data.next);
  }
}

async function patiently<Told extends { response: Response }>(ask: () => Promise<Told>) {
  for (let waits: string[] = []; ; ) {
    const told = await ask();
    const seconds = told.response.headers.get("Retry-After");
    if (![429, 503].includes(told.response.status) || seconds === null || waits.length === 3) {
      return { ...told, waits };
    }
    waits.push(seconds);
    await wait(Number(seconds));
  }
}

const saysOf = (dkp: Dkp): string => {
  switch (dkp.basis) {
    case "formula":
      return Object.entries(dkp.weights).map(([name, each]) => `${each} × ${name}`).join(" + ");
    case "file":
      return "as scanned";
    case "none":
      return "not known";
  }
};

const steps: Record<string, () => Promise<unknown>> = {
  board: () => wholeBoard(70),
  lists: async () => {
    const query = { with: ["power", "kills"] as ("power" | "kills")[], limit: 1, since: "previous" };
    const { data } = await api.GET(BOARD, { params: { path, query } });
    const first = data?.entries[0];
    return { dkp: data && saysOf(data.dkp), values: first?.values, movement: first?.movement };
  },
  confirmed: async () => {
    const first = await api.GET(BOARD, { params: { path } });
    const tag = first.response.headers.get("ETag") ?? "";
    const header = { "If-None-Match": tag };
    const again = await api.GET(BOARD, { params: { path, header }, cache: "no-store" });
    return { tag, statuses: [first.response.status, again.response.status], data: again.data };
  },
  missing: async () => {
    const away = { kingdom: 999, metric: "dkp" } as const;
    const { error, response } = await api.GET(BOARD, { params: { path: away } });
    return { status: response.status, error };
  },
  replaced: async () => {
    const query = { version: "0".repeat(16) };
    const { error, response } = await api.GET(BOARD, { params: { path, query } });
    return { status: response.status, error };
  },
  throttled: async () => {
    const { data, response, waits } = await patiently(() =>
      api.GET("/v1/kingdoms/{kingdom}/snapshots", { params: { path: { kingdom: 51 } } }),
    );
    return { status: response.status, waits, snapshots: data?.snapshots.length };
  },
  unavailable: async () => {
    const { error, response } = await api.GET("/v1/kingdoms/{kingdom}/snapshots", {
      params: { path: { kingdom: 78 } },
    });
    return { status: response.status, after: response.headers.get("Retry-After"), error };
  },
  failing: async () => {
    const { error, response } = await api.GET("/v1/metrics");
    return { status: response.status, error };
  },
  csv: async () => {
    const { data, response } = await api.GET(`${BOARD}.csv` as const, {
      params: { path, query: { limit: 3 } },
      parseAs: "text",
    });
    return { kind: response.headers.get("Content-Type"), lines: data?.split("\r\n") };
  },
  others: async () => {
    const kingdom = { path: { kingdom: 51 } };
    const [gains, changes, players, alliances, across] = await Promise.all([
      api.GET("/v1/kingdoms/{kingdom}/gains/{metric}", { params: { path } }),
      api.GET("/v1/kingdoms/{kingdom}/changes", { params: kingdom }),
      api.GET("/v1/kingdoms/{kingdom}/players", { params: { ...kingdom, query: { search: "a" } } }),
      api.GET("/v1/kingdoms/{kingdom}/alliances", { params: kingdom }),
      api.GET("/v1/leaderboards/{metric}", {
        params: { path: { metric: "power" }, query: { kingdoms: [51, 77] } },
      }),
    ]);
    const found: Player | undefined = players.data?.players[0];
    if (!found) throw new Error("nobody was found");
    const { data: card } = await api.GET("/v1/kingdoms/{kingdom}/players/{player}", {
      params: { path: { kingdom: 51, player: found.id } },
    });
    return {
      days: gains.data?.days,
      joined: changes.data?.joined.length,
      alliances: alliances.data?.alliances.length,
      kingdoms: across.data?.kingdoms.map((one) => one.kingdom),
      name: card?.names[0]?.name,
      rank: card?.snapshots[0]?.ranks.power?.rank,
    };
  },
};

const run = steps[step];
if (!run) throw new Error(`there is no step ${step}`);
console.log(JSON.stringify(await run()));
