import { Checkbox, Select, TextField } from "@shopify/polaris";
import { useTranslation } from "react-i18next";
import { textOf, type FieldView } from "../../field-view.ts";
import { isResourceInput } from "../../resources.ts";
import { ResourceInput } from "./resource-input.tsx";
import { useShop } from "../shop-context.ts";

type Props = {
  name: string;
  field: FieldView;
  value: unknown;
  error?: string | undefined;
  onChange: (value: string) => void;
};

/** The visible lines of an input for several lines. */
const LINES: Partial<Record<FieldView["input"], number>> = { "long-text": 3, list: 6 };

/** Draws a field's definition as a form input. The value is the text that the form sends. */
export function FieldInput({ name, field, value, error, onChange }: Props) {
  const { t } = useTranslation();
  const text = textOf(value ?? field.initial);
  const label = t(field.label);
  const help = field.help ? t(field.help) : undefined;
  if (field.input === "toggle") {
    return (
      <Checkbox
        label={label}
        helpText={help}
        error={error}
        checked={text === "true"}
        onChange={(on) => onChange(String(on))}
      />
    );
  }
  if (isResourceInput(field.input)) {
    const max = field.max ?? 1;
    return <ResourceInput kind={field.input} {...{ label, help, error, text, max, onChange }} />;
  }
  if (field.input === "choice") {
    const options = (field.choices ?? []).map((choice) => ({ value: choice.value, label: t(choice.label) }));
    return (
      <Select
        name={name}
        label={label}
        helpText={help}
        error={error}
        options={options}
        value={text}
        onChange={onChange}
      />
    );
  }
  return <TextInput {...{ name, field, label, help, error, text, onChange }} />;
}

type TextProps = Pick<Props, "name" | "field" | "onChange"> & {
  label: string;
  help: string | undefined;
  error: string | undefined;
  text: string;
};

function TextInput({ name, field, label, help, error, text, onChange }: TextProps) {
  const { currency } = useShop();
  const affix = field.input === "percent" ? { suffix: "%" } : field.input === "money" ? { prefix: currency } : {};
  return (
    <TextField
      name={name}
      label={label}
      helpText={help}
      error={error}
      value={text}
      onChange={onChange}
      autoComplete="off"
      inputMode={
        field.input === "number" ? "numeric" : field.input === "percent" || field.input === "money" ? "decimal" : "text"
      }
      multiline={LINES[field.input] ?? false}
      requiredIndicator={!field.optional}
      {...affix}
    />
  );
}
