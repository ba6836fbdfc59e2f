import type { ActionFunctionArgs } from "@remix-run/node";
import { registryFor } from "../plugins/installed.server.ts";
import { merchant } from "../shopify.server.ts";
import { readDraft } from "../surveys/editor/draft/draft.ts";
import { previewSurvey } from "../surveys/editor/draft/preview.ts";

export const action = async ({ request }: ActionFunctionArgs) => {
  const { shop } = await merchant(request);
  const form = await request.formData();
  const draft = readDraft(form.get("draft"));
  if (!draft) throw new Response("", { status: 400 });
  const { questionKinds } = await registryFor(shop);
  return Response.json(previewSurvey(draft, String(form.get("language")), questionKinds));
};
