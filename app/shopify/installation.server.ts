// Installing and uninstalling: a shop's rows, its tokens and its jobs.
import { adminFor } from "./admin-api.server.ts";
import { directory, forShop, sql } from "../db.server.ts";
import { locked, underway } from "../lock.server.ts";
import { isTimeZone } from "../local-time.ts";
import { log } from "../log.server.ts";
import { enqueue } from "../queue.server.ts";
import { openShop, type Shop } from "../shop.server.ts";
import { connectionOf, ReconnectNeeded } from "./tokens.server.ts";
import type { Instant } from "../instant.ts";

const PROFILE = /* GraphQL */ `
  query ShopProfile {
    shop {
      id
      name
      email
      myshopifyDomain
      ianaTimezone
      currencyCode
      plan {
        publicDisplayName
      }
      billingAddress {
        countryCodeV2
      }
    }
    currentAppInstallation {
      accessScopes {
        handle
      }
    }
  }
`;

type Profile = {
  shop: {
    id: string;
    name: string;
    email: string;
    myshopifyDomain: string;
    ianaTimezone: string;
    currencyCode: string;
    plan: { publicDisplayName: string } | null;
    billingAddress: { countryCodeV2: string | null } | null;
  };
  currentAppInstallation: { accessScopes: { handle: string }[] };
};

export type InstallRequest = {
  /** The id token of the merchant's request, verified by the caller. */
  idToken?: string | undefined;
  /** The language of the merchant's admin. */
  locale?: string | undefined;
};

/**
 * Returns the installed shop. A new shop, and a shop that comes back after an uninstall, is installed first: its rows are written
 * and its backfill is started, once for all requests at the same time. Customers and orders of an earlier installation are kept.
 */
export async function installShop(id: string, request: InstallRequest = {}): Promise<Shop> {
  const install = () => locked(`install ${id}`, async () => (await openShop(id)) ?? (await writeShop(id, request)));
  return (await openShop(id)) ?? (await underway(`install ${id}`, install));
}

async function writeShop(id: string, { idToken, locale = "en" }: InstallRequest): Promise<Shop> {
  const admin = await adminFor({ id, log: log.child({ shop: id }) }, { idToken });
  const [clock] = await directory<{ at: Instant }>(sql`select now() as at`);
  const { shop, currentAppInstallation } = await admin.request<Profile>(PROFILE);
  const scopes = currentAppInstallation.accessScopes.map(({ handle }) => handle);
  const platformId = shop.id.split("/").at(-1) ?? shop.id;
  const country = shop.billingAddress?.countryCodeV2 ?? "";
  const zone = isTimeZone(shop.ianaTimezone) ? shop.ianaTimezone : null;
  if (zone === null)
    log.warn({ shop: id, zone: shop.ianaTimezone }, "the shop's time zone is unknown, so its days are in UTC");
  await forShop(id).tx(async (tx) => {
    await tx.run(sql`
      insert into shop (id, platform, platform_id, domain, time_zone, currency, installed_at)
      values (${id}, 'shopify', ${platformId}, ${shop.myshopifyDomain}, coalesce(${zone}, 'UTC'), ${shop.currencyCode}, now())
      on conflict (id) do update set platform_id = excluded.platform_id, domain = excluded.domain,
        time_zone = coalesce(${zone}, shop.time_zone), currency = excluded.currency, installed_at = excluded.installed_at, uninstalled_at = null`);
    await tx.run(sql`
      insert into shop_profile (shop_id, name, email, plan, locale, country, scopes, updated_at, platform_at)
      values (${id}, ${shop.name}, ${shop.email}, ${shop.plan?.publicDisplayName ?? ""}, ${locale}, ${country}, ${scopes}, now(),
        ${clock?.at ?? null}::timestamptz)
      on conflict (shop_id) do update set name = excluded.name, email = excluded.email, plan = excluded.plan,
        country = excluded.country, scopes = excluded.scopes, updated_at = excluded.updated_at, platform_at = excluded.platform_at`);
    // The history of a shop that comes back is read again, for what happened in the meantime.
    await tx.run(sql`delete from backfill where shop_id = ${id}`);
    await enqueue("sync.backfill", { shop: id }, tx);
    // Discounts that an earlier installation left in Shopify are taken over or ended.
    await enqueue("offers.look", { shop: id, offer: null }, tx);
    await enqueue("pixel.look", { shop: id }, tx);
  });
  const installed = await openShop(id);
  if (!installed) throw new Error(`${id} was uninstalled while it was being installed`);
  installed.log.info({ scopes }, "installed");
  return installed;
}

/**
 * Marks the shop as uninstalled, and deletes its tokens and waiting jobs. Its data stay until shop/redact. Returns false if the shop
 * is uninstalled already or was installed after `triggeredAt`: an uninstall that arrives late changes nothing. `triggeredAt` is not
 * signed by Shopify, so uninstalled_at is the database's time: the days until the erasure are counted from it.
 */
export async function markUninstalled(id: string, triggeredAt: Instant): Promise<boolean> {
  return forShop(id).tx(async (tx) => {
    const left = await tx.run(sql`
      update shop set uninstalled_at = now()
      where id = ${id} and installed_at < ${triggeredAt}::timestamptz and uninstalled_at is null`);
    if (left === 0) return false;
    await tx.run(sql`delete from session where shop_id = ${id}`);
    await tx.run(sql`
      delete from pgboss.job where data->>'shop' = ${id} and state in ('created', 'retry') and name <> 'sync.comply'`);
    return true;
  });
}

/** `left`: the merchant uninstalled the app, or Shopify accepts no token of the shop any more. `unclear`: Shopify did not answer. */
export type InstallationState = "installed" | "left" | "unclear";

const ALIVE = /* GraphQL */ `
  query Alive {
    currentAppInstallation {
      id
    }
  }
`;
/** Short, because callers ask again within a minute. */
const ALIVE_TIMEOUT_MS = 2000;

/** Asks Shopify with the shop's own token whether the app is installed now: only Shopify's answer proves `installed`. */
export async function askInstallation(id: string): Promise<InstallationState> {
  if (!(await openShop(id))) return "left";
  try {
    const admin = await adminFor({ id, log: log.child({ shop: id }) }, { timeoutMs: ALIVE_TIMEOUT_MS });
    await admin.request(ALIVE);
    return "installed";
  } catch (error) {
    const isDead = error instanceof ReconnectNeeded && (await connectionOf(id)) === "reconnect";
    if (!isDead) log.info({ err: error, shop: id }, "whether the app is installed is not known");
    return isDead ? "left" : "unclear";
  }
}

/** `scopes`: the access scopes that the merchant granted, from app/scopes_update. */
export async function saveScopes(shop: Shop, scopes: string[]): Promise<void> {
  await shop.db.tx((tx) =>
    tx.run(sql`update shop_profile set scopes = ${scopes}, updated_at = now() where shop_id = ${shop.id}`),
  );
}
