import { BlockStack, Box, Button, InlineGrid, InlineStack, Select, Text } from "@shopify/polaris";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { FunctionShape } from "../attribute.ts";
import type { BuilderClause, BuilderParam } from "../query/builder/builder.ts";
import { firstValue, newParam, operatorsOfParam, typeOfParam, unquote } from "../query/builder/builder-choices.ts";
import { FUNCTION_OPERATORS, typesOf } from "../query/check.ts";
import { RemoveButton, TestRow } from "./test-row.tsx";

const VERB_KEYS: Record<string, string> = {
  MATCHES: "matches",
  "NOT MATCHES": "not_matches",
  "IS NULL": "never",
  "IS NOT NULL": "ever",
};

type Props = {
  clause: BuilderClause;
  shape: FunctionShape;
  subject: ReactNode;
  name: string;
  onChange: (clause: BuilderClause) => void;
  onRemove: () => void;
};

/** A function and its operator, and below them a row for each parameter. */
export function FunctionRows({ clause, shape, subject, name, onChange, onRemove }: Props) {
  const { t } = useTranslation();
  const { params, operator } = clause;
  const free = Object.keys(shape.params).filter((each) => !params.some((param) => param.name === each));
  const add = (each: string | undefined) => {
    const param = each === undefined ? undefined : shape.params[each];
    if (each !== undefined && param) onChange({ ...clause, params: [...params, newParam(each, param)] });
  };
  const set = (at: number, next: BuilderParam | null) =>
    onChange({
      ...clause,
      params: params.flatMap((param, index) => (index !== at ? [param] : next ? [next] : [])),
    });
  return (
    <BlockStack gap="200">
      <InlineGrid columns={{ xs: 1, md: "minmax(0, 5fr) minmax(0, 9fr) auto" }} gap="200" alignItems="start">
        {subject}
        <Select
          label={t("segments.builder.operator_of", { name })}
          labelHidden
          options={FUNCTION_OPERATORS.map((value) => ({
            value,
            label: t(`segments.builder.verb.${VERB_KEYS[value] ?? "matches"}`),
          }))}
          value={operator}
          onChange={(next) => onChange({ ...clause, operator: next })}
        />
        <RemoveButton label={t("segments.builder.remove_named", { name })} onRemove={onRemove} />
      </InlineGrid>
      {operator.endsWith("MATCHES") ? (
        <Box paddingInlineStart={{ xs: "300", md: "600" }}>
          <BlockStack gap="200">
            {params.length === 0 ? (
              <Text as="p" tone="subdued">
                {t("segments.builder.no_params")}
              </Text>
            ) : null}
            {params.map((param, at) => (
              <ParamRow
                key={param.name}
                {...{ clause, shape, param, free }}
                onChange={(next) => set(at, next)}
                onRemove={() => set(at, null)}
              />
            ))}
            {free.length > 0 ? (
              <InlineStack>
                <Button
                  variant="plain"
                  accessibilityLabel={t("segments.builder.add_param_of", { name })}
                  onClick={() => add(free[0])}
                >
                  {t("segments.builder.add_param")}
                </Button>
              </InlineStack>
            ) : null}
          </BlockStack>
        </Box>
      ) : null}
    </BlockStack>
  );
}

type ParamProps = {
  clause: BuilderClause;
  shape: FunctionShape;
  param: BuilderParam;
  free: string[];
  onChange: (param: BuilderParam) => void;
  onRemove: () => void;
};

function ParamRow({ clause, shape, param, free, onChange, onRemove }: ParamProps) {
  const { t } = useTranslation();
  const asked = shape.params[param.name];
  if (!asked) return null;
  const name = t(asked.label);
  const type = typeOfParam(asked, param.values);
  const others = clause.params.filter((other) => other.name !== param.name && other.operator === "=");
  const given = Object.fromEntries(others.map((other) => [other.name, unquote(other.values[0] ?? "")]));
  const choose = (next: string) => {
    const chosen = shape.params[next];
    if (chosen) onChange(newParam(next, chosen));
  };
  return (
    <TestRow
      subject={
        <BlockStack gap="100">
          <Select
            label={t("segments.builder.parameter_of", { name: t(shape.label) })}
            labelHidden
            options={Object.keys(shape.params)
              .filter((each) => each === param.name || free.includes(each))
              .map((value) => ({ value, label: t(shape.params[value]?.label ?? value) }))}
            value={param.name}
            onChange={choose}
          />
          {typesOf(asked.type).length > 1 ? (
            <Select
              label={t("segments.builder.kind_of", { name })}
              labelHidden
              options={typesOf(asked.type).map((value) => ({ value, label: t(`segments.builder.kind.${value}`) }))}
              value={type}
              onChange={(next) => {
                const chosen = typesOf(asked.type).find((each) => each === next);
                if (chosen) onChange({ ...param, operator: "=", values: [firstValue(chosen)] });
              }}
            />
          ) : null}
        </BlockStack>
      }
      name={name}
      type={type}
      shape={asked}
      operators={operatorsOfParam(asked, param.values)}
      question={{ attribute: clause.name, parameter: param.name, given }}
      test={param}
      onChange={(test) => onChange({ ...param, ...test })}
      onRemove={onRemove}
    />
  );
}
