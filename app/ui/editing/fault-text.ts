import { useTranslation } from "react-i18next";
import type { Fault } from "../../errors.ts";

export type FaultText = (field?: string) => string | undefined;

/** What is wrong with a field; without a field, with the form as a whole. */
export function useFaultText(faults: readonly Fault[]): FaultText {
  const { t } = useTranslation();
  return (field) => {
    const fault = faults.find((one) => one.field === field);
    return fault && t(fault.key, fault.parameters ?? {});
  };
}
