import { BlockStack, Box, Text } from "@shopify/polaris";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import { isShown, partOf, type FieldView, type FieldViews } from "../../field-view.ts";
import { FieldInput } from "./field-input.tsx";

type Props = {
  fields: FieldViews;
  /** The texts by input name; the name of an input within a group is `group.name`. */
  texts: Record<string, unknown>;
  errorOf: (name: string) => string | undefined;
  onChange: (name: string, text: string) => void;
  /** The prefix of each input's name in the form. */
  prefix?: string;
};

/** The inputs of the fields whose conditions hold. */
export function FieldInputs({ fields, texts, ...rest }: Props) {
  return Object.entries(fields)
    .filter(([name]) => isShown(fields, name, texts))
    .map(([name, field]) =>
      field.fields ? (
        <Group key={name} name={name} field={field} texts={partOf(texts, name)} {...rest} />
      ) : (
        <FieldInput
          key={name}
          name={`${rest.prefix ?? ""}${name}`}
          field={field}
          value={texts[name]}
          error={rest.errorOf(name)}
          onChange={(text) => rest.onChange(name, text)}
        />
      ),
    );
}

type GroupProps = Omit<Props, "fields"> & { name: string; field: FieldView };

function Group({ name, field, texts, errorOf, onChange, prefix = "" }: GroupProps) {
  const { t } = useTranslation();
  const id = useId();
  return (
    <div role="group" aria-labelledby={id}>
      <Box borderWidth="025" borderColor="border" borderRadius="200" padding="300">
        <BlockStack gap="300">
          <BlockStack gap="100">
            <Text as="h3" variant="headingSm" id={id}>
              {t(field.label)}
            </Text>
            {field.help ? (
              <Text as="p" tone="subdued">
                {t(field.help)}
              </Text>
            ) : null}
          </BlockStack>
          <FieldInputs
            fields={field.fields ?? {}}
            texts={texts}
            errorOf={(each) => errorOf(`${name}.${each}`)}
            onChange={(each, text) => onChange(`${name}.${each}`, text)}
            prefix={`${prefix}${name}.`}
          />
        </BlockStack>
      </Box>
    </div>
  );
}
