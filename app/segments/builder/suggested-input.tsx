import { Autocomplete } from "@shopify/polaris";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { plainNumber } from "../../decimal.ts";
import { useShop } from "../../ui/shop-context.ts";
import type { ValueShape, ValueType } from "../attribute.ts";
import { askForValues } from "../editor/ask-for-values.ts";
import { unquote } from "../query/builder/builder-choices.ts";
import { quoteText } from "../query/grammar/format.ts";
import { isNumber } from "./number-input.tsx";
import { useValueNames } from "./use-value-names.ts";
import { addressOf, type OfferedValue, type ValueQuestion } from "../values/value-source.ts";

export type ValueInputProps = {
  label: string;
  type: ValueType;
  shape: ValueShape;
  question: ValueQuestion;
  /** The value as the query writes it. */
  literal: string;
  onChange: (literal: string) => void;
};

const DELAY_MS = 200;

/** A text input with suggestions from the shop's own values. An id is searched for and shown by its title. */
export function SuggestedInput(props: ValueInputProps & { error: string | undefined }) {
  const { t } = useTranslation();
  const { label, type, shape, question, literal, error, onChange } = props;
  const { locale } = useShop();
  const [typed, setTyped] = useState<string | null>(null);
  const [offered, setOffered] = useState<OfferedValue[] | null>(null);
  const isId = type === "id";
  const shown = typed ?? unquote(literal);
  // A product's id and a city's code mean nothing to a person. Their names come from the shop, so a saved value asks too.
  const wanted = typed !== null || ((isId || shape.named === "city") && literal !== "");
  const address = addressOf(question, shown);
  useEffect(() => {
    if (!wanted) return;
    let unmounted = false;
    const timer = setTimeout(() => {
      askForValues(address).then(
        (values) => (unmounted ? undefined : setOffered(values)),
        () => undefined,
      );
    }, DELAY_MS);
    return () => {
      unmounted = true;
      clearTimeout(timer);
    };
  }, [address, wanted]);

  const write = (text: string) => {
    setTyped(text);
    if (type === "float") onChange(isNumber(plainNumber(text, locale)) ? plainNumber(text, locale) : "");
    else onChange(isId ? (/^\d+$/.test(text) ? text : "") : quoteText(text));
  };
  const { nameOf } = useValueNames(shape.named);
  /** The value's name; undefined where the name is the value itself. */
  const titleOf = (text: string) => {
    const value = unquote(text);
    const name = offered?.find((each) => each.text === text)?.title ?? nameOf(value);
    return name === value ? undefined : name;
  };
  const optionOf = (text: string) => {
    const name = titleOf(text);
    return { value: text, label: name ? `${name} (${unquote(text)})` : unquote(text) };
  };
  const fitting = (offered ?? []).filter(({ text }) => type !== "float" || !text.startsWith("'"));
  // The list is never empty: an open field without a list refers a screen reader to an element that does not exist.
  const options =
    fitting.length > 0
      ? fitting.map(({ text }) => optionOf(text))
      : [{ value: "", label: t("segments.builder.none_offered"), disabled: true }];
  return (
    <Autocomplete
      options={options}
      loading={offered === null}
      selected={[literal]}
      onSelect={([chosen]) => {
        if (chosen !== undefined) onChange(chosen);
        setTyped(null);
      }}
      textField={
        <Autocomplete.TextField
          label={label}
          labelHidden
          value={shown}
          onChange={write}
          onFocus={() => setTyped((before) => before ?? unquote(literal))}
          onBlur={() => setTyped(null)}
          placeholder={isId ? t("segments.builder.search_title") : undefined}
          helpText={titleOf(literal)}
          error={error}
          autoComplete="off"
        />
      }
    />
  );
}
