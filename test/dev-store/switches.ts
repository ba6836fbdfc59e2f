// What Shopify's documentation leaves open. The store can do either, so that the app is tried against both; the strict
// answer is the default.

/** Each switch with what it means to a reader of /control. */
export const SWITCHES = {
  guestsByEmail: {
    strict: true,
    words: "A guest who types a customer's e-mail at the checkout is eligible for the customer's discounts",
  },
} as const;

export type SwitchName = keyof typeof SWITCHES;
export type Switches = Record<SwitchName, boolean>;

export const SWITCH_NAMES = Object.keys(SWITCHES) as SwitchName[];

export const strictSwitches = (): Switches =>
  Object.fromEntries(SWITCH_NAMES.map((name) => [name, SWITCHES[name].strict])) as Switches;
