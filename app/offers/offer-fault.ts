import { useTranslation } from "react-i18next";
import type { Fault } from "../fields.ts";

/** Faults of fields are worded by the app, others carry their whole key. */
export const faultKey = (key: string): string => (key.startsWith("field.") ? `app.${key}` : key);

export function useFaultText(faults: Record<string, Fault>): (field: string) => string | undefined {
  const { t } = useTranslation();
  return (field) => {
    const fault = faults[field];
    return fault && t(faultKey(fault.key), fault.parameters ?? {});
  };
}
