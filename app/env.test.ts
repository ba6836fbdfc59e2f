import { expect, test } from "vitest";
import { assertComplete, readSettings } from "./env.server.ts";

const KEY = Buffer.alloc(32, 7).toString("base64");
const PRODUCTION = {
  NODE_ENV: "production",
  SHOPIFY_API_KEY: "key",
  SHOPIFY_API_SECRET: "secret",
  SHOPIFY_APP_URL: "https://crm.example.com",
  ENCRYPTION_KEY: KEY,
};

function refusal(source: Record<string, string>): string {
  try {
    readSettings(source);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("the settings were accepted");
}

test("production boots with Shopify's credentials, the app's address and an encryption key", () => {
  expect(readSettings(PRODUCTION).SHOPIFY_API_KEY).toBe("key");
});

test("the error names every missing or wrong setting at once, with how to correct it", () => {
  const message = refusal({ NODE_ENV: "production", PORT: "http", ENCRYPTION_KEY: "short", DATABASE_POOL: "1" });
  expect(message).toContain("SHOPIFY_API_KEY is not set. It is the app's client id");
  expect(message).toContain("SHOPIFY_API_SECRET is not set.");
  expect(message).toContain("SHOPIFY_APP_URL is not set.");
  expect(message).toContain("ENCRYPTION_KEY is wrong. It is 32 random bytes in base64: make one with");
  expect(message).toContain("PORT is wrong. It is the port to listen on");
  expect(message).toContain("DATABASE_POOL is wrong.");
});

test("the values of wrong settings are not printed, since they may be secrets", () => {
  expect(refusal({ ...PRODUCTION, ENCRYPTION_KEY: "my-secret-key" })).not.toContain("my-secret-key");
});

test("an empty setting counts as not set", () => {
  expect(readSettings({ PORT: "", LOG_LEVEL: "" })).toMatchObject({ PORT: 3000, LOG_LEVEL: "info" });
  expect(refusal({ ...PRODUCTION, ENCRYPTION_KEY: "" })).toContain("ENCRYPTION_KEY is not set");
});

test("in development a missing key is derived from the app's secret, always the same, and never in production", () => {
  const settings = { NODE_ENV: "development", SHOPIFY_API_SECRET: "of this app" };
  const { ENCRYPTION_KEY } = readSettings(settings);
  expect(Buffer.from(ENCRYPTION_KEY, "base64")).toHaveLength(32);
  expect(readSettings(settings).ENCRYPTION_KEY).toBe(ENCRYPTION_KEY);
  expect(readSettings({ ...settings, SHOPIFY_API_SECRET: "of another" }).ENCRYPTION_KEY).not.toBe(ENCRYPTION_KEY);
  expect(readSettings({ ...settings, ENCRYPTION_KEY: KEY }).ENCRYPTION_KEY).toBe(KEY);
  expect(readSettings({ ...settings, NODE_ENV: "test" }).ENCRYPTION_KEY).toBe("");
});

test("in development the URL in HOST, which shopify app dev sets, is the app's public URL", () => {
  const given = { NODE_ENV: "development", HOST: "https://thin-lake.trycloudflare.com" };
  expect(readSettings(given)).toMatchObject({ SHOPIFY_APP_URL: given.HOST, HOST: "0.0.0.0" });
  const own = { ...given, SHOPIFY_APP_URL: "https://crm.example.com" };
  expect(readSettings(own)).toMatchObject({ SHOPIFY_APP_URL: own.SHOPIFY_APP_URL, HOST: "0.0.0.0" });
  expect(refusal({ ...PRODUCTION, HOST: given.HOST })).toContain("HOST is wrong");
});

const WRONG: Record<string, string[]> = {
  NODE_ENV: ["prod", "Production"],
  APP_DATABASE_URL: ["regulars", "mysql://host/name", "postgresql://host:port/name"],
  DOOR_DATABASE_URL: ["localhost:5432", "http://host/name"],
  DATABASE_POOL: ["1", "201", "ten", "2.5", "0x10", " "],
  LOG_LEVEL: ["loud", "INFO"],
  PORT: ["65536", "-1", "http", "1e3", "3000.5", " "],
  HOST: ["300.1.1.1", "1.2.3", "http://localhost", "local host", "127.0.0.1:3000", ":::"],
  WORKER_PORT: ["70000", "none"],
  SHOPIFY_API_KEY: ["key\n"],
  SHOPIFY_API_SECRET: [" secret"],
  SHOPIFY_API_SECRET_OLD: [" old"],
  SHOPIFY_APP_URL: ["crm.example.com", "https://crm.example.com/app", "ftp://crm.example.com"],
  ENCRYPTION_KEY: ["short", Buffer.alloc(31).toString("base64")],
  ENCRYPTION_KEY_OLD: ["short"],
  METRICS_TOKEN: ["1234", "sixteen letters and a blank "],
};

test.each(Object.entries(WRONG))("the refusal of a wrong %s names the setting and what it must be", (name, values) => {
  for (const value of values) {
    const message = refusal({ ...PRODUCTION, [name]: value });
    expect(message, value).toMatch(new RegExp(`\\n  - ${name} is wrong\\. It is [^]{20,}\\.$`));
  }
});

test("each setting that can be wrong is tested with a wrong value", () => {
  expect([...Object.keys(WRONG), "PROCESS_NAME"].sort()).toEqual(
    Object.keys(readSettings({ ...PRODUCTION, ...RIGHT })).sort(),
  );
});

const RIGHT = {
  WORKER_PORT: "1",
  SHOPIFY_API_SECRET_OLD: "old",
  ENCRYPTION_KEY_OLD: KEY,
  METRICS_TOKEN: "x".repeat(16),
};

test("HOST may be an IP address or a host name", () => {
  for (const HOST of ["0.0.0.0", "::", "::1", "127.0.0.1", "localhost", "web-1", "web1.internal.example.com"])
    expect(readSettings({ HOST }).HOST).toBe(HOST);
});

test("a process that serves requests needs Shopify's credentials in development too, and names the missing setting", () => {
  const complete = (source: Record<string, string>) => () => assertComplete(readSettings(source));
  const asked =
    /SHOPIFY_API_KEY is not set\. It is the app's client id[^]*SHOPIFY_API_SECRET is not set\. It is the app's client secret: /;
  expect(complete({ NODE_ENV: "development" })).toThrow(asked);
  expect(complete({ NODE_ENV: "development" })).not.toThrow("ENCRYPTION_KEY");
  expect(complete({ NODE_ENV: "development", SHOPIFY_API_KEY: "key", SHOPIFY_API_SECRET: "secret" })).not.toThrow();
  expect(complete({ NODE_ENV: "test", SHOPIFY_API_KEY: "key", SHOPIFY_API_SECRET: "secret" })).toThrow(
    "ENCRYPTION_KEY is not set. It is 32 random bytes",
  );
});
