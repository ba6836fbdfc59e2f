import { useEffect } from "react";

/** After a form was refused the first field with a fault has the cursor and is in sight. */
export function useFirstFault(faults: object | null | undefined): void {
  useEffect(() => {
    if (!faults || Object.keys(faults).length === 0) return;
    const field = document.querySelector<HTMLElement>("main [aria-invalid=true]");
    if (field) field.focus();
    else window.scrollTo({ top: 0 });
  }, [faults]);
}
