import { useTranslation } from "react-i18next";
import type { Fault } from "../../errors.ts";

export type FaultText = (field?: string) => string | undefined;

/** Returns the text of a field's fault; without a field, the text of the form's fault. */
export function useFaultText(faults: readonly Fault[]): FaultText {
  const { t } = useTranslation();
  return (field) => {
    const fault = faults.find((one) => one.field === field);
    return fault && t(fault.key, fault.parameters ?? {});
  };
}
