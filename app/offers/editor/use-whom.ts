import { useFetcher } from "@remix-run/react";
import { useEffect } from "react";
import type { readWhom, Shopper } from "../standing/shoppers.server.ts";
import type { EditorView, OfferDraft } from "./draft/offer-draft.ts";
import type { OfferContent } from "../wire.ts";
import type { Audience } from "./draft/rule-sentence.ts";

type FoundWhom = Awaited<ReturnType<typeof readWhom>>;

const DELAY_MS = 300;

const STILL_TO_COME = { query: "…", said: null };

/** `shoppers`: undefined until the first answer arrives. */
export type Whom = {
  shoppers: Shopper[] | undefined;
  /** The ids of the shoppers whom the offer's test holds out. */
  heldOut: string[];
  audience: Audience;
  limited: boolean;
  /** What the draft gives. Null until the first answer, and while the settings are not complete. */
  content: OfferContent | null;
};

/** Reads whom the draft is for and what it gives, and reads again when the draft changes. */
export function useWhom(draft: OfferDraft, view: EditorView): Whom {
  const { load, data, state } = useFetcher<FoundWhom | null>();
  const { kind, segment, settings } = draft;
  const narrows = view.kinds.some(({ name, narrows }) => name === kind && narrows);
  const asked = new URLSearchParams({ kind, segment, ...(view.id === null ? {} : { offer: view.id }) });
  for (const [name, value] of Object.entries(settings)) asked.set(`settings.${name}`, value);
  const query = asked.toString();
  useEffect(() => {
    const timer = setTimeout(() => load(`/app/offers/shoppers?${query}`), DELAY_MS);
    return () => clearTimeout(timer);
  }, [load, query]);
  const audience = audienceOf(draft, view, narrows, state === "idle" ? data : null);
  return {
    shoppers: data?.shoppers,
    heldOut: data?.heldOut ?? [],
    audience,
    limited: narrows || segment !== "",
    content: data?.kind === kind ? data.content : null,
  };
}

function audienceOf(
  { segment }: OfferDraft,
  { segments }: EditorView,
  narrows: boolean,
  found: FoundWhom | null | undefined,
): Audience {
  const chosen = segment ? segments.find(({ id }) => id === segment) : undefined;
  const name = segment ? (chosen?.name ?? "") : null;
  if (!narrows) return { name, narrowing: null, count: chosen?.count ?? 0 };
  return { name, narrowing: found?.narrowing ?? STILL_TO_COME, count: found?.count ?? null };
}
