// Only imports have Shopify's RFM group, so a profile shows when an import last read the group.
import { expect, test } from "vitest";
import { applyFacts } from "../../../app/customers/facts/apply.server.ts";
import type { CustomerRow } from "../../../app/customers/facts/entities.ts";
import { readProfile } from "../../../app/customers/profile.server.ts";
import { newShop } from "../new-shop.ts";

test("a customer's RFM group has the date of its import, whatever webhooks came later", async () => {
  const shop = await newShop();
  const see = async (updatedAt: string, rfmGroup?: string) => {
    const row: CustomerRow = {
      ...{ id: "7", updatedAt, seenAt: updatedAt, firstName: "Asha", lastName: null, email: null, phone: null },
      ...{ note: null, accountStatus: null, verifiedEmail: null, addedAt: null, locale: null },
      ...(rfmGroup ? { rfmGroup } : {}),
    };
    const source = { name: "shopify", history: rfmGroup !== undefined };
    await shop.db.tx((tx) => applyFacts(shop, tx, { customers: [row] }, source));
    const { rfmGroup: group, rfmAt: at } = await readProfile(shop, "7");
    return { group, at };
  };
  const [before, imported, later, again] = [19, 20, 21, 22].map((day) => `2026-11-${day}T10:00:00Z`) as [
    string,
    string,
    string,
    string,
  ];
  expect(await see(before)).toEqual({ group: null, at: null });
  expect(await see(imported, "LOYAL")).toEqual({ group: "LOYAL", at: new Date(imported) });
  expect(await see(later)).toEqual({ group: "LOYAL", at: new Date(imported) });
  expect(await see(again, "AT_RISK")).toEqual({ group: "AT_RISK", at: new Date(again) });
});
