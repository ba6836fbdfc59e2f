// What a merchant sets for the whole app: one definition of the fields is their type, their check and their form.
import { sql } from "./db.server.ts";
import { field, parseFields, type Fault, type Values } from "./fields.ts";
import type { Shop } from "./shop.server.ts";

export const shopSettings = {
  /** Raw webhooks hold personal data; applied ones are kept so long to tell repetitions, held-up ones to be tried again. */
  inboxDays: field.integer("settings.inbox_days", { help: "settings.inbox_days_help", initial: 7, min: 1, max: 30 }),
};

export type ShopSettings = Values<typeof shopSettings>;

const read = async (shop: Shop): Promise<Record<string, unknown>> => {
  const [row] = await shop.db.tx((tx) =>
    tx.rows<{ settings: Record<string, unknown> }>(sql`select settings from shop_profile where shop_id = ${shop.id}`),
  );
  return row?.settings ?? {};
};

export async function readShopSettings(shop: Shop): Promise<ShopSettings> {
  const parsed = parseFields(shopSettings, await read(shop));
  const initial = parseFields(shopSettings, {});
  if (parsed.ok) return parsed.value;
  if (initial.ok) return initial.value;
  throw new Error("the settings' initial values do not pass their own checks");
}

/** Null when they were saved. */
export async function saveShopSettings(
  shop: Shop,
  input: Record<string, unknown>,
): Promise<Record<string, Fault> | null> {
  const parsed = parseFields(shopSettings, input);
  if (!parsed.ok) return parsed.faults;
  await shop.db.tx((tx) =>
    tx.run(sql`
      insert into shop_profile (shop_id, settings) values (${shop.id}, ${JSON.stringify(parsed.value)}::jsonb)
      on conflict (shop_id) do update set settings = shop_profile.settings || excluded.settings, updated_at = ${shop.now()}`),
  );
  return null;
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
