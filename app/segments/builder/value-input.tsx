import { Select, TextField } from "@shopify/polaris";
import { useTranslation } from "react-i18next";
import { fits, unquote } from "../query/builder/builder-choices.ts";
import { quoteText } from "../query/grammar/format.ts";
import { ClosedInput } from "./closed-input.tsx";
import { DateInput } from "./date-input.tsx";
import { useFinished } from "./finished.ts";
import { NumberInput } from "./number-input.tsx";
import { SuggestedInput, type ValueInputProps } from "./suggested-input.tsx";

/** The input for one value, by its type. The input shows an error only once the value is finished. */
export function ValueInput(props: ValueInputProps) {
  const { finished, onBlur } = useFinished();
  return (
    <div onBlur={onBlur}>
      <Input {...props} finished={finished} />
    </div>
  );
}

function Input(props: ValueInputProps & { finished: boolean }) {
  const { t } = useTranslation();
  const { label, type, shape, literal, finished, onChange } = props;
  if (shape.values) return <ClosedInput {...props} values={shape.values} />;
  if (type === "boolean") {
    const options = ["true", "false"].map((value) => ({ value, label: t(`segments.builder.boolean.${value}`) }));
    return <Select label={label} labelHidden options={options} value={literal} onChange={onChange} />;
  }
  const isBlank = type !== "date" && unquote(literal).trim() === "";
  const wrong = isBlank ? "blank" : fits(literal, type) ? null : type;
  const error = finished && wrong ? t(`segments.builder.wrong.${wrong}`) : undefined;
  if (type === "date") return <DateInput label={label} literal={literal} error={error} onChange={onChange} />;
  if (shape.suggests) return <SuggestedInput {...props} error={error} />;
  if (type === "float" || type === "integer")
    return <NumberInput {...{ label, literal, finished, onChange }} whole={type === "integer"} />;
  const quoted = type !== "id";
  return (
    <TextField
      label={label}
      labelHidden
      value={unquote(literal)}
      onChange={(text) => onChange(quoted ? quoteText(text) : text.replaceAll(/\D/g, ""))}
      error={error}
      inputMode={quoted ? "text" : "numeric"}
      autoComplete="off"
    />
  );
}
