// Webhooks that are acknowledged a second: a process that only checks the HMAC, the app's door, and Shopify's template with four
// upserts an order. All run at once on one database and are loaded in turn, in rotated rounds. Ratios are medians of the rounds'
// ratios.
import { spawnSync } from "node:child_process";
import { buildIfStale } from "../setup/build-if-stale.ts";
import { setting } from "./setting.ts";
import { openBenchDatabase, SHOP, type BenchDatabase } from "./bench-database.ts";
import { sendLoad, startServer, type Load, type Running } from "./process.ts";
import { median, say } from "./report.ts";

/** A median of fewer than three rounds means nothing. */
const ROUNDS = setting("BENCH_ROUNDS", 5, [3, 100]);
const SECONDS = setting("BENCH_SECONDS", 3, [1, 600]);
const CONNECTIONS = setting("BENCH_CONNECTIONS", 256, [1, 4096]);
const BAR = { template: 35, ceiling: 0.6 };

const CONTENDERS = ["ceiling", "door", "template"] as const;
type Contender = (typeof CONTENDERS)[number];
/** CPU time in microseconds for each webhook: the server's process and all of PostgreSQL. */
type Cpu = { cpu: number | null; own: number | null; postgres: number | null };
type Measured = Load & Cpu & { rps: number };

const ARGS: Record<Contender, string[]> = {
  ceiling: ["test/bench/ceiling-process.ts"],
  door: ["app/entry.web.ts"],
  template: ["test/bench/template-process.ts"],
};

export async function benchIngest(): Promise<boolean> {
  buildIfStale();
  const built = spawnSync("npx", ["remix", "vite:build", "test/bench/template"], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  if (built.status !== 0) throw new Error("the template's build failed");
  const database = await openBenchDatabase();
  const running = new Map<Contender, Running>();
  try {
    await storeToken(database);
    for (const name of CONTENDERS) running.set(name, await startServer(ARGS[name], database.env));
    const rounds = await runRounds(database, running);
    report(rounds);
    return await agree(database, rounds);
  } finally {
    await Promise.all([...running.values()].map((server) => server.stop()));
    await database.close();
  }
}

/** A valid offline token, so that the template loads its session and does not renew it. */
async function storeToken(database: BenchDatabase): Promise<void> {
  Object.assign(process.env, database.env);
  const { sessionStorage } = await import("../../app/shopify/sessions.server.ts");
  const { closeDatabase } = await import("../../app/db.server.ts");
  const { Session } = await import("@shopify/shopify-api");
  const expires = new Date(Date.now() + 24 * 3_600_000);
  const token = { accessToken: "shpat_bench", refreshToken: "shprt_bench", expires, refreshTokenExpires: expires };
  await sessionStorage.storeSession(
    new Session({ id: `offline_${SHOP}`, shop: SHOP, state: "", isOnline: false, scope: "read_orders", ...token }),
  );
  await closeDatabase();
}

async function runRounds(database: BenchDatabase, running: Map<Contender, Running>) {
  const rounds: Record<Contender, Measured>[] = [];
  let seed = 0;
  for (let round = -1; round < ROUNDS; round += 1) {
    const order = CONTENDERS.map((_, at) => CONTENDERS[(at + round + CONTENDERS.length) % CONTENDERS.length] ?? "door");
    const measured: Partial<Record<Contender, Measured>> = {};
    for (const name of order) {
      const server = running.get(name);
      if (!server) throw new Error(`${name} does not run`);
      seed += 1;
      const before = [server.cpu(), database.cpu()] as const;
      // The first round warms up, and counts only for the rows.
      const load = await sendLoad([server.port, round < 0 ? 1 : SECONDS, CONNECTIONS, seed], database.env);
      const spent = (now: number | null, then: number | null) =>
        now === null || then === null ? null : (now - then) / Math.max(1, load.acked);
      const [own, postgres] = [spent(server.cpu(), before[0]), spent(database.cpu(), before[1])];
      const cpu = own === null || postgres === null ? null : own + postgres;
      measured[name] = { ...load, rps: load.acked / load.seconds, cpu, own, postgres };
    }
    rounds.push(measured as Record<Contender, Measured>);
  }
  return rounds;
}

function report(all: Record<Contender, Measured>[]): void {
  const rounds = all.slice(1);
  const ratioTo = (name: Contender, other: Contender) =>
    median(rounds.map((round) => round[name].rps / round[other].rps));
  const bench = "ingest";
  for (const contender of CONTENDERS) {
    const figure = (metric: keyof Measured, unit: string, ratio: number | null, name: string = metric) => {
      const values = rounds.flatMap((round) => round[contender][metric] ?? []);
      say({ bench, contender, metric: name, value: values.length > 0 ? median(values) : null, unit, ratio });
    };
    figure("rps", "1/s", ratioTo(contender, "ceiling"));
    figure("p50", "ms", null);
    figure("p99", "ms", null);
    figure("cpu", "µs", null);
    figure("own", "µs", null, "cpu of the server");
    figure("postgres", "µs", null, "cpu of postgres");
  }
  const [template, ceiling] = [ratioTo("door", "template"), ratioTo("door", "ceiling")];
  say({ bench, contender: "door", metric: "times the template", value: template, unit: "×", ratio: template });
  say({ bench, contender: "door", metric: "share of the ceiling", value: ceiling, unit: "×", ratio: ceiling });
  const missed = [
    ...(template < BAR.template ? [`${template.toFixed(1)} × the template, not ${BAR.template}`] : []),
    ...(ceiling < BAR.ceiling ? [`${ceiling.toFixed(2)} of the ceiling, not ${BAR.ceiling}`] : []),
  ];
  process.stdout.write(`${JSON.stringify({ bench, pass: missed.length === 0, missed })}\n`);
}

/** Checks that every contender stored what it acknowledged, and refused nothing. */
async function agree(database: BenchDatabase, rounds: Record<Contender, Measured>[]): Promise<boolean> {
  const sum = (name: Contender, of: "acked" | "refused" | "distinct") =>
    rounds.reduce((total, round) => total + round[name][of], 0);
  const { inbox, orders } = await database.one<{ inbox: number; orders: number }>(
    "select (select count(*)::int from inbox) as inbox, (select count(*)::int from shop_order) as orders",
  );
  const quarrels = [
    ...CONTENDERS.flatMap((name) => (sum(name, "refused") > 0 ? [`${name} refused ${sum(name, "refused")}`] : [])),
    ...CONTENDERS.flatMap((name) => (sum(name, "acked") === 0 ? [`${name} did not run`] : [])),
    ...(inbox === sum("door", "acked") ? [] : [`the door acknowledged ${sum("door", "acked")} and stored ${inbox}`]),
    ...(orders === sum("template", "distinct")
      ? []
      : [`the template acknowledged ${sum("template", "distinct")} orders and stored ${orders}`]),
  ];
  for (const quarrel of quarrels) process.stderr.write(`${quarrel}\n`);
  return quarrels.length === 0;
}
