import type { LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { useTranslation } from "react-i18next";
import { CustomerTable } from "../customers/customer-table.tsx";
import { customerSorts, listCustomers, type CustomerSort } from "../customers/profile.server.ts";
import { conditionOf } from "../segments/condition.server.ts";
import { segmentNames } from "../segments/segment.server.ts";
import { registryFor } from "../plugins/installed.server.ts";
import { merchant } from "../shopify.server.ts";
import { AppPage } from "../ui/app-page.tsx";

export const loader = async ({ request }: LoaderFunctionArgs) => {
  const { shop } = await merchant(request);
  const { searchParams } = new URL(request.url);
  const search = searchParams.get("q") ?? "";
  const segment = searchParams.get("segment") ?? "";
  const sort =
    customerSorts.find((name) => name === searchParams.get("sort")) ?? ("last_order-desc" satisfies CustomerSort);
  const page = Number(searchParams.get("page")) || 1;
  const within = search ? conditionOf(shop, search, await registryFor(shop)) : null;
  const list = await listCustomers(shop, { search, sort, page, segment: segment || null, within });
  return {
    ...(list ?? { customers: [], total: 0, page: 1, pages: 1 }),
    slow: list === null,
    isQuery: within !== null,
    search,
    sort,
    segment,
    segments: await segmentNames(shop),
    sorts: customerSorts,
  };
};

export default function Customers() {
  const { t } = useTranslation();
  return (
    <AppPage title={t("customers.title")} fullWidth>
      <CustomerTable {...useLoaderData<typeof loader>()} />
    </AppPage>
  );
}
