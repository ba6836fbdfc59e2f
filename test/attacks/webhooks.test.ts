// A sender without the app's secret leaves no row, whatever the sender posts.
import { randomBytes } from "node:crypto";
import { connect } from "node:net";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { example, openIngest, sign, type Ingest } from "../flows/ingest-shop.ts";
import { signatureCheck } from "../../app/sync/sources/shopify/hmac.ts";

const SHOP = "ingest.myshopify.com";
const body = Buffer.from(JSON.stringify(example("orders/create")));
let ingest: Ingest;
beforeAll(async () => {
  ingest = await openIngest();
  await ingest.install(SHOP);
});
beforeEach(() => ingest.rows("delete from inbox"));
afterAll(() => ingest.close());

const headers = (signature: string | undefined, more: Record<string, string> = {}) => ({
  "x-shopify-topic": "orders/create",
  "x-shopify-shop-domain": SHOP,
  "x-shopify-event-id": "an-event",
  ...(signature === undefined ? {} : { "x-shopify-hmac-sha256": signature }),
  ...more,
});
const stored = async () => (await ingest.rows("select from inbox")).length;
const post = async (bytes: Buffer, signature: string | undefined, more: Record<string, string> = {}) => {
  const response = await ingest.post(bytes, headers(signature, more));
  await response.arrayBuffer();
  return response.status;
};

/** Every kind of change to a signature or to the signed body. */
const forgery = fc.oneof(
  fc.tuple(fc.constant("flip a bit of the body"), fc.nat(body.length - 1), fc.nat(7)),
  fc.tuple(fc.constant("flip a bit of the signature"), fc.nat(31), fc.nat(7)),
  fc.tuple(fc.constant("cut the signature"), fc.nat(43), fc.constant(0)),
  fc.tuple(fc.constant("cut the body"), fc.nat(body.length - 1), fc.constant(0)),
  fc.tuple(fc.constant("change a letter's case"), fc.nat(43), fc.constant(0)),
  fc.tuple(fc.constant("another secret"), fc.nat(), fc.constant(0)),
  fc.tuple(fc.constant("another spelling"), fc.nat(4), fc.constant(0)),
  fc.tuple(fc.constant("noise"), fc.nat(64), fc.constant(0)),
);

function forge([way, at, bit]: [string, number, number]): { bytes: Buffer; signature: string } {
  const signature = sign(body);
  const flipped = (bytes: Buffer) => {
    const copy = Buffer.from(bytes);
    copy[at] = (copy[at] ?? 0) ^ (1 << bit);
    return copy;
  };
  switch (way) {
    case "flip a bit of the body":
      return { bytes: flipped(body), signature };
    case "flip a bit of the signature":
      return { bytes: body, signature: flipped(Buffer.from(signature, "base64")).toString("base64") };
    case "cut the signature":
      return { bytes: body, signature: signature.slice(0, at) };
    case "cut the body":
      return { bytes: body.subarray(0, at), signature };
    case "change a letter's case": {
      const letter = signature[at] ?? "";
      const other = letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase();
      return {
        bytes: body,
        signature: other === letter ? "" : signature.slice(0, at) + other + signature.slice(at + 1),
      };
    }
    case "another secret":
      return { bytes: body, signature: sign(body, `secret ${at}`) };
    case "another spelling": {
      const raw = Buffer.from(signature, "base64");
      // The last letter before `=` has two unused bits, so other letters decode to the same bytes.
      const spare =
        signature.slice(0, 42) +
        String.fromCharCode((signature.charCodeAt(42) === 90 ? 96 : signature.charCodeAt(42)) + 1) +
        "=";
      const spellings = [
        raw.toString("hex"),
        signature.slice(0, 43),
        `${signature} `.replace("=", "=="),
        `,${signature}`,
        spare,
      ];
      return { bytes: body, signature: spellings[at] ?? "" };
    }
    default:
      return { bytes: body, signature: randomBytes(at).toString("base64") };
  }
}

test("ten thousand forged signatures are all refused, and the true one is accepted", () => {
  const isSigned = signatureCheck(["test-client-secret", "the-old-secret"]);
  expect(isSigned(body, sign(body))).toBe(true);
  fc.assert(
    fc.property(forgery, (way) => {
      const { bytes, signature } = forge(way);
      expect(isSigned(bytes, signature), way.join(" ")).toBe(false);
    }),
    { numRuns: 10_000 },
  );
});

test("a thousand of them at the door are answered 401 and leave no row", async () => {
  const ways = fc.sample(forgery, 1000);
  for (let at = 0; at < ways.length; at += 50) {
    const answers = await Promise.all(
      ways.slice(at, at + 50).map((way) => {
        const { bytes, signature } = forge(way);
        // A header of spaces reaches the door as an empty header.
        return post(bytes, signature.trim() === "" ? undefined : signature);
      }),
    );
    expect(new Set(answers)).toEqual(new Set([401]));
  }
  expect(await stored()).toBe(0);
});

test("an unsigned webhook is answered 401 for every topic, including the three compliance topics", async () => {
  for (const topic of [
    "customers/data_request",
    "customers/redact",
    "shop/redact",
    "app/uninstalled",
    "orders/create",
  ]) {
    expect(await post(body, undefined, { "x-shopify-topic": topic }), topic).toBe(401);
    expect(await post(body, sign(body, "not ours"), { "x-shopify-topic": topic }), topic).toBe(401);
  }
  expect(await stored()).toBe(0);
});

test("a signature with the previous secret is accepted", async () => {
  expect(await post(body, sign(body, "the-old-secret"))).toBe(200);
  expect(await stored()).toBe(1);
});

test("a signed webhook with malformed headers is answered 400 and leaves no row", async () => {
  const signature = sign(body);
  const broken: Record<string, string>[] = [
    { "x-shopify-shop-domain": "evil.example.com" },
    { "x-shopify-shop-domain": "a.myshopify.com/../b" },
    { "x-shopify-shop-domain": "" },
    { "x-shopify-topic": "" },
    { "x-shopify-topic": "orders/create'; drop table inbox" },
    { "x-shopify-topic": "o".repeat(200) },
  ];
  for (const more of broken) expect(await post(body, signature, more), JSON.stringify(more)).toBe(400);
  expect(await stored()).toBe(0);
});

test("unusual ids and times in headers lose no webhook", async () => {
  const signature = sign(body);
  const odd: Record<string, string>[] = [
    { "x-shopify-event-id": "é".repeat(10), "x-shopify-webhook-id": "w1" },
    { "x-shopify-event-id": "e".repeat(5000) },
    { "x-shopify-triggered-at": "99999-01-01T00:00:00Z", "x-shopify-event-id": "t1" },
    { "x-shopify-triggered-at": "not a time", "x-shopify-event-id": "t2" },
  ];
  for (const more of odd) expect(await post(body, signature, more), JSON.stringify(more).slice(0, 80)).toBe(200);
  expect(await stored()).toBe(4);
});

test("a method other than POST is answered 405", async () => {
  for (const method of ["GET", "PUT", "DELETE"]) expect((await fetch(ingest.url, { method })).status).toBe(405);
});

/** Writes raw bytes, and reads until the first line of the answer is there. */
const raw = (chunks: (string | Buffer)[]): Promise<string> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(ingest.url);
    const socket = connect(Number(port), hostname);
    let said = "";
    socket.on("data", (data) => {
      said += data.toString("latin1");
      if (said.includes("\r\n")) {
        socket.destroy();
        resolve(said.split("\r\n")[0] ?? "");
      }
    });
    socket.on("error", reject);
    socket.on("close", () => resolve(said.split("\r\n")[0] ?? ""));
    for (const chunk of chunks) socket.write(chunk);
  });

test("a body whose Content-Length is too large is refused before it is sent", async () => {
  const head = `POST /webhooks HTTP/1.1\r\nHost: x\r\nX-Shopify-Hmac-Sha256: ${sign(body)}\r\nContent-Length: 50000000\r\n\r\n`;
  expect(await raw([head, "{"])).toBe("HTTP/1.1 413 Payload Too Large");
});

test("a body that exceeds the limit while it arrives is refused", async () => {
  const head = `POST /webhooks HTTP/1.1\r\nHost: x\r\nX-Shopify-Hmac-Sha256: ${sign(body)}\r\nTransfer-Encoding: chunked\r\n\r\n`;
  const piece = Buffer.alloc(1024 * 1024, 32);
  const chunk = Buffer.concat([Buffer.from("100000\r\n"), piece, Buffer.from("\r\n")]);
  expect(await raw([head, ...Array.from({ length: 12 }, () => chunk)])).toBe("HTTP/1.1 413 Payload Too Large");
  expect(await stored()).toBe(0);
});

test("a sender that disconnects in the middle leaves no row, and the next request is answered", async () => {
  const head = `POST /webhooks HTTP/1.1\r\nHost: x\r\nX-Shopify-Hmac-Sha256: ${sign(body)}\r\nContent-Length: ${body.length}\r\n\r\n`;
  const { hostname, port } = new URL(ingest.url);
  await new Promise<void>((resolve) => {
    const socket = connect(Number(port), hostname, () => {
      socket.write(Buffer.concat([Buffer.from(head), body.subarray(0, 100)]), () => socket.destroy());
    });
    socket.on("close", () => resolve());
  });
  expect(await post(body, sign(body))).toBe(200);
  expect(await stored()).toBe(1);
});
