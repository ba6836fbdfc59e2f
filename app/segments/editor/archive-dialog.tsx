import { Modal, TitleBar } from "@shopify/app-bridge-react";
import { BlockStack, Box, Link, List, Text } from "@shopify/polaris";
import { useTranslation } from "react-i18next";
import type { EditorView } from "../editing.server.ts";

type Props = { open: boolean; view: EditorView; onNo: () => void; onYes: () => void };

const PAGES = { offer: "/app/offers", survey: "/app/surveys" };

/** Asks before the segment is archived. While offers or surveys use the segment, the dialog says which, and asks nothing. */
export function ArchiveDialog({ open, view: { name, holders }, onNo, onYes }: Props) {
  const { t } = useTranslation();
  const isHeld = holders.length > 0;
  return (
    <Modal open={open} onHide={onNo}>
      <Box padding="400">
        {isHeld ? (
          <BlockStack gap="200">
            <Text as="p">{t("segments.archive.held")}</Text>
            <List>
              {holders.map(({ kind, id, name: held }) => (
                <List.Item key={id}>
                  <Link url={`${PAGES[kind]}/${id}`}>{t(`segments.archive.${kind}`, { name: held })}</Link>
                </List.Item>
              ))}
            </List>
          </BlockStack>
        ) : (
          <Text as="p">{t("segments.archive.text")}</Text>
        )}
      </Box>
      <TitleBar title={t(isHeld ? "segments.archive.held_title" : "segments.archive.title", { name })}>
        {isHeld ? null : (
          <button variant="primary" tone="critical" onClick={onYes}>
            {t("segments.action.archive")}
          </button>
        )}
        <button onClick={onNo}>{t(isHeld ? "segments.archive.close" : "segments.archive.cancel")}</button>
      </TitleBar>
    </Modal>
  );
}
