import { BlockStack, Box, Card, Text } from "@shopify/polaris";
import { useTranslation } from "react-i18next";
import { shownInputs, textsOf, type FieldViews, type Texts } from "../../field-view.ts";
import { FieldInputs } from "../fields/field-inputs.tsx";
import { useFirstFault } from "../fields/first-fault.ts";
import { useShop } from "../shop-context.ts";
import { useDraft } from "./draft.ts";
import { useFaultText } from "./fault-text.ts";
import type { Saved } from "./edit-state.ts";
import { EditBanners } from "./edit-banners.tsx";
import { EditBar } from "./edit-bar.tsx";

type Props = { fields: FieldViews; values: Record<string, unknown>; version: string; title?: string };

const savedOf = ({ fields, values, version }: Props): Saved<Texts> => ({ draft: textsOf(fields, values), version });

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
        describe={(texts) => shownInputs(fields, texts).map(([name, { label }]) => [t(label), texts[name] ?? ""])}
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
          <Box maxWidth="30rem">
            <BlockStack gap="300">
              <FieldInputs
                fields={fields}
                texts={draft}
                errorOf={faultText}
                onChange={(name, text) => set({ ...draft, [name]: text })}
              />
            </BlockStack>
          </Box>
        </BlockStack>
      </Card>
    </BlockStack>
  );
}
