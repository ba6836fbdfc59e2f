import { useEffect } from "react";
import type { Fault } from "../../errors.ts";

/** After a refused save, focuses the first field with a fault. Without such a field the page scrolls to its top. */
export function useFirstFault(faults: readonly Fault[]): void {
  useEffect(() => {
    if (faults.length === 0) return;
    const field = document.querySelector<HTMLElement>("main :is([aria-invalid=true], [data-fault] button)");
    if (field) field.focus();
    else window.scrollTo({ top: 0 });
  }, [faults]);
}
