import { createContext, useContext, useState, type FocusEvent } from "react";

/** The merchant pressed Save: from then on every value that is missing is told. */
export const TriedToSave = createContext(false);

/** Whether a value was finished: the cursor left its inputs, or the whole was to be saved. Until then nothing is wrong yet. */
export function useFinished() {
  const tried = useContext(TriedToSave);
  const [left, setLeft] = useState(false);
  const onBlur = ({ currentTarget, relatedTarget }: FocusEvent) => {
    if (!currentTarget.contains(relatedTarget)) setLeft(true);
  };
  return { finished: tried || left, onBlur };
}
