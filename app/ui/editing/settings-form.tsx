import { BlockStack, Box, Card, Text } from "@shopify/polaris";
import { useTranslation } from "react-i18next";
import type { FieldView } from "../../fields.ts";
import { FieldInput } from "../field-input.tsx";
import { useFirstFault } from "../first-fault.ts";
import { useShop } from "../shop-context.ts";
import { useDraft } from "./draft.ts";
import { useFaultText } from "./fault-text.ts";
import type { Saved } from "./edit-state.ts";
import { EditBanners } from "./edit-banners.tsx";
import { EditBar } from "./edit-bar.tsx";

type Texts = Record<string, string>;
type Props = { fields: Record<string, FieldView>; values: Record<string, unknown>; title?: string };

const textOf = (value: unknown): string => (Array.isArray(value) ? value.join("\n") : String(value ?? ""));

/** The version is the values as they were read: a save is refused where another person saved other values meanwhile. */
function savedOf({ fields, values }: Props): Saved<Texts> {
  const draft = Object.fromEntries(
    Object.entries(fields).map(([name, { initial, choices }]) => [
      name,
      textOf(values[name] ?? initial ?? choices?.[0]?.value),
    ]),
  );
  return { draft, version: JSON.stringify(values) };
}

const formIn =
  (locale: string) =>
  (draft: Texts, version: string): FormData => {
    const form = new FormData();
    for (const [name, value] of Object.entries({ ...draft, intent: "save", version, locale })) form.set(name, value);
    return form;
  };

const partOf = (draft: Texts, field: string) => draft[field];

/** A form of settings, saved with the admin's save bar. */
export function SettingsForm(props: Props) {
  const { t } = useTranslation();
  const { fields, title } = props;
  const { locale } = useShop();
  const editing = useDraft({ saved: savedOf(props), formOf: formIn(locale), partOf });
  const { draft, set } = editing;
  const faultText = useFaultText(editing.faults);
  useFirstFault(editing.refused);
  const whole = faultText();
  return (
    <BlockStack gap="400">
      <EditBar editing={editing} />
      <EditBanners
        editing={editing}
        describe={(texts) => Object.entries(fields).map(([name, { label }]) => [t(label), texts[name] ?? ""])}
      />
      {whole ? (
        <Text as="p" tone="critical">
          {whole}
        </Text>
      ) : null}
      <Card>
        <BlockStack gap="300">
          {title ? (
            <Text as="h2" variant="headingMd">
              {title}
            </Text>
          ) : null}
          {Object.entries(fields).map(([name, field]) => (
            <Box key={name} maxWidth="30rem">
              <FieldInput
                name={name}
                field={field}
                value={draft[name]}
                error={faultText(name)}
                onChange={(value) => set({ ...draft, [name]: value })}
              />
            </Box>
          ))}
        </BlockStack>
      </Card>
    </BlockStack>
  );
}
