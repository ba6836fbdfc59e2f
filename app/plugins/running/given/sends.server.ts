// The `fetch` of plugins. It reaches only the hosts that the plugin declares. The connected socket's address is checked, so that
// neither a redirect, a literal address nor a name that changes its address leads into the internal network.
import net from "node:net";
import { Agent, buildConnector, fetch as undiciFetch } from "undici";
import { PluginMistake } from "../../../errors.ts";
import type { Shop } from "../../../shop.server.ts";
import { noteAccess } from "./access.server.ts";
import { accountsOf, endOf, refuseInside } from "./own-transactions.server.ts";

export type Send = {
  /** Such as `api.example.com` or `api.example.com:8443`. An internal address is reached only if it is written here literally. */
  host: string;
  /** What is sent there and why: a key of the plugin's locales/en.json. */
  purpose: string;
};

export type Answer = { status: number; headers: Headers; text: string };
export type Asking = { method?: string; headers?: Record<string, string>; body?: string };
/** Throws if the host does not answer within 8 seconds or answers with more than 1 MB. Follows redirects to declared hosts only. */
export type Fetch = (address: string, asking?: Asking) => Promise<Answer>;

const LIMIT_MS = 8000;
const LIMIT_BYTES = 1024 * 1024;
const REDIRECTS = 3;

const internal = new net.BlockList();
for (const [range, bits] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["224.0.0.0", 3],
] as const)
  internal.addSubnet(range, bits, "ipv4");
for (const [range, bits] of [
  ["::", 127],
  ["64:ff9b::", 96],
  ["fc00::", 7],
  ["fe80::", 10],
  ["ff00::", 8],
] as const)
  internal.addSubnet(range, bits, "ipv6");

/** BlockList checks an IPv4 address that is written as IPv6 (`::ffff:127.0.0.1`) as the IPv4 address. */
const isInternal = (address: string): boolean => internal.check(address, net.isIPv6(address) ? "ipv6" : "ipv4");

const withoutBrackets = (hostname: string) => hostname.replace(/^\[|\]$/g, "");
/** True for `localhost` and for a literal internal address. */
const isInternalHostname = (hostname: string) =>
  hostname === "localhost" || (net.isIP(withoutBrackets(hostname)) !== 0 && isInternal(withoutBrackets(hostname)));

const secure = buildConnector({ timeout: LIMIT_MS });
const agent = new Agent({
  connect(options, callback) {
    const { hostname, protocol } = options;
    const socket = net.connect({
      host: withoutBrackets(hostname),
      port: Number(options.port) || (protocol === "http:" ? 80 : 443),
      timeout: LIMIT_MS,
    });
    const end = (error: Error) => {
      socket.destroy();
      callback(error, null);
    };
    socket.once("error", end);
    socket.once("timeout", () => end(new Error("no connection in time")));
    socket.once("connect", () => {
      if (!isInternalHostname(hostname) && isInternal(socket.remoteAddress ?? "0.0.0.0"))
        return end(
          new PluginMistake(`the host ${hostname} leads to an address inside this network, which is not reached`),
        );
      socket.off("error", end).setTimeout(0);
      if (protocol === "https:") secure({ ...options, httpSocket: socket }, callback);
      else callback(null, socket);
    });
  },
});

export const fetchOf =
  (shop: Shop, plugin: string, sends: readonly Send[]): Fetch =>
  async (address, asking = {}) => {
    refuseInside("fetch");
    const end = endOf(shop);
    const accounts = accountsOf(shop);
    let url = new URL(address);
    let sent = asking;
    for (let followed = 0; ; followed += 1) {
      const { host } = url;
      checkAddress(url, sends);
      const bytes = Buffer.byteLength(sent.body ?? "") + Buffer.byteLength(url.pathname + url.search);
      const note = (failed: boolean) =>
        accounts.db.tx((tx) => noteAccess(shop, tx, { plugin, direction: "sent", what: host, bytes, failed }));
      end.throwIfAborted();
      const answer = await ask(url, sent, end).catch(async (error: unknown) => {
        await note(true);
        throw error;
      });
      await note(answer.status >= 400);
      const onward = answer.status >= 300 && answer.status < 400 ? answer.headers.get("location") : null;
      if (onward === null) return answer;
      if (followed === REDIRECTS) throw new PluginMistake(`the host ${host} redirects more than ${REDIRECTS} times`);
      const next = new URL(onward, url);
      sent = redirected(sent, answer.status, next.host !== host);
      url = next;
    }
  };

/** Headers that may go to another host: the others may be secrets of the first one. */
const NO_SECRET = new Set(["accept", "accept-language", "content-type", "user-agent"]);

/** What is sent on: as https://fetch.spec.whatwg.org/#http-redirect-fetch says, and without headers that may be secrets. */
function redirected({ method = "GET", headers = {}, body }: Asking, status: number, isOther: boolean): Asking {
  const isGet = (status === 303 && method !== "HEAD") || (status < 303 && method.toUpperCase() === "POST");
  const kept = Object.entries(headers).filter(
    ([name]) => !(isOther && !NO_SECRET.has(name.toLowerCase())) && !(isGet && name.toLowerCase() === "content-type"),
  );
  return {
    method: isGet ? "GET" : method,
    headers: Object.fromEntries(kept),
    ...(isGet || body === undefined ? {} : { body }),
  };
}

function checkAddress(url: URL, sends: readonly Send[]): void {
  if (!sends.some(({ host }) => host.toLowerCase() === url.host))
    throw new PluginMistake(`it asks the host ${url.host}, which is not in its sends: declare it there`);
  if (url.protocol !== "https:" && !(url.protocol === "http:" && isInternalHostname(url.hostname)))
    throw new PluginMistake(`it asks the host ${url.host} by ${url.protocol} and not by https:`);
}

async function ask(url: URL, { method = "GET", headers = {}, body }: Asking, end: AbortSignal): Promise<Answer> {
  const response = await undiciFetch(url, {
    method,
    headers,
    ...(body === undefined ? {} : { body }),
    redirect: "manual",
    dispatcher: agent,
    signal: AbortSignal.any([AbortSignal.timeout(LIMIT_MS), end]),
  }).catch((error: Error) => {
    // undici wraps the mistake that the connector found. The plugin gets the mistake itself.
    throw error.cause instanceof PluginMistake ? error.cause : error;
  });
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of response.body ?? []) {
    length += part.length;
    if (length > LIMIT_BYTES) throw new PluginMistake(`the host ${url.host} answers with more than 1 MB`);
    parts.push(part);
  }
  return {
    status: response.status,
    headers: new Headers([...response.headers]),
    text: Buffer.concat(parts).toString("utf8"),
  };
}
