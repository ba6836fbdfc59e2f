import { redirect, type ActionFunctionArgs, type LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData, useSearchParams } from "@remix-run/react";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { culpritsOf } from "../plugins/culprits.server.ts";
import { registryFor } from "../plugins/installed.server.ts";
import { actOnSegment, readEditor } from "../segments/editing.server.ts";
import { ArchivedPage } from "../segments/list/archived-page.tsx";
import { listArchived } from "../segments/segment.server.ts";
import { SegmentPage } from "../segments/editor/segment-page.tsx";
import { templateOf } from "../segments/templates.ts";
import { merchant } from "../shopify.server.ts";
import { readsBehind } from "../sync/status/status.server.ts";
import { deliver, revalidateIfDelivered } from "../ui/editing/delivery.ts";
import { useEditorKey } from "../ui/editing/draft.ts";

const NEW = "new";

export const loader = async ({ request, params }: LoaderFunctionArgs) => {
  const { shop } = await merchant(request);
  const id = params.id === NEW ? null : (params.id ?? "");
  const view = await readEditor(shop, await registryFor(shop), id);
  if (view) {
    const isBehind = await readsBehind(shop);
    // The same rule as in the list: the member count may be outdated while webhooks wait.
    const standing = view.standing && { ...view.standing, isLate: view.standing.isLate || isBehind };
    const culprits = view.standing?.fault ? await culpritsOf(shop, "attributes", view.names) : [];
    return { view: { ...view, standing }, culprits, archived: null };
  }
  const archived = (await listArchived(shop)).find((segment) => segment.id === id);
  if (!archived) throw new Response("", { status: 404 });
  return { view, culprits: [], archived };
};

export const action = async ({ request, params }: ActionFunctionArgs) => {
  const { shop, actor } = await merchant(request);
  const id = params.id === NEW ? null : (params.id ?? "");
  const engine = await registryFor(shop);
  const outcome = await actOnSegment(shop, id, await request.formData(), { engine, actor });
  return outcome.ok && outcome.next ? redirect(outcome.next) : outcome;
};

export const clientAction = deliver;
export const shouldRevalidate = revalidateIfDelivered;

export default function EditSegment() {
  const { t } = useTranslation();
  const { view, culprits, archived } = useLoaderData<typeof loader>();
  const [params] = useSearchParams();
  const editor = useEditorKey();
  if (!view) return <ArchivedPage segment={archived} />;
  return (
    <SegmentPage
      key={editor}
      culprits={culprits}
      view={{ ...view, template: view.id ? null : proposalIn(params, t) }}
    />
  );
}

/** The first draft of a new segment: a template, or a query that another page proposes. Null: a blank draft. */
function proposalIn(params: URLSearchParams, t: TFunction): { name: string; query: string } | null {
  const chosen = templateOf(params.get("template"));
  if (chosen) return { name: t(`segments.template.${chosen.id}.name`), query: chosen.query };
  const query = params.get("query");
  return query ? { name: params.get("name") ?? "", query } : null;
}
