import { expect, test } from "vitest";
import { readSettings } from "./env.server.ts";

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

test("every setting that is missing or wrong is told at once, with how to mend it", () => {
  const told = refusal({ NODE_ENV: "production", PORT: "http", ENCRYPTION_KEY: "short", DATABASE_POOL: "1" });
  expect(told).toContain("SHOPIFY_API_KEY is not set. It is the app's client id");
  expect(told).toContain("SHOPIFY_API_SECRET is not set.");
  expect(told).toContain("SHOPIFY_APP_URL is not set.");
  expect(told).toContain("ENCRYPTION_KEY is wrong. It is 32 random bytes in base64: make one with");
  expect(told).toContain("PORT is wrong. It is the port to listen on");
  expect(told).toContain("DATABASE_POOL is wrong.");
});

test("the values of wrong settings are not printed: they may be secrets", () => {
  expect(refusal({ ...PRODUCTION, ENCRYPTION_KEY: "my-secret-key" })).not.toContain("my-secret-key");
});

test("an empty setting counts as not set", () => {
  expect(readSettings({ PORT: "", LOG_LEVEL: "" })).toMatchObject({ PORT: 3000, LOG_LEVEL: "info" });
  expect(refusal({ ...PRODUCTION, ENCRYPTION_KEY: "" })).toContain("ENCRYPTION_KEY is not set");
});

test("in development a key is made of the app's secret, where none is set: always the same, and never in production", () => {
  const settings = { NODE_ENV: "development", SHOPIFY_API_SECRET: "of this app" };
  const { ENCRYPTION_KEY } = readSettings(settings);
  expect(Buffer.from(ENCRYPTION_KEY, "base64")).toHaveLength(32);
  expect(readSettings(settings).ENCRYPTION_KEY).toBe(ENCRYPTION_KEY);
  expect(readSettings({ ...settings, SHOPIFY_API_SECRET: "of another" }).ENCRYPTION_KEY).not.toBe(ENCRYPTION_KEY);
  expect(readSettings({ ...settings, ENCRYPTION_KEY: KEY }).ENCRYPTION_KEY).toBe(KEY);
  expect(readSettings({ ...settings, NODE_ENV: "test" }).ENCRYPTION_KEY).toBe("");
});
