import { BlockStack, Button, InlineError, InlineGrid, Select, Text, Tooltip } from "@shopify/polaris";
import { DeleteIcon, XSmallIcon } from "@shopify/polaris-icons";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { ValueShape, ValueType } from "../attribute.ts";
import { MAX_BUILDER_LIST } from "../query/builder/builder.ts";
import { firstValue, valuesFor } from "../query/builder/builder-choices.ts";
import { warningsIn } from "../query/warnings.ts";
import type { ValueQuestion } from "../values/value-source.ts";
import { ValueInput } from "./value-input.tsx";

const COLUMNS = { xs: 1, md: "minmax(0, 5fr) minmax(0, 4fr) minmax(0, 5fr) auto" } as const;
const OPERATOR_KEYS: Record<string, string> = {
  "=": "is",
  "!=": "is_not",
  ">": "more",
  ">=": "at_least",
  "<": "less",
  "<=": "at_most",
  BETWEEN: "between",
  CONTAINS: "contains",
  "NOT CONTAINS": "contains_not",
  "IS NULL": "unknown",
  "IS NOT NULL": "known",
  IN: "in",
  "NOT IN": "not_in",
};

export type Tested = { operator: string; values: string[] };
type Props = {
  /** The attribute or parameter: its name, or a choice of names. */
  subject: ReactNode;
  name: string;
  type: ValueType;
  shape: ValueShape;
  operators: readonly string[];
  question: ValueQuestion;
  test: Tested;
  onChange: (test: Tested) => void;
  onRemove: () => void;
};

/** One row: the attribute or parameter, its operator and its values. On a phone these stand one below the other. */
export function TestRow({ subject, name, type, shape, operators, question, test, onChange, onRemove }: Props) {
  const { t } = useTranslation();
  const first = firstValue(type, shape.values);
  const set = (at: number, literal: string) =>
    onChange({ ...test, values: test.values.map((before, index) => (index === at ? literal : before)) });
  const listed = test.operator.endsWith("IN") && test.operator !== "CONTAINS";
  return (
    <InlineGrid columns={COLUMNS} gap="200" alignItems="start">
      {subject}
      <OperatorSelect
        name={name}
        type={type}
        operators={operators}
        value={test.operator}
        onChange={(operator) => onChange({ operator, values: valuesFor(operator, test.values, first) })}
      />
      <BlockStack gap="100">
        {test.values.map((literal, at) => (
          <BlockStack gap="100" key={at}>
            {at > 0 && test.operator === "BETWEEN" ? <Text as="span">{t("segments.builder.between_and")}</Text> : null}
            <InlineGrid columns={listed && test.values.length > 1 ? "1fr auto" : 1} gap="100" alignItems="start">
              <ValueInput
                label={t("segments.builder.value_of", { name, number: at + 1 })}
                type={type}
                shape={shape}
                question={question}
                literal={literal}
                onChange={(next) => set(at, next)}
              />
              {listed && test.values.length > 1 ? (
                <Button
                  icon={XSmallIcon}
                  variant="plain"
                  accessibilityLabel={t("segments.builder.remove_value", { name, number: at + 1 })}
                  onClick={() => onChange({ ...test, values: test.values.filter((_, index) => index !== at) })}
                />
              ) : null}
            </InlineGrid>
          </BlockStack>
        ))}
        {isReversedTest(test) ? (
          <InlineError message={t("segments.builder.wrong.range")} fieldID={`${name} range`} />
        ) : null}
        {listed && test.values.length < MAX_BUILDER_LIST ? (
          <Button
            variant="plain"
            textAlign="left"
            accessibilityLabel={t("segments.builder.add_value_of", { name })}
            onClick={() => onChange({ ...test, values: [...test.values, first] })}
          >
            {t("segments.builder.add_value")}
          </Button>
        ) : null}
      </BlockStack>
      <RemoveButton label={t("segments.builder.remove_named", { name })} onRemove={onRemove} />
    </InlineGrid>
  );
}

/** Whether the end of BETWEEN is before its start; false while a value is missing. */
const isReversedTest = ({ operator, values }: Tested): boolean =>
  operator === "BETWEEN" && warningsIn(`x BETWEEN ${values.join(" AND ")}`).some(({ code }) => code === "range");

type OperatorProps = {
  name: string;
  type: ValueType;
  operators: readonly string[];
  value: string;
  onChange: (operator: string) => void;
};

function OperatorSelect({ name, type, operators, value, onChange }: OperatorProps) {
  const { t } = useTranslation();
  const say = (operator: string) => {
    const key = OPERATOR_KEYS[operator] ?? "is";
    return type === "date" ? t(`segments.builder.date_operator.${key}`) : t(`segments.builder.operator.${key}`);
  };
  return (
    <Select
      label={t("segments.builder.operator_of", { name })}
      labelHidden
      options={operators.map((operator) => ({ value: operator, label: say(operator) }))}
      value={value}
      onChange={onChange}
    />
  );
}

/** As high as a select, so that the button stands in the middle of the row's first line. */
const SELECT_HEIGHT = "2rem";

/** `label` says what the button removes. */
export function RemoveButton({ label, onRemove }: { label: string; onRemove: () => void }) {
  return (
    <div
      style={{ display: "flex", alignItems: "center", justifyContent: "end", minHeight: SELECT_HEIGHT, lineHeight: 0 }}
    >
      <Tooltip content={label}>
        <Button icon={DeleteIcon} variant="tertiary" accessibilityLabel={label} onClick={onRemove} />
      </Tooltip>
    </div>
  );
}
