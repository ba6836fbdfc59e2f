// The session storage of Shopify's library.
import { Session } from "@shopify/shopify-api";
import type { SessionStorage } from "@shopify/shopify-app-session-storage";
import {
  deleteSessions,
  offlineId,
  readSession,
  readSessions,
  saveSession,
  shopOfSession,
  type SessionRow,
} from "./session-rows.server.ts";
import { currentIdToken, freshSession } from "./tokens.server.ts";

function toRow(session: Session): SessionRow {
  return {
    shop: session.shop,
    id: session.id,
    state: session.state,
    isOnline: session.isOnline,
    scope: session.scope ?? null,
    expires: session.expires ?? null,
    accessToken: session.accessToken ?? null,
    refreshToken: session.refreshToken ?? null,
    refreshTokenExpires: session.refreshTokenExpires ?? null,
    onlineAccessInfo: session.onlineAccessInfo ?? null,
  };
}

/** Leaves null columns out: the constructor of Session keeps a null, and the library's checks expect undefined. */
function fromRow(row: SessionRow): Session {
  const { id, shop, state, isOnline, ...rest } = row;
  const filled = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== null));
  return new Session({ id, shop, state, isOnline, ...filled });
}

export const sessionStorage: SessionStorage = {
  async storeSession(session) {
    await saveSession(toRow(session));
    return true;
  },
  /** An offline session is returned with a working token: the token is exchanged or refreshed first where needed. */
  async loadSession(id) {
    const shop = shopOfSession(id);
    if (!shop) return undefined;
    const row =
      id === offlineId(shop) ? await freshSession(shop, { idToken: currentIdToken() }) : await readSession(shop, id);
    return row ? fromRow(row) : undefined;
  },
  async deleteSession(id) {
    const shop = shopOfSession(id);
    if (shop) await deleteSessions(shop, [id]);
    return true;
  },
  async deleteSessions(ids) {
    const byShop = Map.groupBy(ids, shopOfSession);
    for (const [shop, own] of byShop) if (shop) await deleteSessions(shop, own);
    return true;
  },
  async findSessionsByShop(shop) {
    return (await readSessions(shop)).map(fromRow);
  },
};
