// A shop comes and goes: its row in the directory, what Shopify says of it, its tokens and its jobs.
import { adminFor } from "./admin-api.server.ts";
import { directory, forShop, sql } from "../db.server.ts";
import { locked, underway } from "../lock.server.ts";
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

export type Arrival = {
  /** Of the merchant who is here, verified. */
  idToken?: string | undefined;
  /** The language that the merchant's admin speaks. */
  locale?: string | undefined;
};

/**
 * The installed shop. At first sight, and when it comes back after an uninstall: its row and profile are written and the
 * reading of its history is started, once however many requests come at the same time. Rows of an earlier time are kept.
 */
export async function installShop(id: string, arrival: Arrival = {}): Promise<Shop> {
  const install = () => locked(`install ${id}`, async () => (await openShop(id)) ?? (await writeShop(id, arrival)));
  return (await openShop(id)) ?? (await underway(`install ${id}`, install));
}

async function writeShop(id: string, { idToken, locale = "en" }: Arrival): Promise<Shop> {
  const admin = await adminFor({ id, log: log.child({ shop: id }) }, { idToken });
  const [clock] = await directory<{ at: Instant }>(sql`select now() as at`);
  const { shop, currentAppInstallation } = await admin.request<Profile>(PROFILE);
  const scopes = currentAppInstallation.accessScopes.map(({ handle }) => handle);
  const platformId = shop.id.split("/").at(-1) ?? shop.id;
  const country = shop.billingAddress?.countryCodeV2 ?? "";
  await forShop(id).tx(async (tx) => {
    await tx.run(sql`
      insert into shop (id, platform, platform_id, domain, time_zone, currency, installed_at)
      values (${id}, 'shopify', ${platformId}, ${shop.myshopifyDomain}, ${shop.ianaTimezone}, ${shop.currencyCode}, now())
      on conflict (id) do update set platform_id = excluded.platform_id, domain = excluded.domain,
        time_zone = excluded.time_zone, currency = excluded.currency, installed_at = excluded.installed_at, uninstalled_at = null`);
    await tx.run(sql`
      insert into shop_profile (shop_id, name, email, plan, locale, country, scopes, updated_at, platform_at)
      values (${id}, ${shop.name}, ${shop.email}, ${shop.plan?.publicDisplayName ?? ""}, ${locale}, ${country}, ${scopes}, now(),
        ${clock?.at ?? null}::timestamptz)
      on conflict (shop_id) do update set name = excluded.name, email = excluded.email, plan = excluded.plan,
        country = excluded.country, scopes = excluded.scopes, updated_at = excluded.updated_at, platform_at = excluded.platform_at`);
    // What happened while we were away is read as the history was.
    await tx.run(sql`delete from backfill where shop_id = ${id}`);
    await enqueue("sync.backfill", { shop: id }, tx);
    // What an earlier installation left in Shopify is taken over or ended.
    await enqueue("offers.look", { shop: id, offer: null }, tx);
  });
  const installed = await openShop(id);
  if (!installed) throw new Error(`${id} was uninstalled while it was being installed`);
  installed.log.info({ scopes }, "installed");
  return installed;
}

/**
 * The merchant removed the app: no more tokens, no more jobs; the data wait for shop/redact. False when the shop has come
 * back since, or had left already: an uninstall that arrives late changes nothing. The time that Shopify gives is not signed, so
 * the days until the shop is erased are counted from the database's. Asks Shopify nothing.
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

/** `left`: the merchant removed the app, or Shopify takes no token of the shop any more. `unclear`: Shopify did not say. */
export type Standing = "installed" | "left" | "unclear";

const ALIVE = /* GraphQL */ `
  query Alive {
    currentAppInstallation {
      id
    }
  }
`;
/** Who asks comes again within a minute. */
const ALIVE_TIMEOUT_MS = 2000;

/** Whether the app is installed at this moment. Only an answer of Shopify to the shop's own token proves that it is. */
export async function askStanding(id: string): Promise<Standing> {
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

/** What the merchant granted, as app/scopes_update says it. */
export async function saveScopes(shop: Shop, scopes: string[]): Promise<void> {
  await shop.db.tx((tx) =>
    tx.run(sql`update shop_profile set scopes = ${scopes}, updated_at = now() where shop_id = ${shop.id}`),
  );
}
