import { Banner } from "@shopify/polaris";
import { useTranslation } from "react-i18next";
import type { Fault } from "../../errors.ts";

/** What was refused and is no single field's; nothing where nothing was. */
export function FaultBanner({ fault }: { fault: Fault | null | undefined }) {
  const { t } = useTranslation();
  return fault ? <Banner tone="critical">{t(fault.key, fault.parameters ?? {})}</Banner> : null;
}
