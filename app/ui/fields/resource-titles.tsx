import { createContext, useContext, useMemo, useState, type ReactNode } from "react";

type Known = {
  /** By global id: of what was chosen when the page was read, and of what the merchant has picked since. */
  titles: Readonly<Record<string, string>>;
  learn: (picked: Readonly<Record<string, string>>) => void;
};

const Titles = createContext<Known>({ titles: {}, learn: () => undefined });

/** Gives a page's inputs and texts the titles of chosen products and collections. */
export function ResourceTitles({ read, children }: { read: Known["titles"]; children: ReactNode }) {
  const [picked, setPicked] = useState<Known["titles"]>({});
  const known = useMemo(
    () => ({
      titles: { ...read, ...picked },
      learn: (more: Known["titles"]) => setPicked((before) => ({ ...before, ...more })),
    }),
    [read, picked],
  );
  return <Titles.Provider value={known}>{children}</Titles.Provider>;
}

export const useTitles = (): Known => useContext(Titles);
