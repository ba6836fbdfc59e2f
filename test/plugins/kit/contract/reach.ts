// Records what a plugin reaches without the context's `fetch` and `log`: hosts and the console. The diagnostics channels show every
// request of the process.
import diagnostics from "node:diagnostics_channel";
import type { Plugin } from "../../../../app/plugins/plugin.ts";

/** The test's own hosts: the dev stores, which stand in for Shopify. */
const OURS = /\.myshopify\.com$|^127\.0\.0\.1$|^localhost$/;
const LOUD = ["log", "info", "warn", "debug"] as const;

export type Reach = { hosts: string[]; said: string[]; end(): void };

export function watchReach({ sends = [] }: Plugin): Reach {
  const hosts: string[] = [];
  const said: string[] = [];
  const note = (host: string) => {
    const name = host.replace(/:\d+$/, "");
    if (!OURS.test(name) && !sends.some((send) => send.host === host)) hosts.push(host);
  };
  const onHttp = (message: unknown) => note(String((message as { request: { host?: string } }).request.host));
  const onUndici = (message: unknown) =>
    note(new URL(String((message as { request: { origin: unknown } }).request.origin)).host);
  diagnostics.subscribe("http.client.request.start", onHttp);
  diagnostics.subscribe("undici:request:create", onUndici);
  const before = LOUD.map((name) => console[name]);
  for (const name of LOUD) console[name] = (...parts: unknown[]) => void said.push(parts.map(String).join(" "));
  return {
    hosts,
    said,
    end() {
      diagnostics.unsubscribe("http.client.request.start", onHttp);
      diagnostics.unsubscribe("undici:request:create", onUndici);
      LOUD.forEach((name, at) => Object.assign(console, { [name]: before[at] }));
    },
  };
}
