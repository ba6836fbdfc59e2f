import { Text } from "@shopify/polaris";
import { useTranslation } from "react-i18next";
import { isTaken } from "./names.ts";

/** Beside a name: that another thing of its kind is called the same. Nothing where none is. */
export function TakenName({ name, others }: { name: string; others: readonly string[] }) {
  const { t } = useTranslation();
  if (!isTaken(name, others)) return null;
  return (
    <Text as="p" tone="caution">
      {t("app.edit.taken_name")}
    </Text>
  );
}
