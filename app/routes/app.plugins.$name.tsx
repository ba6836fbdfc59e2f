import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import type { Outcome } from "../errors.ts";
import { plainTexts } from "../fields.ts";
import { registry } from "../plugins/installed.server.ts";
import { readWork, runJobNow } from "../plugins/running/jobs/runs.server.ts";
import { listPlugins, savePluginSettings, switchPlugin } from "../plugins/state.server.ts";
import { resourceNames } from "../shopify/resource-names.server.ts";
import { merchant } from "../shopify.server.ts";
import { deliver, revalidateIfDelivered } from "../ui/editing/delivery.ts";
import { useRefresh } from "../ui/refresh.ts";
import { isAtWork } from "../ui/plugins/plugin-work.tsx";
import { ResourceTitles } from "../ui/fields/resource-titles.tsx";
import { PluginView } from "../ui/plugins/plugin-view.tsx";

function pluginNamed(name: string | undefined) {
  const plugin = registry.plugins.find((one) => one.name === name);
  if (!plugin) throw new Response("", { status: 404 });
  return plugin;
}

export const loader = async ({ request, params }: LoaderFunctionArgs) => {
  const { shop } = await merchant(request);
  const [plugin] = await listPlugins(shop, [pluginNamed(params.name)]);
  if (!plugin) throw new Response("", { status: 404 });
  const names = await resourceNames(shop, [plugin]);
  return { plugin, names, work: await readWork(shop, pluginNamed(params.name)) };
};

export const action = async ({ request, params }: ActionFunctionArgs) => {
  const { shop, actor } = await merchant(request);
  const plugin = pluginNamed(params.name);
  const { intent, version, locale = "en", ...input } = Object.fromEntries(await request.formData());
  if (intent === "on" || intent === "off") await switchPlugin(shop, plugin, intent === "on", actor);
  if (intent === "run") await runJobNow(shop, plugin, String(input["job"]));
  if (intent !== "save") return { ok: true } satisfies Outcome;
  const settings = plainTexts(plugin.settings ?? {}, input, String(locale));
  return savePluginSettings(shop, plugin, settings, { actor, expectedVersion: version ? String(version) : undefined });
};

export const clientAction = deliver;
export const shouldRevalidate = revalidateIfDelivered;

export default function PluginPage() {
  const { plugin, names, work } = useLoaderData<typeof loader>();
  useRefresh(isAtWork(work));
  return (
    <ResourceTitles read={names}>
      <PluginView key={plugin.name} plugin={plugin} work={work} />
    </ResourceTitles>
  );
}
