import { discountStatus } from "../../../discounts/discount.ts";
import { emitAll, newEventId, stamp } from "../../../happen.ts";
import type { Discount } from "../../../model.ts";
import type { Context, Fields } from "../../context.ts";
import { discountGid, discountNode } from "../../fields/discount/discount.ts";
import { ownId } from "../../gid.ts";
import { lagBehind } from "../../search/lag.ts";
import type { DiscountError } from "./faults.ts";
import type { DiscountInput } from "./fields.ts";
import { changeDiscount } from "./input.ts";

type Method = Discount["method"];
const NODE: Record<Method, string> = { code: "codeDiscountNode", automatic: "automaticDiscountNode" };
type Type = "basic" | NonNullable<Discount["type"]>;
/** The name of the mutation's argument. */
const INPUT: Record<Type, Record<Method, string>> = {
  basic: { code: "basicCodeDiscount", automatic: "automaticBasicDiscount" },
  bxgy: { code: "bxgyCodeDiscount", automatic: "automaticBxgyDiscount" },
  freeShipping: { code: "freeShippingCodeDiscount", automatic: "freeShippingAutomaticDiscount" },
};
const DELETED: Record<Method, string> = { code: "deletedCodeDiscountId", automatic: "deletedAutomaticDiscountId" };
const GONE: Record<Method, string> = {
  code: "Code discount does not exist.",
  automatic: "Automatic discount does not exist.",
};

const NODES = ["DiscountNode", "DiscountCodeNode", "DiscountAutomaticNode"];

function find({ shop }: Context, method: Method, id: string): Discount | null {
  const discount = shop.discounts.get(ownId(NODES, id));
  return discount !== undefined && discount.method === method && discountGid(discount) === id ? discount : null;
}

function doesNotExist(method: Method): DiscountError[] {
  return [{ field: ["id"], message: GONE[method], code: "INVALID", extraInfo: null }];
}

/** An update has other words for this refusal. */
const UNKNOWN: DiscountError = { field: ["id"], message: "Discount does not exist", code: null, extraInfo: null };

function tell({ store, shop }: Context, topic: string, discount: Discount): void {
  const data = { method: discount.method };
  emitAll(store, shop, newEventId(), [{ topic: `discounts/${topic}`, resourceId: discount.id, data }]);
}

function newDiscount({ store, shop }: Context, type: Type, method: Method): Discount {
  const now = stamp(store);
  return {
    id: store.newId(shop),
    method,
    ...typeOf(type),
    title: "",
    codes: [],
    value: { kind: "percentage", share: "0" },
    appliesTo: { kind: "all" },
    minimumSubtotal: null,
    context: { kind: "all" },
    startsAt: "",
    endsAt: null,
    usageLimit: null,
    appliesOncePerCustomer: false,
    combinesWith: { orderDiscounts: false, productDiscounts: false, shippingDiscounts: false },
    usedBy: [],
    createdAt: now,
    updatedAt: now,
  };
}

const typeOf = (type: Type): Pick<Discount, "type"> => (type === "basic" ? {} : { type });

/** An update by the mutation of another type turns the discount into that type. */
function asType(present: Discount, type: Type): Discount {
  if ((present.type ?? "basic") === type) return present;
  const { type: _, buys: _buys, getsQuantity: _gets, usesPerOrderLimit: _uses, ...kept } = present;
  return { ...kept, ...typeOf(type) };
}

type Args = { id?: string } & Record<string, DiscountInput | string | undefined>;

function inputOf(root: string, args: Args): DiscountInput {
  const input = args[root];
  return typeof input === "object" ? input : {};
}

const MOST_AUTOMATIC = 25;

/**
 * At most 25 automatic discounts may be active at once: https://shopify.dev/docs/api/admin-graphql/latest/enums/DiscountErrorCode
 */
function overlaps({ shop, store }: Context, discount: Discount, field: string[]): DiscountError[] {
  if (discount.method !== "automatic") return [];
  const others = [...shop.discounts.values()].filter(({ id, method }) => method === "automatic" && id !== discount.id);
  const runs = ({ startsAt, endsAt }: Discount, at: number) =>
    Date.parse(startsAt) <= at && (endsAt === null || Date.parse(endsAt) > at);
  const now = store.clock.now().getTime();
  // Ended discounts do not count.
  const starts = [discount, ...others].map(({ startsAt }) => Math.max(now, Date.parse(startsAt)));
  const during = starts.filter((at) => runs(discount, at));
  if (during.every((at) => others.filter((one) => runs(one, at)).length < MOST_AUTOMATIC)) return [];
  const message = `The active period overlaps with other automatic discounts. At any given time, only ${MOST_AUTOMATIC} automatic discounts can be active.`;
  return [{ field, message, code: "ACTIVE_PERIOD_OVERLAP", extraInfo: null }];
}

const create =
  (type: Type, method: Method) =>
  (_: unknown, args: Args, context: Context): unknown => {
    const root = INPUT[type][method];
    const fresh = newDiscount(context, type, method);
    const { discount, errors } = changeDiscount(context, fresh, inputOf(root, args), root);
    if (errors.length === 0) errors.push(...overlaps(context, discount, [root, "startsAt"]));
    if (errors.length > 0) return { [NODE[method]]: null, userErrors: errors };
    lagBehind(context.store, discount, null);
    context.shop.discounts.set(discount.id, discount);
    tell(context, "create", discount);
    return { [NODE[method]]: discountNode(discount), userErrors: [] };
  };

const update =
  (type: Type, method: Method) =>
  (_: unknown, args: Args, context: Context): unknown => {
    const present = find(context, method, args.id ?? "");
    if (present === null) return { [NODE[method]]: null, userErrors: [UNKNOWN] };
    const root = INPUT[type][method];
    const { discount, errors } = changeDiscount(context, asType(present, type), inputOf(root, args), root);
    if (errors.length === 0) errors.push(...overlaps(context, discount, [root, "startsAt"]));
    if (errors.length > 0) return { [NODE[method]]: null, userErrors: errors };
    lagBehind(context.store, present, present);
    if (discount.type === undefined) delete present.type;
    Object.assign(present, discount, { updatedAt: stamp(context.store) });
    tell(context, "update", present);
    return { [NODE[method]]: discountNode(present), userErrors: [] };
  };

const remove =
  (method: Method) =>
  (_: unknown, { id }: { id: string }, context: Context): unknown => {
    const discount = find(context, method, id);
    if (discount === null) return { [DELETED[method]]: null, userErrors: doesNotExist(method) };
    context.shop.discounts.delete(discount.id);
    tell(context, "delete", discount);
    return { [DELETED[method]]: id, userErrors: [] };
  };

/** Activating starts a discount now, deactivating ends it now. It can be started again. */
const turn =
  (method: Method, on: boolean) =>
  (_: unknown, { id }: { id: string }, context: Context): unknown => {
    const discount = find(context, method, id);
    if (discount === null) return { [NODE[method]]: null, userErrors: doesNotExist(method) };
    const now = stamp(context.store);
    const status = discountStatus(discount, context.store.clock.now());
    lagBehind(context.store, discount, discount);
    if (on && status !== "ACTIVE") {
      const userErrors = overlaps(context, { ...discount, startsAt: now, endsAt: null }, ["id"]);
      if (userErrors.length > 0) return { [NODE[method]]: null, userErrors };
      Object.assign(discount, { startsAt: now, endsAt: null });
    }
    if (!on && status !== "EXPIRED") {
      Object.assign(discount, { endsAt: now, startsAt: status === "SCHEDULED" ? now : discount.startsAt });
    }
    discount.updatedAt = now;
    tell(context, "update", discount);
    return { [NODE[method]]: discountNode(discount), userErrors: [] };
  };

export const discountMutations: Fields = {
  discountCodeBasicCreate: create("basic", "code"),
  discountCodeBasicUpdate: update("basic", "code"),
  discountCodeBxgyCreate: create("bxgy", "code"),
  discountCodeBxgyUpdate: update("bxgy", "code"),
  discountCodeFreeShippingCreate: create("freeShipping", "code"),
  discountCodeFreeShippingUpdate: update("freeShipping", "code"),
  discountCodeActivate: turn("code", true),
  discountCodeDeactivate: turn("code", false),
  discountCodeDelete: remove("code"),
  discountAutomaticBasicCreate: create("basic", "automatic"),
  discountAutomaticBasicUpdate: update("basic", "automatic"),
  discountAutomaticBxgyCreate: create("bxgy", "automatic"),
  discountAutomaticBxgyUpdate: update("bxgy", "automatic"),
  discountAutomaticFreeShippingCreate: create("freeShipping", "automatic"),
  discountAutomaticFreeShippingUpdate: update("freeShipping", "automatic"),
  discountAutomaticActivate: turn("automatic", true),
  discountAutomaticDeactivate: turn("automatic", false),
  discountAutomaticDelete: remove("automatic"),
};
