// Prometheus metrics. One process loads this module twice, for the door from source and for the pages from the bundle. So a metric
// that the registry knows by name is not made again.
import { createHash, timingSafeEqual } from "node:crypto";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { Counter, Gauge, Histogram, register } from "prom-client";
import { env } from "./env.server.ts";

type Options = { name: string; help: string; labelNames?: string[]; buckets?: number[] };

const once = <Metric>(name: string, make: () => Metric): Metric =>
  (register.getSingleMetric(name) as Metric | undefined) ?? make();

export const counter = (options: Options): Counter => once(options.name, () => new Counter(options));
export const gauge = (options: Options): Gauge => once(options.name, () => new Gauge(options));
export const histogram = (options: Options): Histogram => once(options.name, () => new Histogram(options));
export const metricsText = (): Promise<string> => register.metrics();

const PAUSES = "regulars_longest_pause_seconds";
once(PAUSES, () => {
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  return new Gauge({
    name: PAUSES,
    help: "The longest time since the last scrape in which this process answered nobody",
    collect() {
      this.set(delay.max / 1e9);
      delay.reset();
    },
  });
});

export const METRICS_TYPE = register.contentType;

const LOOPBACK = /^(?:127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/;
const digest = (text: string) => createHash("sha256").update(text).digest();

/** True of a request from this machine that no proxy forwarded, and of any request with METRICS_TOKEN. */
export function mayScrape(headers: Headers, remoteAddress: unknown): boolean {
  const token = /^Bearer (\S+)$/.exec(headers.get("authorization") ?? "")?.[1];
  if (env.METRICS_TOKEN && token !== undefined) return timingSafeEqual(digest(token), digest(env.METRICS_TOKEN));
  const forwarded = ["forwarded", "x-forwarded-for", "x-real-ip", "via"].some((name) => headers.has(name));
  return !forwarded && typeof remoteAddress === "string" && LOOPBACK.test(remoteAddress);
}
