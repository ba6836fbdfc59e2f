// Prometheus metrics. The door runs unbuilt and the pages from the bundle, in one process: a metric is made once by name.
import { Counter, Gauge, Histogram, register } from "prom-client";

type Options = { name: string; help: string; labelNames?: string[]; buckets?: number[] };

const once = <Metric>(name: string, make: () => Metric): Metric =>
  (register.getSingleMetric(name) as Metric | undefined) ?? make();

export const counter = (options: Options): Counter => once(options.name, () => new Counter(options));
export const gauge = (options: Options): Gauge => once(options.name, () => new Gauge(options));
export const histogram = (options: Options): Histogram => once(options.name, () => new Histogram(options));
export const metricsText = (): Promise<string> => register.metrics();
