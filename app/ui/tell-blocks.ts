import { useAppBridge } from "@shopify/app-bridge-react";
import { useRevalidator } from "@remix-run/react";
import { useEffect, useRef } from "react";
import { BLOCKS, readPlacements, type Blocks, type Placements } from "../blocks.ts";

/** What the server knows is said again after so long, so that it knows from when. */
const OLD_MS = 3_600_000;

const isNews = (told: Placements, known: Blocks): boolean =>
  BLOCKS.some((name) => {
    const { places, toldAt } = known[name];
    if (!told[name]) return false;
    return (
      JSON.stringify(told[name]) !== JSON.stringify(places) ||
      toldAt === null ||
      Math.abs(Date.now() - toldAt.getTime()) > OLD_MS
    );
  });

type Ask = () => Promise<unknown>;

/** An admin of before July 2025 cannot be asked. */
function askOf(shopify: object): Ask | null {
  const app: unknown = Reflect.get(shopify, "app");
  const ask: unknown = app instanceof Object ? Reflect.get(app, "extensions") : null;
  return typeof ask === "function" ? (ask as Ask) : null;
}

/** Asks the admin where our blocks stand, when the app opens and when the merchant comes back to it, and tells the server. */
export function useTellBlocks(known: Blocks): void {
  const shopify = useAppBridge();
  const { revalidate } = useRevalidator();
  const knownRef = useRef(known);
  useEffect(() => {
    knownRef.current = known;
  }, [known]);
  useEffect(() => {
    const ask = askOf(shopify);
    if (!ask) return;
    const tell = async () => {
      const told = readPlacements(await ask());
      if (!isNews(told, knownRef.current)) return;
      const reply = await fetch("/app/blocks", {
        method: "POST",
        body: new URLSearchParams({ told: JSON.stringify(told) }),
      });
      if (reply.ok) revalidate();
    };
    // What cannot be told now is told when the app opens again.
    const look = () => {
      if (document.visibilityState === "visible") void tell().catch(() => undefined);
    };
    look();
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, [shopify, revalidate]);
}
