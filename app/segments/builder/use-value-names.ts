import { useTranslation } from "react-i18next";
import { useShop } from "../../ui/shop-context.ts";
import type { Named } from "../attribute.ts";
import { nameOfValue, namesOfValues } from "../values/value-names.ts";

/** Names of values in the merchant's language. */
export function useValueNames(named: Named | undefined) {
  const { t } = useTranslation();
  const { locale } = useShop();
  return {
    nameOf: (value: string) => nameOfValue(value, named, locale, t),
    namesOf: (values: readonly string[]) => namesOfValues(values, named, locale, t),
  };
}
