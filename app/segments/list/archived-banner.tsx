import { useFetcher } from "@remix-run/react";
import { Banner, Box } from "@shopify/polaris";
import { useTranslation } from "react-i18next";
import { faultsOf, type Answer } from "../../ui/editing/delivery.ts";

/** The banner above the list after a segment was archived, with a button that restores the segment. */
export function ArchivedBanner({ segment, onDismiss }: { segment: { id: string; name: string }; onDismiss(): void }) {
  const { t } = useTranslation();
  const fetcher = useFetcher<Answer>();
  const [fault] = faultsOf(fetcher.data);
  const action = {
    content: t("app.deleted.undo"),
    loading: fetcher.state !== "idle",
    onAction: () => fetcher.submit({ intent: "restore" }, { method: "post", action: `/app/segments/${segment.id}` }),
  };
  return (
    <Box paddingBlockEnd="400">
      <Banner title={t("segments.archive.done", { name: segment.name })} action={action} onDismiss={onDismiss}>
        {fault ? t(fault.key, fault.parameters ?? {}) : t("segments.archive.kept")}
      </Banner>
    </Box>
  );
}
