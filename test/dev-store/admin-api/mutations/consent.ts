import { setConsent } from "../../commands/customer.ts";
import type { ConsentState } from "../../model.ts";
import type { Context, Fields } from "../context.ts";
import { idOf } from "../gid.ts";
import { refusal } from "../refusal.ts";

type Wish = { marketingState: ConsentState; marketingOptInLevel?: string | null; consentUpdatedAt?: string | null };
type UserError = { field: string[] | null; message: string; code: string | null };
type Channel = "email" | "sms";

const SETTABLE: readonly string[] = ["SUBSCRIBED", "UNSUBSCRIBED", "PENDING"];

/** As recorded: some states are refused as input, others need an opt-in level, and no date may be in the future. */
function faultOf(context: Context, key: string, wish: Wish): UserError | null {
  if (!SETTABLE.includes(wish.marketingState)) {
    throw refusal(`Cannot specify ${wish.marketingState} as a marketing state input`, "INVALID");
  }
  const at = (name: string): string[] => ["input", key, name];
  if (wish.marketingState === "SUBSCRIBED" && wish.marketingOptInLevel == null) {
    return { field: at("marketingOptInLevel"), message: "Marketing opt in level must exist", code: "MISSING_ARGUMENT" };
  }
  if (wish.marketingState === "PENDING" && wish.marketingOptInLevel !== "CONFIRMED_OPT_IN") {
    const message = "Marketing opt in level must be confirmed opt-in for pending consent state";
    return { field: at("marketingOptInLevel"), message, code: "INVALID" };
  }
  if (wish.consentUpdatedAt != null && Date.parse(wish.consentUpdatedAt) > context.store.clock.now().getTime()) {
    return { field: at("consentUpdatedAt"), message: "Consent updated at must not be in the future", code: "INVALID" };
  }
  return null;
}

function update(context: Context, channel: Channel, customerId: string, wish: Wish): unknown {
  const { store, shop } = context;
  const key = `${channel}MarketingConsent`;
  const customer = shop.customers.get(idOf("Customer", customerId) ?? "");
  if (customer === undefined) {
    const known: UserError = { field: ["input", "customerId"], message: "Customer not found", code: "INVALID" };
    return { customer: null, userErrors: [channel === "email" ? known : { ...known, field: null, code: null }] };
  }
  if (channel === "sms" && customer.phone === null) {
    const message = "A phone number is required to set the SMS consent state.";
    return { customer: null, userErrors: [{ field: ["input", key], message, code: "INVALID" }] };
  }
  const fault = faultOf(context, key, wish);
  if (fault !== null) return { customer: channel === "email" ? customer : null, userErrors: [fault] };
  const updatedAt = wish.consentUpdatedAt == null ? {} : { updatedAt: new Date(wish.consentUpdatedAt).toISOString() };
  const consent = { state: wish.marketingState, optInLevel: wish.marketingOptInLevel ?? null, ...updatedAt };
  return { customer: setConsent(store, shop, customer.id, channel, consent), userErrors: [] };
}

export const consentMutations: Fields = {
  customerEmailMarketingConsentUpdate: (
    _: unknown,
    { input }: { input: { customerId: string; emailMarketingConsent: Wish } },
    context: Context,
  ) => update(context, "email", input.customerId, input.emailMarketingConsent),
  customerSmsMarketingConsentUpdate: (
    _: unknown,
    { input }: { input: { customerId: string; smsMarketingConsent: Wish } },
    context: Context,
  ) => update(context, "sms", input.customerId, input.smsMarketingConsent),
};
