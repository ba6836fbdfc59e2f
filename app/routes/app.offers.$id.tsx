import { redirect, type ActionFunctionArgs, type LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import blockStyles from "../../extensions/theme/assets/offer.css?url";
import { env } from "../env.server.ts";
import editorStyles from "../offers/editor/offer-editor.css?url";
import { actOnOffer } from "../offers/editor/act-on-offer.server.ts";
import { readEditor } from "../offers/editor/read-editor.server.ts";
import { testOf } from "../offers/experiment/read-test.server.ts";
import { OfferPage } from "../offers/editor/offer-page.tsx";
import { reachOf } from "../offers/results/read-reach.server.ts";
import { resultsOf } from "../offers/results/read-results.server.ts";
import { culpritsOf } from "../plugins/culprits.server.ts";
import { registryFor } from "../plugins/installed.server.ts";
import { resourceNames } from "../shopify/resource-names.server.ts";
import { merchant } from "../shopify.server.ts";
import { deliver, revalidateIfDelivered } from "../ui/editing/delivery.ts";
import { useEditorKey } from "../ui/editing/draft.ts";
import { ResourceTitles } from "../ui/fields/resource-titles.tsx";

const NEW = "new";

export const links = () => [blockStyles, editorStyles].map((href) => ({ rel: "stylesheet", href }));

export const loader = async ({ request, params }: LoaderFunctionArgs) => {
  const { shop } = await merchant(request);
  const id = params.id === NEW ? null : (params.id ?? "");
  const kind = new URL(request.url).searchParams.get("kind");
  const view = await readEditor(shop, await registryFor(shop), { id, kind });
  if (!view) throw new Response("", { status: 404 });
  const culprits = await culpritsOf(shop, "offerKinds", [view.draft.kind]);
  const fields = view.kinds.find(({ name }) => name === view.draft.kind)?.settings ?? {};
  const names = await resourceNames(shop, [{ fields, values: view.draft.settings }]);
  const [results, reach, test] = await Promise.all([resultsOf(shop, view), reachOf(shop, view), testOf(shop, id)]);
  return { view: { ...view, culprits }, results, reach, test, names, clientId: env.SHOPIFY_API_KEY };
};

export const action = async ({ request, params }: ActionFunctionArgs) => {
  const { shop, actor } = await merchant(request);
  const id = params.id === NEW ? null : (params.id ?? "");
  const sent = { form: await request.formData(), actor };
  const outcome = await actOnOffer(shop, await registryFor(shop), id, sent);
  return outcome.ok && outcome.next ? redirect(outcome.next) : outcome;
};

export const clientAction = deliver;
export const shouldRevalidate = revalidateIfDelivered;

export default function EditOffer() {
  const { names, ...page } = useLoaderData<typeof loader>();
  return (
    <ResourceTitles read={names}>
      <OfferPage key={useEditorKey()} {...page} />
    </ResourceTitles>
  );
}
