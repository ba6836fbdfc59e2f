// The only reader of process.env. A bad setting stops the boot with a sentence that says how to mend it.
import { createHash } from "node:crypto";
import { isIP } from "node:net";
import { z } from "zod";

/** What each setting must be: the second sentence of a fault. */
const MEND: Record<string, string> = {
  NODE_ENV: "is production, development or test",
  APP_DATABASE_URL: "is the address of the database as the role regulars_app: postgresql://regulars_app:…@host/name",
  DOOR_DATABASE_URL: "is the address of the database as the role regulars_door: postgresql://regulars_door:…@host/name",
  DATABASE_POOL: "is the number of connections of one process, 2 to 200",
  LOG_LEVEL: "is one of fatal, error, warn, info, debug, trace, silent",
  PORT: "is the port to listen on, 0 to 65535",
  HOST: "is the address of this machine to listen on, or its name: 0.0.0.0 for all, 127.0.0.1 for this machine alone",
  SHOPIFY_API_KEY:
    "is the app's client id: see Settings in Shopify's Dev Dashboard, or run `shopify app env show`; without spaces around it",
  SHOPIFY_API_SECRET:
    "is the app's client secret: see Settings in Shopify's Dev Dashboard, or run `shopify app env show`; without spaces around it",
  SHOPIFY_API_SECRET_OLD:
    "is the previous client secret: set it only while Shopify changes to the new SHOPIFY_API_SECRET",
  SHOPIFY_APP_URL: "is the public address of this app without a path, as in shopify.app.toml: https://crm.example.com",
  ENCRYPTION_KEY: "is 32 random bytes in base64: make one with `openssl rand -base64 32`, and keep it",
  ENCRYPTION_KEY_OLD:
    "is the previous ENCRYPTION_KEY, 32 bytes in base64: keep it set for a day after a change while a worker runs; the worker encrypts everything again with the new key",
  WORKER_PORT:
    "is the port on which the worker answers /healthz, /readyz and /metrics, 0 to 65535; leave it unset for no port",
  METRICS_TOKEN:
    "is a secret of 16 characters or more, which a scraper sends as `Authorization: Bearer …`, without spaces around it",
};
const NEEDED = ["SHOPIFY_API_KEY", "SHOPIFY_API_SECRET", "ENCRYPTION_KEY"] as const;
const NEEDED_IN_PRODUCTION = [...NEEDED, "SHOPIFY_APP_URL"] as const;

const isKey = (text: string) => text === "" || Buffer.from(text, "base64").length === 32;
const isOrigin = (text: string) => /^https?:\/\/[^/?#\s]+\/?$/.test(text) && URL.canParse(text);
const isTrimmed = (text: string) => text === text.trim();
/** An IP address or a host name. `300.1.1.1` is neither: a host name has a letter in its last label. */
const isHost = (text: string) => isIP(text) !== 0 || /^(?:[a-z0-9_-]+\.)*(?=[0-9-]*[a-z])[a-z0-9-]+\.?$/i.test(text);
const whole = (least: number, most: number) =>
  z.string().regex(/^\d+$/).transform(Number).pipe(z.number().min(least).max(most));
const trimmed = z.string().refine(isTrimmed);
const isDatabase = (text: string) => text === "" || (/^postgres(ql)?:\/\//.test(text) && URL.canParse(text));

const settings = z.object({
  NODE_ENV: z.enum(["production", "development", "test"]).default("development"),
  APP_DATABASE_URL: z.string().refine(isDatabase).default(""),
  DOOR_DATABASE_URL: z.string().refine(isDatabase).default(""),
  DATABASE_POOL: whole(2, 200).default(10),
  LOG_LEVEL: z.enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"]).default("info"),
  PROCESS_NAME: z.string().default("regulars"),
  PORT: whole(0, 65535).default(3000),
  HOST: z.string().refine(isHost).default("0.0.0.0"),
  WORKER_PORT: whole(0, 65535).optional(),
  SHOPIFY_API_KEY: trimmed.default(""),
  SHOPIFY_API_SECRET: trimmed.default(""),
  /** Still accepted for webhooks while Shopify changes over to a new secret. */
  SHOPIFY_API_SECRET_OLD: trimmed.optional(),
  SHOPIFY_APP_URL: z.string().refine(isOrigin).default("http://localhost:3000"),
  /** 32 bytes in base64. Encrypts access tokens and the tombstones' keys at rest. */
  ENCRYPTION_KEY: z.string().refine(isKey).default(""),
  /** The previous key. It still decrypts what it encrypted. The worker encrypts everything anew with the new key within a day. */
  ENCRYPTION_KEY_OLD: z.string().refine(isKey).optional(),
  /** Lets other machines read /metrics. */
  METRICS_TOKEN: trimmed.min(16).optional(),
});

export type Settings = z.infer<typeof settings>;

/** Throws one error that names every setting that is missing or wrong. */
export function readSettings(source: Record<string, string | undefined>): Settings {
  // An empty line in an .env file means: not set.
  const set = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== undefined && value !== ""));
  const given = withPublicAddress(set);
  const read = settings.safeParse(given);
  const wrong = read.success ? [] : [...new Set(read.error.issues.map((issue) => String(issue.path[0])))];
  const missing =
    given["NODE_ENV"] === "production" ? NEEDED_IN_PRODUCTION.filter((name) => given[name] === undefined) : [];
  const faults = [...missing.map(isNotSet), ...wrong.map((name) => `${name} is wrong. It ${MEND[name]}.`)];
  if (read.success && faults.length === 0) return withDevelopmentKey(read.data);
  throw refusal(faults);
}

const isNotSet = (name: string) => `${name} is not set. It ${MEND[name]}.`;

const refusal = (faults: string[]) =>
  new Error(`Some settings are missing or wrong:\n${faults.map((fault) => `  - ${fault}`).join("\n")}`);

/** Throws if a setting is missing that a process of the app always needs. Commands without Shopify do not call this. */
export function assertComplete(settings: Settings): void {
  const missing = NEEDED.filter((name) => settings[name] === "");
  // In development the key is derived from the secret.
  const asked = missing.filter((name) => name !== "ENCRYPTION_KEY" || settings.SHOPIFY_API_SECRET !== "");
  if (asked.length > 0) throw refusal(asked.map(isNotSet));
}

/** `shopify app dev` puts the app's public URL into HOST: in development it becomes SHOPIFY_APP_URL. */
function withPublicAddress({ HOST, ...rest }: Record<string, string | undefined>): Record<string, string | undefined> {
  if (rest["NODE_ENV"] === "development" && HOST && /^https?:/.test(HOST)) return { SHOPIFY_APP_URL: HOST, ...rest };
  return HOST === undefined ? rest : { ...rest, HOST };
}

/** `shopify app dev` gives no ENCRYPTION_KEY: in development it is derived from the app's secret, the same in every process. */
function withDevelopmentKey(read: Settings): Settings {
  if (read.NODE_ENV !== "development" || read.ENCRYPTION_KEY !== "" || read.SHOPIFY_API_SECRET === "") return read;
  const key = createHash("sha256").update(`regulars development ${read.SHOPIFY_API_SECRET}`).digest("base64");
  return { ...read, ENCRYPTION_KEY: key };
}

export const env = readSettings(process.env);

/** The database's URLs may be known only later: in development the embedded database is started after the first check. */
export function rereadSettings(): void {
  Object.assign(env, readSettings(process.env));
}
