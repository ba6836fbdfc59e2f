import { Select, TextField } from "@shopify/polaris";
import { useTranslation } from "react-i18next";
import { fits, unquote } from "../query/builder-choices.ts";
import { quoteText } from "../query/format.ts";
import { ClosedInput } from "./closed-input.tsx";
import { DateInput } from "./date-input.tsx";
import { SuggestedInput, type ValueInputProps } from "./suggested-input.tsx";

/** One value, in the form that its type needs. */
export function ValueInput(props: ValueInputProps) {
  const { t } = useTranslation();
  const { label, type, shape, literal, onChange } = props;
  const error = fits(literal, type) ? undefined : t(`segments.builder.wrong.${type}`);
  if (shape.values) return <ClosedInput {...props} values={shape.values} />;
  if (type === "boolean") {
    const options = ["true", "false"].map((value) => ({ value, label: t(`segments.builder.boolean.${value}`) }));
    return <Select label={label} labelHidden options={options} value={literal} onChange={onChange} />;
  }
  if (type === "date") return <DateInput label={label} literal={literal} error={error} onChange={onChange} />;
  if (shape.suggests) return <SuggestedInput {...props} error={error} />;
  const quoted = type === "string" || type === "enum";
  return (
    <TextField
      label={label}
      labelHidden
      value={unquote(literal)}
      onChange={(text) => onChange(quoted ? quoteText(text) : text.replaceAll(/[^\d.+-]/g, ""))}
      error={error}
      inputMode={quoted ? "text" : "decimal"}
      autoComplete="off"
    />
  );
}
