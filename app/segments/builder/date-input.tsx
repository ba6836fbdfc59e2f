import { BlockStack, InlineGrid, Select, TextField } from "@shopify/polaris";
import { useTranslation } from "react-i18next";

type Props = { label: string; literal: string; error: string | undefined; onChange: (literal: string) => void };

const UNITS = ["d", "w", "m", "y"] as const;
const FORMS = ["today", "yesterday", "ago", "ahead", "day", "moment"] as const;
type Form = (typeof FORMS)[number];

const FIRST_LITERALS: Record<Form, string> = {
  today: "today",
  yesterday: "yesterday",
  ago: "-30d",
  ahead: "+30d",
  day: "",
  moment: "",
};

type Shown = { form: Form; sign: string; amount: string; unit: string };

/** A literal whose number is still missing (`-d`) is an offset too. */
function shownAs(literal: string): Shown {
  const [, sign = "", amount = "", unit = "d"] = /^([+-])(\d*)([dwmy])$/.exec(literal) ?? [];
  if (sign) return { form: sign === "-" ? "ago" : "ahead", sign, amount, unit };
  const form = literal === "today" || literal === "yesterday" ? literal : literal.includes("T") ? "moment" : "day";
  return { form, sign, amount, unit };
}

/** The input for a date: a day relative to today, a calendar day, or a day and time in the store's zone. */
export function DateInput({ label, literal, error, onChange }: Props) {
  const { t } = useTranslation();
  const { form, sign, amount, unit } = shownAs(literal);
  const choose = (next: string) => {
    const chosen = FORMS.find((each) => each === next) ?? "day";
    const day = /^\d{4}-\d{2}-\d{2}/.exec(literal)?.[0] ?? new Date().toISOString().slice(0, 10);
    onChange(chosen === "day" ? day : chosen === "moment" ? `${day}T00:00:00` : FIRST_LITERALS[chosen]);
  };
  return (
    <BlockStack gap="100">
      <Select
        label={label}
        labelHidden
        options={FORMS.map((value) => ({ value, label: t(`segments.builder.date.${value}`) }))}
        value={form}
        onChange={choose}
      />
      {form === "ago" || form === "ahead" ? (
        <InlineGrid columns={2} gap="100">
          <TextField
            label={t("segments.builder.date.amount", { of: label })}
            labelHidden
            value={amount}
            onChange={(text) => onChange(`${sign}${text.replaceAll(/\D/g, "").slice(0, 6)}${unit}`)}
            error={error}
            inputMode="numeric"
            autoComplete="off"
          />
          <Select
            label={t("segments.builder.date.unit", { of: label })}
            labelHidden
            options={UNITS.map((value) => ({ value, label: t(`segments.builder.unit.${value}`) }))}
            value={unit}
            onChange={(next) => onChange(`${sign}${amount}${next}`)}
          />
        </InlineGrid>
      ) : null}
      {form === "day" || form === "moment" ? (
        <TextField
          label={t("segments.builder.date.which", { of: label })}
          labelHidden
          type={form === "day" ? "date" : "datetime-local"}
          {...(form === "moment" ? { step: 1 } : {})}
          value={literal}
          // Browsers leave out seconds of 0.
          onChange={(text) => onChange(/T\d{2}:\d{2}$/.test(text) ? `${text}:00` : text)}
          error={error}
          autoComplete="off"
        />
      ) : null}
    </BlockStack>
  );
}
