// The merchant's settings of the whole app.
import { audit, changedParts, type Actor } from "./audit.server.ts";
import { sql, type Tx } from "./db.server.ts";
import { refused, STALE, type Outcome } from "./errors.ts";
import { field, parseFields, type Values } from "./fields.ts";
import type { Shop } from "./shop.server.ts";

export const shopSettings = {
  /**
   * The number of days for which webhooks are kept with their bodies, which are personal data. Needed to recognise duplicates and
   * to retry webhooks.
   */
  inboxDays: field.integer("settings.inbox_days", { help: "settings.inbox_days_help", initial: 7, min: 1, max: 30 }),
  /** Of the price before discounts, in percent. Empty: not stated, so that tests of offers show revenue and no profit. */
  margin: field.percent("settings.margin", { help: "settings.margin_help", optional: true, max: 99 }),
};

export type ShopSettings = Values<typeof shopSettings>;

async function read(shop: Shop, tx: Tx): Promise<ShopSettings> {
  const [row] = await tx.rows<{ settings: Record<string, unknown> }>(
    sql`select settings from shop_profile where shop_id = ${shop.id}`,
  );
  const parsed = parseFields(shopSettings, row?.settings ?? {});
  const initial = parseFields(shopSettings, {});
  if (parsed.ok) return parsed.value;
  if (initial.ok) return initial.value;
  throw new Error("the settings' initial values do not pass their own checks");
}

export const readShopSettings = (shop: Shop): Promise<ShopSettings> => shop.db.tx((tx) => read(shop, tx));

/** In percent. Null: the merchant has not stated the margin. */
export const readMargin = async (shop: Shop): Promise<string | null> => (await readShopSettings(shop)).margin || null;

/** Equal settings have the same version. */
export const versionOf = (settings: ShopSettings): string => JSON.stringify(settings);

/** `expectedVersion`: the version that the merchant edited. Another stored version is refused. Left out: no check. */
export async function saveShopSettings(
  shop: Shop,
  settings: Record<string, unknown>,
  { actor, expectedVersion }: { actor: Actor; expectedVersion?: string | undefined },
): Promise<Outcome> {
  const parsed = parseFields(shopSettings, settings);
  if (!parsed.ok) return parsed;
  return shop.db.tx(async (tx) => {
    await tx.rows(sql`select 1 from shop_profile where shop_id = ${shop.id} for update`);
    const held = await read(shop, tx);
    if (expectedVersion !== undefined && expectedVersion !== versionOf(held)) return refused(STALE);
    await tx.run(sql`
      insert into shop_profile (shop_id, settings) values (${shop.id}, ${JSON.stringify(parsed.value)}::jsonb)
      on conflict (shop_id) do update set settings = shop_profile.settings || excluded.settings, updated_at = ${shop.now()}`);
    const changed = changedParts(held, parsed.value);
    await audit(shop, tx, { actor, subject: { kind: "settings", id: "shop" }, action: "saved", changed });
    return { ok: true };
  });
}

export type StoreFacts = {
  name: string;
  domain: string;
  timeZone: string;
  currency: string;
  plan: string;
  scopes: string[];
};

export async function readStoreFacts(shop: Shop): Promise<StoreFacts> {
  const [row] = await shop.db.tx((tx) =>
    tx.rows<{ name: string; plan: string; scopes: string[] }>(
      sql`select name, plan, scopes from shop_profile where shop_id = ${shop.id}`,
    ),
  );
  const { domain, timeZone, currency } = shop;
  return { name: "", plan: "", scopes: [], ...row, domain, timeZone, currency };
}
