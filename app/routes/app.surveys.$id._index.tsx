import { redirect, type ActionFunctionArgs, type LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { attentionTo, type Attention } from "../attention.ts";
import { env } from "../env.server.ts";
import { culpritsOf } from "../plugins/culprits.server.ts";
import { registryFor } from "../plugins/installed.server.ts";
import { segmentNames } from "../segments/segment.server.ts";
import { resourceNames } from "../shopify/resource-names.server.ts";
import { retryingOf } from "../queue.server.ts";
import { merchant } from "../shopify.server.ts";
import { settingsIn, viewKinds, viewOff } from "../surveys/kind-view.ts";
import { actOnSurvey, startDraft } from "../surveys/editor/editing.server.ts";
import { readSeenAs, surveysAttention } from "../surveys/attention.server.ts";
import type { SurveyDraft } from "../surveys/survey.ts";
import { isAnswered, listSurveys, readSurvey } from "../surveys/survey.server.ts";
import editorStyles from "../surveys/editor/survey-editor.css?url";
import { SurveyPage } from "../surveys/editor/survey-page.tsx";
import { deliver, revalidateIfDelivered } from "../ui/editing/delivery.ts";
import { useEditorKey } from "../ui/editing/draft.ts";
import { ResourceTitles } from "../ui/fields/resource-titles.tsx";

const NEW = "new";

export const links = () => [{ rel: "stylesheet", href: editorStyles }];

export const loader = async ({ request, params }: LoaderFunctionArgs) => {
  const { shop } = await merchant(request);
  const { questionKinds } = await registryFor(shop);
  const kinds = viewKinds(questionKinds);
  const segments = await segmentNames(shop);
  const surveys = await listSurveys(shop);
  const others = surveys.filter((one) => one.id !== params.id).map(({ name }) => name);
  const running = surveys
    .filter(({ state }) => state === "active")
    .map(({ id, name, state, placements, segmentId }) => ({ id, name, state, placements, segmentId }));
  const clientId = env.SHOPIFY_API_KEY;
  const namesIn = (draft: SurveyDraft) => resourceNames(shop, settingsIn(draft, kinds));
  if (params.id === NEW) {
    const template = new URL(request.url).searchParams.get("template") ?? "";
    const none = {
      id: null,
      version: "",
      asked: 1,
      state: "draft",
      seen: "draft" as const,
      attention: [] as Attention[],
      retrying: null,
      answered: false,
    };
    const draft = await startDraft(shop, template);
    return { ...none, draft, names: await namesIn(draft), template, kinds, segments, others, running, clientId };
  }
  const survey = await readSurvey(shop, params.id ?? "");
  if (!survey) throw new Response("", { status: 404 });
  const { id, state, version: asked, edition, updatedAt: _at, ...draft } = survey;
  const seen = (await readSeenAs(shop, questionKinds, surveys)).get(id) ?? "draft";
  const attention = attentionTo(id, await surveysAttention(shop, questionKinds));
  // The app itself gives the thank-you page its survey. The storefront shows the survey that was last published.
  const isPublished = state !== "draft" && draft.placements.includes("storefront");
  const retrying = isPublished ? await retryingOf("surveys.publish", { shop: shop.id }) : null;
  const answered = await isAnswered(shop, id);
  const names = await namesIn(draft);
  const off = await culpritsOf(shop, "questionKinds", draft.questions.map(({ kind }) => kind)); // prettier-ignore
  const known = [...kinds, ...off.filter(({ state }) => state === "off").map(viewOff)];
  const held = { id, version: edition, asked, state, seen, attention, retrying, answered, draft, names };
  return { ...held, template: "", kinds: known, segments, others, running, clientId };
};

export const action = async ({ request, params }: ActionFunctionArgs) => {
  const { shop, actor } = await merchant(request);
  const { questionKinds: kinds } = await registryFor(shop);
  const id = params.id === NEW ? null : (params.id ?? "");
  const outcome = await actOnSurvey(shop, id, Object.fromEntries(await request.formData()), { kinds, actor });
  return outcome.ok && outcome.next ? redirect(outcome.next) : outcome;
};

export const clientAction = deliver;
export const shouldRevalidate = revalidateIfDelivered;

export default function EditSurvey() {
  const { names, ...page } = useLoaderData<typeof loader>();
  return (
    <ResourceTitles read={names}>
      <SurveyPage key={useEditorKey()} {...page} />
    </ResourceTitles>
  );
}
