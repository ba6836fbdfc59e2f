import { mergeFaults, startMerge } from "../../merge/merge.ts";
import { LONGEST_NOTE, MOST_TAGS, planMerge, type MergeOverrides, type MergePlan } from "../../merge/plan.ts";
import type { Customer, ShopState } from "../../model.ts";
import type { Context, Fields } from "../context.ts";
import { overridesOf, type MergeArgs } from "../fields/customer-merge.ts";
import { gid, idOf } from "../gid.ts";

type UserError = { field: string[] | null; message: string; code: string };

const SIDES = ["customerOneId", "customerTwoId"] as const;

/** As recorded: the first unknown customer is named, whether or not both ids are equal. */
function findBoth(shop: ShopState, args: MergeArgs): [Customer, Customer] | UserError {
  const found: Customer[] = [];
  for (const side of SIDES) {
    const id = idOf("Customer", args[side]) ?? args[side];
    const customer = shop.customers.get(id);
    const message = `Customer does not exist with ID ${id}`;
    if (customer === undefined) return { field: [side], message, code: "INVALID_CUSTOMER_ID" };
    found.push(customer);
  }
  const [one, two] = found;
  if (one === undefined || two === undefined || one === two) {
    return { field: null, message: "Customers IDs should not match", code: "INVALID_CUSTOMER_ID" };
  }
  return [one, two];
}

/** As recorded: a fault of the combined values is reported for both customers. */
function faultsOf(
  shop: ShopState,
  both: [Customer, Customer],
  plan: MergePlan,
  overrides: MergeOverrides,
): UserError[] {
  const of = (side: string, message: string): UserError => ({ field: [side], message, code: "INVALID_CUSTOMER" });
  const own = both.flatMap((customer, at) =>
    mergeFaults(shop, customer).map(({ message }) => of(SIDES[at] ?? "", message)),
  );
  const tags = overrides.tags ?? plan.tags;
  const note = overrides.note ?? plan.note ?? "";
  return [
    ...own,
    ...(tags.length > MOST_TAGS ? SIDES.map((side) => of(side, `Customers must have ${MOST_TAGS} tags or less.`)) : []),
    ...(note.length > LONGEST_NOTE ? SIDES.map((side) => of(side, "Customer notes must be 5,000 characters or less.")) : []), // prettier-ignore
  ];
}

const HOLDS: Record<string, (customer: Customer) => unknown> = {
  customerIdOfEmailToKeep: ({ email }) => email,
  customerIdOfPhoneNumberToKeep: ({ phone }) => phone,
  customerIdOfFirstNameToKeep: ({ firstName }) => firstName,
  customerIdOfLastNameToKeep: ({ lastName }) => lastName,
  customerIdOfDefaultAddressToKeep: ({ defaultAddressId }) => defaultAddressId,
};

/** The messages are not recorded. The codes are the schema's. */
function overrideFaults(both: [Customer, Customer], overrides: Record<string, unknown>): UserError[] {
  return Object.entries(overrides).flatMap(([name, id]): UserError[] => {
    const has = HOLDS[name];
    if (has === undefined || id === null) return [];
    const field = ["overrideFields", name];
    const customer = both.find((one) => one.id === id);
    if (customer === undefined) return [{ field, message: "Override is invalid", code: "OVERRIDE_ATTRIBUTE_INVALID" }];
    return has(customer) ? [] : [{ field, message: "Override is missing", code: "MISSING_OVERRIDE_ATTRIBUTE" }];
  });
}

export const mergeMutations: Fields = {
  customerMerge: (_: unknown, args: MergeArgs, { store, shop }: Context) => {
    const refused = (userErrors: UserError[]) => ({ resultingCustomerId: null, job: null, userErrors });
    const both = findBoth(shop, args);
    if (!Array.isArray(both)) return refused([both]);
    const overrides = overridesOf(args);
    const plan = planMerge(...both, overrides);
    const userErrors = [...overrideFaults(both, overrides), ...faultsOf(shop, both, plan, overrides)];
    if (userErrors.length > 0) return refused(userErrors);
    const job = startMerge(store, shop, plan, overrides);
    return {
      resultingCustomerId: gid("Customer", job.keptId),
      job: { id: gid("Job", job.id), done: false, query: null },
      userErrors: [],
    };
  },
};
