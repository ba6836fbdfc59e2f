import { Banner, BlockStack, List, Text } from "@shopify/polaris";
import { useTranslation } from "react-i18next";
import { newCounts } from "../answers/joined.ts";
import { isReworded } from "../definition/reworded.ts";
import type { Question } from "../survey.ts";

/** `version`: the number of the new version; null for a survey that was not asked yet. */
type Props = { version: number | null; before: Question[]; after: Question[]; isAnswered: boolean };

/**
 * Shown before a change is saved that begins a new version. Lists the questions whose new answers are not counted together with
 * earlier answers.
 */
export function NewVersion({ version, before, after, isAnswered }: Props) {
  const { t } = useTranslation();
  if (version === null || !isReworded(before, after)) return null;
  const begun = isAnswered ? newCounts(before, after) : [];
  return (
    <Banner tone={begun.length > 0 ? "warning" : "info"} title={t("surveys.new_version.title", { version })}>
      <BlockStack gap="200">
        <Text as="p">{t("surveys.new_version.text")}</Text>
        {begun.length > 0 ? (
          <>
            <Text as="p" fontWeight="semibold">
              {t("surveys.new_count.title")}
            </Text>
            <Text as="p">{t("surveys.new_count.text")}</Text>
            <List>
              {begun.map(({ handle, words }) => (
                <List.Item key={handle}>{words.en?.label || handle}</List.Item>
              ))}
            </List>
          </>
        ) : null}
      </BlockStack>
    </Banner>
  );
}
