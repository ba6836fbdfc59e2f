import { Modal, TitleBar } from "@shopify/app-bridge-react";
import { Box, Text } from "@shopify/polaris";
import { useTranslation } from "react-i18next";

type Props = {
  open: boolean;
  name: string;
  /**
   * Not null: responses keep the survey from being deleted. `running`: the survey is still being asked. Null: the survey can be
   * deleted.
   */
  held: "running" | "over" | null;
  onNo: () => void;
  onYes: () => void;
};

/** Asks before the survey is deleted. For a survey with answers, the dialog says instead why the survey stays. */
export function DeleteDialog({ open, name, held, onNo, onYes }: Props) {
  const { t } = useTranslation();
  return (
    <Modal open={open} onHide={onNo}>
      <Box padding="400">
        <Text as="p">{t(held ? `surveys.delete_held.${held}` : "surveys.delete_ask")}</Text>
      </Box>
      <TitleBar title={t(held ? "surveys.delete_held.title" : "surveys.delete_title", { name })}>
        {held ? null : (
          <button variant="primary" tone="critical" onClick={onYes}>
            {t("surveys.delete")}
          </button>
        )}
        <button onClick={onNo}>{t(held ? "surveys.delete_held.close" : "surveys.delete_keep")}</button>
      </TitleBar>
    </Modal>
  );
}
