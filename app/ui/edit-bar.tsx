import { SaveBar } from "@shopify/app-bridge-react";
import { useTranslation } from "react-i18next";

type Props = { dirty: boolean; busy: boolean; onSave: () => void; onDiscard: () => void };

/** The admin's save bar for an editor that keeps its own state; while it is open the admin asks before one leaves. */
export function EditBar({ dirty, busy, onSave, onDiscard }: Props) {
  const { t } = useTranslation();
  return (
    <SaveBar id="edit-bar" open={dirty} discardConfirmation>
      <button variant="primary" {...(busy ? { loading: "" } : {})} onClick={onSave}>
        {t("app.edit.save")}
      </button>
      <button onClick={onDiscard}>{t("app.edit.discard")}</button>
    </SaveBar>
  );
}
