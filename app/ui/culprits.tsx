import { BlockStack, Link, Text } from "@shopify/polaris";
import { useTranslation } from "react-i18next";
import type { Culprit } from "../culprit.ts";

/** The plugins that keep a definition from working, each with a link to its page. */
export function Culprits({ culprits }: { culprits: readonly Culprit[] }) {
  const { t } = useTranslation();
  return (
    <BlockStack gap="100">
      {culprits.map(({ name, label, plugin, pluginLabel, state }) => (
        <Text as="p" key={name}>
          {t(`plugins.culprit.${state}`, { label: t(label), plugin: t(pluginLabel) })}{" "}
          <Link url={`/app/plugins/${plugin}`}>{t("plugins.open_named", { name: t(pluginLabel) })}</Link>
        </Text>
      ))}
    </BlockStack>
  );
}
