import { Select } from "@shopify/polaris";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { formatCount } from "../../ui/format.ts";
import { useShop } from "../../ui/shop-context.ts";
import { askForValues } from "../editor/ask-for-values.ts";
import { quoteText } from "../query/grammar/format.ts";
import { addressOf, type OfferedValue } from "../values/value-source.ts";
import type { ValueInputProps } from "./suggested-input.tsx";
import { useValueNames } from "./use-value-names.ts";

/** A choice from a closed list of values, shown by name, with the number of customers where the shop knows the number. */
export function ClosedInput(props: ValueInputProps & { values: readonly string[] }) {
  const { t } = useTranslation();
  const shop = useShop();
  const { label, shape, values, question, literal, onChange } = props;
  const { namesOf } = useValueNames(shape.named);
  const [offered, setOffered] = useState<OfferedValue[]>([]);
  const address = shape.suggests ? addressOf(question, "") : null;
  useEffect(() => {
    if (address === null) return;
    let unmounted = false;
    askForValues(address).then(
      (found) => (unmounted ? undefined : setOffered(found)),
      () => undefined,
    );
    return () => {
      unmounted = true;
    };
  }, [address]);
  const options = namesOf(values).map(({ value, name }) => {
    const count = offered.find(({ text }) => text === quoteText(value))?.customers;
    const label =
      count === undefined
        ? name
        : t("segments.builder.with_customers", { name, count, customers: formatCount(count, shop) });
    return { value: quoteText(value), label };
  });
  return <Select label={label} labelHidden options={options} value={literal} onChange={onChange} />;
}
