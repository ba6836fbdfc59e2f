// An input that contradicts itself is refused as a whole, at the top of the answer. The words are recorded, except where marked.

import { badRequest } from "../../refusal.ts";
import type { DiscountInput, ItemsInput, Picked } from "./fields.ts";

export function refuseContradictions(input: DiscountInput): void {
  const { context, customerSelection, customerGets, customerBuys, combinesWith, destination } = input;
  const value = customerGets?.value;
  const kinds = [value?.percentage, value?.discountAmount, value?.discountOnQuantity];
  if (kinds.filter((one) => one != null).length > 1) {
    throw badRequest("A discount can only have one of percentage, discountOnQuantity or discountAmount.");
  }
  refuseAllAndSome(customerSelection);
  for (const buyers of [context, customerSelection]) {
    refuseBoth(buyers?.customers, "A customer id is present in `add` and `remove` fields");
    // Not recorded.
    refuseBoth(buyers?.customerSegments, "A customer segment id is present in `add` and `remove` fields");
  }
  refuseItems(customerGets?.items ?? {});
  refuseItems(customerBuys?.items ?? {});
  refuseBoth(destination?.countries, "A country code is present in `add` and `remove` field");
  refuseBoth(
    combinesWith?.productDiscountsWithTagsOnSameCartLine,
    "The same tag is present in both `add` and `remove` fields of `productDiscountsWithTagsOnSameCartLine`.",
  );
}

/** The newer `context` is a oneOf input of the schema, which cannot contradict itself. */
function refuseAllAndSome(selection: DiscountInput["customerSelection"]): void {
  if (selection?.all !== true) return;
  const refused = (what: string): Error =>
    badRequest(`A discount cannot have customerSelection set to all, when ${what} is specified.`);
  if (selection.customers != null) throw refused("customers or customerSavedSearches");
  if (selection.customerSegments != null) throw refused("customerSegments");
}

function refuseItems({ products, collections }: ItemsInput): void {
  const both = (noun: string): string => `The same ${noun} id is present in both 'add' and 'remove' fields`;
  refuseBoth({ add: products?.productsToAdd, remove: products?.productsToRemove }, both("Product"));
  refuseBoth(
    { add: products?.productVariantsToAdd, remove: products?.productVariantsToRemove },
    both("ProductVariant"),
  );
  refuseBoth(collections, both("Collection"));
}

function refuseBoth(change: Picked | null | undefined, message: string): void {
  const removed = new Set(change?.remove ?? []);
  if ((change?.add ?? []).some((id) => removed.has(id))) throw badRequest(message);
}
