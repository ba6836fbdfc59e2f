import type { LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { useTranslation } from "react-i18next";
import { CustomerTable } from "../customers/customer-table.tsx";
import { customerSorts, listCustomers, type CustomerSort } from "../customers/profile.server.ts";
import { conditionOf, faultIn } from "../segments/memberships/condition.server.ts";
import { nullIfFailing } from "../segments/memberships/failing.server.ts";
import { warningsIn } from "../segments/query/warnings.ts";
import { segmentNames } from "../segments/segment.server.ts";
import { registryFor } from "../plugins/installed.server.ts";
import { merchant } from "../shopify.server.ts";
import { AppPage } from "../ui/frame/app-page.tsx";
import { formatCount } from "../ui/format.ts";
import { useShop } from "../ui/shop-context.ts";

export const loader = async ({ request }: LoaderFunctionArgs) => {
  const { shop } = await merchant(request);
  const { searchParams } = new URL(request.url);
  const search = searchParams.get("q") ?? "";
  const segment = searchParams.get("segment") ?? "";
  const sort =
    customerSorts.find((name) => name === searchParams.get("sort")) ?? ("last_order-desc" satisfies CustomerSort);
  const page = Number(searchParams.get("page")) || 1;
  const engine = await registryFor(shop);
  const fault = search ? faultIn(search, engine) : null;
  const asked = await nullIfFailing(shop, async () => {
    const within = search ? conditionOf(shop, search, engine) : null;
    const list = await listCustomers(shop, { search, sort, page, segment: segment || null, within });
    return { list, isQuery: within !== null };
  });
  const { list, isQuery } = asked?.found ?? { list: null, isQuery: true };
  return {
    ...(list ?? { customers: [], total: 0, page: 1, pages: 1 }),
    slow: asked !== null && list === null,
    isQuery,
    fault: asked
      ? fault && { key: `segments.fault.${fault.code}`, parameters: fault.parameters }
      : { key: "customers.failed", parameters: {} },
    warnings: isQuery ? warningsIn(search) : [],
    search,
    sort,
    segment,
    segments: await segmentNames(shop),
    sorts: customerSorts,
  };
};

export default function Customers() {
  const { t } = useTranslation();
  const shop = useShop();
  const list = useLoaderData<typeof loader>();
  // The line is always there, so that the page does not jump while a search is typed.
  const isCounted = !list.slow && !(list.fault && list.total === 0);
  const found = t("customers.found", { count: list.total, shown: formatCount(list.total, shop) });
  return (
    <AppPage title={t("customers.title")} subtitle={isCounted ? found : t("customers.not_counted")} fullWidth>
      <CustomerTable {...list} />
    </AppPage>
  );
}
