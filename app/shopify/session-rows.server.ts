// The table session. The access token and the refresh token are encrypted, and are written in one statement.
import { forShop, join, sql, type ShopDb, type Tx } from "../db.server.ts";
import { seal, unseal } from "../secrets.server.ts";
import type { Instant } from "../instant.ts";

export type SessionRow = {
  shop: string;
  id: string;
  state: string;
  isOnline: boolean;
  scope: string | null;
  expires: Instant | null;
  /** Null: Shopify refused the token, and the shop must reconnect. */
  accessToken: string | null;
  refreshToken: string | null;
  refreshTokenExpires: Instant | null;
  onlineAccessInfo: object | null;
};

const DOMAIN = "[a-z0-9][a-z0-9-]*\\.myshopify\\.com";
const SESSION_ID = new RegExp(`^(?:offline_(${DOMAIN})|(${DOMAIN})_\\d+)$`);

export const offlineId = (shop: string): string => `offline_${shop}`;

/** The shop in a session's id. Null: not an id of Shopify's library. */
export function shopOfSession(id: string): string | null {
  const [, offline, online] = SESSION_ID.exec(id) ?? [];
  return offline ?? online ?? null;
}

type Column = "access_token" | "refresh_token";
const place = (shop: string, row: string, column: Column) => ({ shop, table: "session", column, row });
const sealToken = (shop: string, id: string, column: Column, token: string | null) =>
  token === null ? null : seal(token, place(shop, id, column));
const unsealToken = (shop: string, id: string, column: Column, sealed: string | null) =>
  sealed === null ? null : unseal(sealed, place(shop, id, column));

function unsealRow(row: SessionRow): SessionRow {
  return {
    ...row,
    accessToken: unsealToken(row.shop, row.id, "access_token", row.accessToken),
    refreshToken: unsealToken(row.shop, row.id, "refresh_token", row.refreshToken),
  };
}

const columns = sql`shop_id as shop, id, state, is_online as "isOnline", scope, expires, access_token as "accessToken",
  refresh_token as "refreshToken", refresh_token_expires as "refreshTokenExpires",
  online_access_info as "onlineAccessInfo"`;

export async function readSession(shop: string, id: string): Promise<SessionRow | null> {
  const [row] = await forShop(shop).tx((tx) =>
    tx.rows<SessionRow>(sql`select ${columns} from session where shop_id = ${shop} and id = ${id}`),
  );
  return row ? unsealRow(row) : null;
}

export async function readSessions(shop: string, db = forShop(shop)): Promise<SessionRow[]> {
  const rows = await db.tx((tx) =>
    tx.rows<SessionRow>(sql`select ${columns} from session where shop_id = ${shop} order by id`),
  );
  return rows.map(unsealRow);
}

export async function saveSession(row: SessionRow): Promise<void> {
  await forShop(row.shop).tx((tx) => saveSessionIn(tx, row));
}

export async function saveSessionIn(tx: Tx, row: SessionRow): Promise<void> {
  const access = sealToken(row.shop, row.id, "access_token", row.accessToken);
  const refresh = sealToken(row.shop, row.id, "refresh_token", row.refreshToken);
  const info = row.onlineAccessInfo === null ? null : JSON.stringify(row.onlineAccessInfo);
  await tx.run(sql`
    insert into session (shop_id, id, state, is_online, scope, expires, access_token, refresh_token,
      refresh_token_expires, online_access_info)
    values (${row.shop}, ${row.id}, ${row.state}, ${row.isOnline}, ${row.scope}, ${row.expires}, ${access}, ${refresh},
      ${row.refreshTokenExpires}, ${info}::jsonb)
    on conflict (shop_id, id) do update set state = excluded.state, is_online = excluded.is_online,
      scope = excluded.scope, expires = excluded.expires, access_token = excluded.access_token,
      refresh_token = excluded.refresh_token, refresh_token_expires = excluded.refresh_token_expires,
      online_access_info = excluded.online_access_info`);
}

export async function deleteSessions(shop: string, ids: string[]): Promise<void> {
  if (ids.length === 0) return;
  await forShop(shop).tx((tx) => tx.run(sql`delete from session where shop_id = ${shop} and id in (${join(ids)})`));
}

/** Throws a SecretError if a token of the shop does not decrypt. */
export async function checkSealed(shop: string, db: ShopDb): Promise<void> {
  await readSessions(shop, db);
}
