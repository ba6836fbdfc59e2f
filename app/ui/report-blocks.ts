import { useAppBridge } from "@shopify/app-bridge-react";
import { useRevalidator } from "@remix-run/react";
import { useEffect, useRef } from "react";
import { BLOCKS, readPlacements, type Blocks, type Placements } from "../blocks.ts";

/** Unchanged places are reported again after this time, so that the server knows how recent they are. */
const OLD_MS = 3_600_000;

const isNew = (placements: Placements, known: Blocks): boolean =>
  BLOCKS.some((name) => {
    const { places, reportedAt } = known[name];
    if (!placements[name]) return false;
    return (
      JSON.stringify(placements[name]) !== JSON.stringify(places) ||
      reportedAt === null ||
      Math.abs(Date.now() - reportedAt.getTime()) > OLD_MS
    );
  });

type Ask = () => Promise<unknown>;

/** Null in an admin from before July 2025, which cannot answer. */
function askOf(shopify: object): Ask | null {
  const app: unknown = Reflect.get(shopify, "app");
  const ask: unknown = app instanceof Object ? Reflect.get(app, "extensions") : null;
  return typeof ask === "function" ? (ask as Ask) : null;
}

/**
 * Asks the admin where the app's blocks are placed in the store, and reports the places to the server: when the app opens, and
 * when the merchant returns to it.
 */
export function useReportBlocks(known: Blocks): void {
  const shopify = useAppBridge();
  const { revalidate } = useRevalidator();
  const knownRef = useRef(known);
  useEffect(() => {
    knownRef.current = known;
  }, [known]);
  useEffect(() => {
    const ask = askOf(shopify);
    if (!ask) return;
    const report = async () => {
      const placements = readPlacements(await ask());
      if (!isNew(placements, knownRef.current)) return;
      const reply = await fetch("/app/blocks", {
        method: "POST",
        body: new URLSearchParams({ placements: JSON.stringify(placements) }),
      });
      if (reply.ok) revalidate();
    };
    // A failed report is repeated when the app opens again.
    const look = () => {
      if (document.visibilityState === "visible") void report().catch(() => undefined);
    };
    look();
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, [shopify, revalidate]);
}
