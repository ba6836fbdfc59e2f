// Encrypts secrets at rest: AES-256-GCM with a key per shop; a secret is bound to its place by additional authenticated data. Also
// the keyed hashes of people in tombstones.
import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync, randomBytes } from "node:crypto";
import { env } from "./env.server.ts";

/** Where a secret is stored. A secret does not decrypt in another row, column, table or shop. */
export type Place = { shop: string; table: string; column: string; row: string };

/** A sealed text does not decrypt: another key, another place, or a changed byte. The message contains no secret. */
export class SecretError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "SecretError";
  }
}

type MasterKey = { id: string; bytes: Buffer };

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const SEALED = /^v1\.([0-9a-f]{8})\.([A-Za-z0-9_-]+)$/;

function masterKey(text: string): MasterKey {
  const bytes = Buffer.from(text, "base64");
  if (bytes.length !== 32) {
    throw new SecretError("ENCRYPTION_KEY is not set: make one with `openssl rand -base64 32`, and keep it");
  }
  return { id: createHash("sha256").update("regulars key id").update(bytes).digest("hex").slice(0, 8), bytes };
}

const currentKey = () => masterKey(env.ENCRYPTION_KEY);
const keys = () => [currentKey(), ...(env.ENCRYPTION_KEY_OLD ? [masterKey(env.ENCRYPTION_KEY_OLD)] : [])];

const shopKey = (master: MasterKey, shop: string, purpose: string) =>
  Buffer.from(hkdfSync("sha256", master.bytes, shop, `regulars ${purpose}`, 32));

const bound = ({ shop, table, column, row }: Place) => Buffer.from([shop, table, column, row].join("|"));

export function seal(plain: string, place: Place): string {
  const master = currentKey();
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", shopKey(master, place.shop, "fields"), nonce);
  cipher.setAAD(bound(place));
  const body = Buffer.concat([nonce, cipher.update(plain, "utf8"), cipher.final(), cipher.getAuthTag()]);
  return `v1.${master.id}.${body.toString("base64url")}`;
}

export function unseal(sealed: string, place: Place): string {
  const [, keyId, text] = SEALED.exec(sealed) ?? [];
  const where = `${place.table}.${place.column} of ${place.shop}`;
  if (keyId === undefined || text === undefined) throw new SecretError(`${where} holds no sealed text`);
  const master = keys().find((key) => key.id === keyId);
  if (!master) {
    throw new SecretError(
      `${where} was encrypted with key ${keyId}, which is neither ENCRYPTION_KEY nor ENCRYPTION_KEY_OLD: set one of them to the key that encrypted it`,
    );
  }
  const body = Buffer.from(text, "base64url");
  if (body.length < NONCE_BYTES + TAG_BYTES) throw new SecretError(`${where} is too short`);
  const decipher = createDecipheriv(
    "aes-256-gcm",
    shopKey(master, place.shop, "fields"),
    body.subarray(0, NONCE_BYTES),
    { authTagLength: TAG_BYTES },
  );
  decipher.setAAD(bound(place));
  decipher.setAuthTag(body.subarray(-TAG_BYTES));
  try {
    return decipher.update(body.subarray(NONCE_BYTES, -TAG_BYTES), undefined, "utf8") + decipher.final("utf8");
  } catch {
    throw new SecretError(`${where} was changed, or moved from elsewhere`);
  }
}

/** `email` and `phone` are in a person's profile; `typed_…` were only typed into the person's orders. */
export type Identity = "customer" | "order" | "email" | "phone" | "typed_email" | "typed_phone";

/** True of a text that another key than the present ENCRYPTION_KEY sealed. */
export const isSealedByOld = (sealed: string): boolean => SEALED.exec(sealed)?.[1] !== currentKey().id;

/**
 * Keyed hashes of a person's id, e-mail or phone: first with the shop's own keys (`own`), then with keys derived from ENCRYPTION_KEY
 * and ENCRYPTION_KEY_OLD. Without a key nobody can test whether a person is among the hashes.
 */
export function personHashes(
  shop: string,
  identity: Identity | "sender",
  value: string,
  own: readonly Buffer[] = [],
): string[] {
  const text = identity === "customer" || identity === "order" ? value : value.normalize("NFC").trim().toLowerCase();
  return [...own, ...keys().map((master) => shopKey(master, shop, "tombstones"))].map((key) =>
    createHmac("sha256", key).update(`${identity}\0${text}`).digest("base64url"),
  );
}
