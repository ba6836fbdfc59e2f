// Receives where the app's blocks are placed in the store, as App Bridge reports it to a page of the app.
import type { ActionFunctionArgs } from "@remix-run/node";
import { z } from "zod";
import { BLOCKS, type Placements } from "../blocks.ts";
import { savePlacements } from "../shopify/blocks.server.ts";
import { merchant } from "../shopify.server.ts";

const place = z.string().regex(/^[a-z_*]{1,20}$/);
const placements = z.partialRecord(z.enum(BLOCKS), z.array(place).max(20));

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

export const action = async ({ request }: ActionFunctionArgs) => {
  const { shop } = await merchant(request);
  const parsed = placements.safeParse(readJson(String((await request.formData()).get("placements"))));
  if (!parsed.success) return Response.json({ ok: false }, { status: 400 });
  await savePlacements(shop, parsed.data as Placements);
  return { ok: true };
};
