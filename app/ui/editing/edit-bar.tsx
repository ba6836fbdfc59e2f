import { useBlocker } from "@remix-run/react";
import { SaveBar } from "@shopify/app-bridge-react";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useHoldRefresh } from "../refresh.ts";
import { useEditorKey } from "./draft.ts";

type Props = { editing: { dirty: boolean; busy: boolean; save: () => void; discard: () => void } };

/** The admin's save bar, open while the draft is not saved. Meanwhile the admin asks the merchant before the page is left. */
export function EditBar({ editing: { dirty, busy, save, discard } }: Props) {
  const { t } = useTranslation();
  useAskBeforeLeaving(dirty);
  useHoldRefresh(dirty);
  return (
    <SaveBar id="edit-bar" open={dirty} discardConfirmation>
      <button variant="primary" {...(busy ? { loading: "" } : {})} onClick={save}>
        {t("app.edit.save")}
      </button>
      <button onClick={discard}>{t("app.edit.discard")}</button>
    </SaveBar>
  );
}

/** App Bridge asks before the merchant leaves the app. This hook asks before the merchant leaves for another page of the app. */
function useAskBeforeLeaving(dirty: boolean): void {
  const editor = useEditorKey();
  const blocker = useBlocker(({ currentLocation, nextLocation }) => {
    const goesOn = (nextLocation.state as { editor?: string } | null)?.editor === editor;
    return dirty && !goesOn && nextLocation.pathname !== currentLocation.pathname;
  });
  useEffect(() => {
    if (blocker.state !== "blocked") return;
    shopify.saveBar.leaveConfirmation().then(blocker.proceed, blocker.reset);
  }, [blocker]);
}
