import { Text } from "@shopify/polaris";
import { useTranslation } from "react-i18next";
import { isTaken } from "./names.ts";

/** A warning beside a name that is taken; nothing where the name is free. */
export function TakenName({ name, others }: { name: string; others: readonly string[] }) {
  const { t } = useTranslation();
  if (!isTaken(name, others)) return null;
  return (
    <Text as="p" tone="caution">
      {t("app.edit.taken_name")}
    </Text>
  );
}
