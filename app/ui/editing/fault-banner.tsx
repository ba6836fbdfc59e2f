import { Banner } from "@shopify/polaris";
import { useTranslation } from "react-i18next";
import type { Fault } from "../../errors.ts";

/** A fault of a whole form; nothing where there is no fault. */
export function FaultBanner({ fault }: { fault: Fault | null | undefined }) {
  const { t } = useTranslation();
  return fault ? <Banner tone="critical">{t(fault.key, fault.parameters ?? {})}</Banner> : null;
}
