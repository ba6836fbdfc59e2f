import { useAppBridge } from "@shopify/app-bridge-react";
import { BlockStack, Button, InlineError, InlineStack, Text } from "@shopify/polaris";
import { XSmallIcon } from "@shopify/polaris-icons";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import { idsIn, resourceId, resourceTypeOf, type ResourceInput as Kind } from "../../resources.ts";
import { useTitles } from "./resource-titles.tsx";

type Props = {
  kind: Kind;
  label: string;
  help: string | undefined;
  error: string | undefined;
  /** The chosen ids, one on each line. */
  text: string;
  /** The most products or collections that can be chosen. */
  max: number;
  onChange: (text: string) => void;
};

/** An input with Shopify's resource picker: https://shopify.dev/docs/api/app-bridge-library/apis/resource-picker */
export function ResourceInput({ kind, label, help, error, text, max, onChange }: Props) {
  const { t } = useTranslation();
  const bridge = useAppBridge();
  const id = useId();
  const { titles, learn } = useTitles();
  const ids = idsIn(text);
  const gidOf = (each: string) => resourceId(kind, each);
  const nameOf = (each: string) => titles[gidOf(each)] ?? t("app.pick.unknown", { id: each });
  const action = t(ids.length > 0 ? "app.pick.change" : `app.pick.${kind}`);
  const pick = async () => {
    const chosen = await bridge.resourcePicker({
      type: resourceTypeOf(kind) === "Product" ? "product" : "collection",
      action: "select",
      multiple: max > 1 ? max : false,
      selectionIds: ids.map((each) => ({ id: gidOf(each) })),
      filter: { variants: false },
    });
    if (!chosen) return;
    learn(Object.fromEntries(chosen.map((one) => [one.id, one.title])));
    onChange(chosen.map((one) => one.id.replace(/^.*\//, "")).join("\n"));
  };
  return (
    <div role="group" aria-labelledby={`${id}label`} aria-describedby={`${id}help ${id}Error`}>
      <BlockStack gap="100">
        <Text as="span" id={`${id}label`}>
          {label}
        </Text>
        {ids.length > 0 ? (
          <ul style={{ display: "grid", gap: 4, listStyle: "none", margin: 0, padding: 0 }}>
            {ids.map((each) => (
              <li key={each}>
                <InlineStack gap="200" blockAlign="center" wrap={false}>
                  <Text as="span" breakWord>
                    {nameOf(each)}
                  </Text>
                  <Button
                    variant="tertiary"
                    icon={XSmallIcon}
                    accessibilityLabel={t("app.pick.remove", { name: nameOf(each) })}
                    onClick={() => onChange(ids.filter((one) => one !== each).join("\n"))}
                  />
                </InlineStack>
              </li>
            ))}
          </ul>
        ) : null}
        <div data-fault={error ? true : undefined}>
          <Button onClick={() => void pick()} accessibilityLabel={`${action}: ${label}`}>
            {action}
          </Button>
        </div>
        {help ? (
          <Text as="p" tone="subdued" id={`${id}help`}>
            {help}
          </Text>
        ) : null}
        {error ? <InlineError message={error} fieldID={id} /> : null}
      </BlockStack>
    </div>
  );
}
