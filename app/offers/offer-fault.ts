import { useTranslation } from "react-i18next";
import type { Fault } from "../fields.ts";
import { faultKey } from "./offer.ts";

export function useFaultText(faults: Record<string, Fault>): (field: string) => string | undefined {
  const { t } = useTranslation();
  return (field) => {
    const fault = faults[field];
    return fault && t(faultKey(fault.key), fault.parameters ?? {});
  };
}
