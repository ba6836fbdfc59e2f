import { expect, test, vi } from "vitest";

const KEY = Buffer.alloc(32, 1).toString("base64");
const NEXT_KEY = Buffer.alloc(32, 2).toString("base64");
const place = { shop: "a.myshopify.com", table: "session", column: "access_token", row: "offline_a.myshopify.com" };

/** Imports the module as a process with these keys would. */
async function withKeys(current: string, old = "") {
  vi.resetModules();
  vi.stubEnv("ENCRYPTION_KEY", current);
  vi.stubEnv("ENCRYPTION_KEY_OLD", old);
  return import("./secrets.server.ts");
}

test("a sealed token decrypts in its place, and the sealed text does not contain the token", async () => {
  const { seal, unseal } = await withKeys(KEY);
  const sealed = seal("shpat_0123456789", place);
  expect(sealed).not.toContain("shpat");
  expect(unseal(sealed, place)).toBe("shpat_0123456789");
});

test("a sealed token decrypts in no other shop, table, column or row", async () => {
  const { seal, unseal } = await withKeys(KEY);
  const sealed = seal("token", place);
  const elsewhere = [
    { ...place, shop: "b.myshopify.com" },
    { ...place, table: "inbox" },
    { ...place, column: "refresh_token" },
    { ...place, row: "offline_b.myshopify.com" },
  ];
  for (const other of elsewhere) expect(() => unseal(sealed, other)).toThrow(/changed, or moved/);
});

test("every changed character of a sealed token is detected", async () => {
  const { seal, unseal } = await withKeys(KEY);
  const sealed = seal("token", place);
  const start = sealed.lastIndexOf(".") + 1;
  for (let at = start; at < sealed.length - 1; at += 1) {
    const other = sealed[at] === "A" ? "B" : "A";
    expect(() => unseal(sealed.slice(0, at) + other + sealed.slice(at + 1), place)).toThrow();
  }
  expect(() => unseal(sealed.slice(0, start + 8), place)).toThrow(/too short/);
  expect(() => unseal("shpat_plain", place)).toThrow(/holds no sealed text/);
});

test("the same token never seals to the same text", async () => {
  const { seal } = await withKeys(KEY);
  expect(new Set(Array.from({ length: 2_000 }, () => seal("token", place))).size).toBe(2_000);
});

test("with another key nothing decrypts, and the error names the setting to correct", async () => {
  const sealed = (await withKeys(KEY)).seal("token", place);
  const { unseal } = await withKeys(NEXT_KEY);
  expect(() => unseal(sealed, place)).toThrow(/neither ENCRYPTION_KEY nor ENCRYPTION_KEY_OLD/);
});

test("after a change of keys old texts decrypt, and a text that is sealed from then on decrypts without the old key", async () => {
  const sealed = (await withKeys(KEY)).seal("token", place);
  const { unseal, seal } = await withKeys(NEXT_KEY, KEY);
  expect(unseal(sealed, place)).toBe("token");
  const anew = seal("token", place);
  expect((await withKeys(NEXT_KEY)).unseal(anew, place)).toBe("token");
});

test("without a key nothing is stored unencrypted", async () => {
  const { seal } = await withKeys("");
  expect(() => seal("token", place)).toThrow(/ENCRYPTION_KEY is not set/);
});

test("a redacted person's address is found in any notation, in its shop only, and after a change of keys", async () => {
  const before = (await withKeys(KEY)).personHashes("a.myshopify.com", "email", "Ada@Example.com");
  const { personHashes } = await withKeys(NEXT_KEY, KEY);
  expect(personHashes("a.myshopify.com", "email", " ada@example.COM")).toContain(before[0]);
  expect(personHashes("b.myshopify.com", "email", "ada@example.com")).not.toContain(before[0]);
  expect(personHashes("a.myshopify.com", "phone", "ada@example.com")).not.toContain(before[0]);
});
