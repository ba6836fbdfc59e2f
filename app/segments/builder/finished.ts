import { createContext, useContext, useState, type FocusEvent } from "react";

/** True once the merchant pressed Save: every missing value then shows its error. */
export const TriedToSave = createContext(false);

/** `finished`: a value may show its error, because the focus left its inputs or the merchant pressed Save. */
export function useFinished() {
  const tried = useContext(TriedToSave);
  const [left, setLeft] = useState(false);
  const onBlur = ({ currentTarget, relatedTarget }: FocusEvent) => {
    if (!currentTarget.contains(relatedTarget)) setLeft(true);
  };
  return { finished: tried || left, onBlur };
}
