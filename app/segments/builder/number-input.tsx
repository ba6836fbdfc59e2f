import { TextField } from "@shopify/polaris";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { plainNumber, writesComma } from "../../decimal.ts";
import { useShop } from "../../ui/shop-context.ts";

export const isNumber = (text: string): boolean => /^[+-]?\d+(\.\d+)?$/.test(text);

type Props = {
  label: string;
  whole: boolean;
  literal: string;
  /** Whether the input may show its error. */
  finished: boolean;
  onChange: (literal: string) => void;
};

/** The input for a number in the notation of the merchant's language. A text that is not a number stays visible and makes the value blank. */
export function NumberInput({ label, whole, literal, finished, onChange }: Props) {
  const fault = useNumberFault(whole);
  const { locale } = useShop();
  const [typed, setTyped] = useState<{ text: string; literal: string } | null>(null);
  const text = typed?.literal === literal ? typed.text : literal;
  const write = (next: string) => {
    const plain = plainNumber(next, locale);
    const written = isNumber(plain) ? plain : "";
    setTyped({ text: next, literal: written });
    onChange(written);
  };
  return (
    <TextField
      label={label}
      labelHidden
      value={text}
      onChange={write}
      error={finished ? fault(text) : undefined}
      inputMode={whole ? "numeric" : "decimal"}
      autoComplete="off"
    />
  );
}

/** Returns a function that gives the error of a typed number; undefined for a valid number. */
export function useNumberFault(whole: boolean): (text: string) => string | undefined {
  const { t } = useTranslation();
  const { locale } = useShop();
  return (text) => {
    const plain = plainNumber(text, locale);
    if (plain === "") return t("segments.builder.wrong.blank");
    if (!isNumber(plain)) {
      const isComma = /^[+-]?\d+,\d+$/.test(plain) && !writesComma(locale);
      return t(isComma ? "app.field.comma" : "app.field.not_a_number");
    }
    return whole && plain.includes(".") ? t("app.field.not_whole") : undefined;
  };
}
