// Questions that Shopify's documentation leaves open. The store can behave in either manner, so that the app is tested with both.
// The stricter one is the default.

/** Each switch, with its meaning for a reader of /control. */
export const SWITCHES = {
  guestsByEmail: {
    strict: true,
    words: "A guest who types a customer's e-mail at the checkout is eligible for the customer's discounts",
  },
  automaticTitlesAlways: {
    strict: true,
    words: "The title of an automatic discount must be unique on update too, and beside discounts that are over",
  },
  listsLag: { strict: true, words: "A list of discounts or segments without a search lags as a search does" },
  goneCustomerAtTop: {
    strict: false,
    words:
      "A discount or metafield for a customer who is gone is refused at the top of the answer, not in its userErrors",
  },
  uninstallTakesMetafields: {
    strict: true,
    words: "Uninstalling the app deletes the app's own metafields of customers and products",
  },
  currentTotalAfterReturnsAlone: {
    strict: true,
    words: "An order's current total is after edits and returns; money given back beyond them does not lower it",
  },
} as const;

export type SwitchName = keyof typeof SWITCHES;
export type Switches = Record<SwitchName, boolean>;

export const SWITCH_NAMES = Object.keys(SWITCHES) as SwitchName[];

export const strictSwitches = (): Switches =>
  Object.fromEntries(SWITCH_NAMES.map((name) => [name, SWITCHES[name].strict])) as Switches;
