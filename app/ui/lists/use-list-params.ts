import { useSearchParams } from "@remix-run/react";

/** What a list shows, kept in its address: the parameters, and a function that sets one of them. An empty value removes it. */
export function useListParams(): [URLSearchParams, (name: string, value: string) => void] {
  const [params, setParams] = useSearchParams();
  const set = (name: string, value: string) =>
    setParams(
      (before) => {
        const after = new URLSearchParams(before);
        if (value) after.set(name, value);
        else after.delete(name);
        return after;
      },
      { replace: true },
    );
  return [params, set];
}
