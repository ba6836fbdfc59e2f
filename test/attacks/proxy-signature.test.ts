// Requests that claim to come through Shopify's app proxy. The test signs them by Shopify's documentation, with code of its own.
import { createHmac } from "node:crypto";
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { forShop, sql } from "../../app/db.server.ts";
import { readProxyQuery } from "../../app/shopify/proxy-signature.ts";
import { proxyShopper } from "../../app/shopify/shopper.server.ts";

const SECRET = "test-client-secret";
const SHOP = "tea.myshopify.com";
const now = new Date("2026-11-22T12:00:00Z");
const seconds = (date: Date) => String(Math.floor(date.getTime() / 1000));

type Pairs = [string, string][];
const base = (more: Pairs = [], at = now): Pairs => [
  ["shop", SHOP],
  ["logged_in_customer_id", "555"],
  ["path_prefix", "/apps/regulars"],
  ["timestamp", seconds(at)],
  ...more,
];

const hmac = (text: string, secret = SECRET) => createHmac("sha256", secret).update(text).digest("hex");
/** Signs as Shopify's Ruby sample does: list values joined by commas, `k=v` texts sorted. */
function sign(pairs: Pairs, secret = SECRET): Pairs {
  const joined = [...Map.groupBy(pairs, ([name]) => name)].map(
    ([name, values]) => `${name}=${values.map(([, value]) => value).join(",")}`,
  );
  return [...pairs, ["signature", hmac(joined.sort().join(""), secret)]];
}
const read = (pairs: Pairs, secrets = [SECRET], at = now) => readProxyQuery(new URLSearchParams(pairs), secrets, at);

test("a request that is signed as Shopify documents it is accepted", () => {
  expect(read(sign(base([["page", "2"]])))).toEqual({
    ok: true,
    query: { shop: SHOP, customerId: "555", pathPrefix: "/apps/regulars", parameters: { page: "2" } },
  });
});

test("R18: a visitor who is not signed in has an empty customer id, which is part of the signed text", () => {
  const pairs = base().map(([name, value]): [string, string] => [name, name.startsWith("logged") ? "" : value]);
  expect(read(sign(pairs))).toMatchObject({ ok: true, query: { customerId: null } });
});

test("R15: sorting by name and sorting by name and value give the same signature", () => {
  for (const names of [
    ["consented", "consentgiven"],
    ["a", "ab"],
    ["zed", "answer"],
  ]) {
    const pairs = base(names.map((name): [string, string] => [name, "1"]));
    const byName = pairs.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => `${name}=${value}`);
    expect(read(sign(pairs))).toMatchObject({ ok: true });
    expect(read([...pairs, ["signature", hmac(byName.join(""))]])).toMatchObject({ ok: true });
  }
});

test("R17: a signature over pairs that are joined by & is refused", () => {
  const text = base()
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join("&");
  expect(read([...base(), ["signature", hmac(text)]])).toMatchObject({ ok: false, status: 401 });
});

test("R19: a space may be encoded as + or as %20", () => {
  const signature = sign(base([["word", "a b"]])).at(-1)?.[1];
  const query = new URLSearchParams(base()).toString();
  for (const space of ["+", "%20"]) {
    const search = new URLSearchParams(`${query}&word=a${space}b&signature=${signature}`);
    expect(readProxyQuery(search, [SECRET], now)).toMatchObject({ ok: true, query: { parameters: { word: "a b" } } });
  }
});

test("R16, R20: a parameter that occurs twice is refused, signed or not", () => {
  for (const [name, value] of [...base(), ["page", "2"] as [string, string]]) {
    const twice = sign([...base([["page", "2"]]), [name, value]]);
    expect(read(twice)).toMatchObject({ ok: false, status: 400 });
  }
  const twice = [...sign(base()), ["signature", "0".repeat(64)] as [string, string]];
  expect(read(twice)).toMatchObject({ ok: false, status: 400 });
});

test("R20: a signature for a visitor's own parameters is valid for no other customer, shop or time", () => {
  // Requests that a signed-in attacker gets signed by Shopify, and the forged requests with the same signed text.
  const spoils: [Pairs, Pairs][] = [
    [
      base([["a", "1logged_in_customer_id=777"]]),
      [
        ["a", "1"],
        ["logged_in_customer_id", "777logged_in_customer_id=555"],
        ...base().filter(([name]) => name !== "logged_in_customer_id"),
      ],
    ],
    [
      base([["a", `1logged_in_customer_id=777path_prefix=/apps/regularsshop=${SHOP}timestamp=${seconds(now)}z=`]]),
      [
        ["a", "1"],
        ["logged_in_customer_id", "777"],
        ["path_prefix", "/apps/regulars"],
        ["shop", SHOP],
        ["timestamp", seconds(now)],
        ["z", `logged_in_customer_id=555path_prefix=/apps/regularsshop=${SHOP}timestamp=${seconds(now)}`],
      ],
    ],
  ];
  for (const [given, forged] of spoils) {
    const signature = sign(given).at(-1)?.[1] ?? "";
    // Each pair is a real forgery: both requests have the same text when joined without separators.
    const text = (pairs: Pairs) =>
      pairs
        .map(([name, value]) => `${name}=${value}`)
        .sort()
        .join("");
    expect(hmac(text(forged))).toBe(signature);
    expect(read([...forged, ["signature", signature]])).toMatchObject({ ok: false, status: 400 });
  }
});

test("every reserved parameter must be present and have its form", () => {
  for (const [name] of base()) {
    expect(read(sign(base().filter(([other]) => other !== name)))).toMatchObject({ ok: false, status: 400 });
  }
  expect(read(base())).toMatchObject({ ok: false, status: 400 });
  const bad: Record<string, string[]> = {
    shop: ["evil.example.com", "tea.myshopify.com.evil.com", "TEA.myshopify.com", ""],
    logged_in_customer_id: ["5a", "-1", "gid://shopify/Customer/5", "9".repeat(30)],
    path_prefix: ["/other/regulars", "//evil.com", "/apps/../x", ""],
    timestamp: ["now", "-5", "1e9", "", "9".repeat(20)],
  };
  for (const [name, values] of Object.entries(bad)) {
    for (const value of values) {
      const pairs = base().map(([other, own]): [string, string] => [other, other === name ? value : own]);
      expect(read(sign(pairs)), `${name}=${value}`).toMatchObject({ ok: false, status: 400 });
    }
  }
});

test("unknown names, and values that could hide a parameter, are refused even if they are signed", () => {
  for (const name of ["Page", "a_b", "abcdefghijklm", "a1", "é", "", "__proto__", "constructor[]"]) {
    expect(read(sign(base([[name, "1"]]))), name).toMatchObject({ ok: false, status: 400 });
  }
  expect(read(sign(base([["page", "a=b"]])))).toMatchObject({ ok: false, status: 400 });
});

test("a request is valid for 90 seconds before and after its timestamp", () => {
  const at = (offset: number) => read(sign(base([], new Date(now.getTime() + offset * 1000))));
  expect([at(-90).ok, at(90).ok]).toEqual([true, true]);
  expect(at(-91)).toMatchObject({ ok: false, status: 401 });
  expect(at(91)).toMatchObject({ ok: false, status: 401 });
});

test("the previous secret is valid while the secret changes, and no other secret ever is", () => {
  expect(read(sign(base(), "old-secret"), [SECRET, "old-secret"])).toMatchObject({ ok: true });
  expect(read(sign(base(), "old-secret"))).toMatchObject({ ok: false, status: 401 });
  expect(read(sign(base(), ""), [SECRET, ""])).toMatchObject({ ok: false, status: 401 });
});

test("none of a hundred thousand altered requests is accepted", () => {
  const good = sign(base([["page", "2"]]));
  const text = new URLSearchParams(good).toString();
  const mutation = fc.record({
    at: fc.nat(text.length - 1),
    kind: fc.constantFrom("replace", "remove", "insert", "swap"),
    sign: fc.constantFrom(..."0123456789abcdefghijklmnopqrstuvwxyz=&%+/._-ABCDEF"),
  });
  fc.assert(
    fc.property(fc.array(mutation, { minLength: 1, maxLength: 3 }), (mutations) => {
      let changed = text;
      for (const { at, kind, sign: letter } of mutations) {
        const [before, here, after] = [changed.slice(0, at), changed[at] ?? "", changed.slice(at + 1)];
        if (kind === "replace") changed = before + letter + after;
        else if (kind === "remove") changed = before + after;
        else if (kind === "insert") changed = before + letter + here + after;
        else changed = before + (after[0] ?? "") + here + after.slice(1);
      }
      const search = new URLSearchParams(changed);
      const same = [...search].sort().join("\n") === [...good].sort().join("\n");
      return same || !readProxyQuery(search, [SECRET], now).ok;
    }),
    { numRuns: 100_000 },
  );
});

beforeAll(async () => {
  await forShop(SHOP).tx((tx) =>
    tx.run(sql`insert into shop (id, domain, installed_at) values (${SHOP}, ${SHOP}, now())`),
  );
});

const throughProxy = (pairs: Pairs) =>
  proxyShopper(new Request(`https://app.example.com/proxy/survey?${new URLSearchParams(pairs)}`)).catch(
    (answer: Response) => answer.status,
  );

test("the door accepts the signed shop only, and only if that shop is installed", async () => {
  expect(await throughProxy(sign(base([], new Date())))).toMatchObject({ shop: { id: SHOP }, customerId: "555" });
  expect(await throughProxy(base([], new Date()))).toBe(400);
  const elsewhere = base([], new Date()).map(([name, value]): [string, string] => [
    name,
    name === "shop" ? "coffee.myshopify.com" : value,
  ]);
  expect(await throughProxy(sign(elsewhere))).toBe(404);
  const signature = sign(base([], new Date())).at(-1)?.[1] ?? "";
  expect(await throughProxy([...elsewhere, ["signature", signature]])).toBe(401);
});
