import type { LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { useTranslation } from "react-i18next";
import { CustomerTable } from "../customers/customer-table.tsx";
import { customerSorts, listCustomers, type CustomerSort } from "../customers/profile.server.ts";
import { sql } from "../db.server.ts";
import { merchant } from "../shopify.server.ts";
import { AppPage } from "../ui/app-page.tsx";

export const loader = async ({ request }: LoaderFunctionArgs) => {
  const { shop } = await merchant(request);
  const { searchParams } = new URL(request.url);
  const search = searchParams.get("q") ?? "";
  const segment = searchParams.get("segment") ?? "";
  const sort =
    customerSorts.find((name) => name === searchParams.get("sort")) ?? ("last_order-desc" satisfies CustomerSort);
  const within = sql`exists (select 1 from membership m where m.shop_id = c.shop_id and m.segment_id = ${segment}
    and m.customer_id = c.id and m.left_at is null)`;
  const list = await listCustomers(shop, {
    search,
    sort,
    page: Number(searchParams.get("page")) || 1,
    ...(segment ? { within } : {}),
  });
  const segments = await shop.db.prisma((prisma) =>
    prisma.segment.findMany({
      where: { shopId: shop.id, archivedAt: null, origin: "merchant" },
      select: { id: true, name: true },
      orderBy: { name: "asc" },
    }),
  );
  return { ...list, search, sort, segment, segments, sorts: customerSorts };
};

export default function Customers() {
  const { t } = useTranslation();
  return (
    <AppPage title={t("customers.title")} fullWidth>
      <CustomerTable {...useLoaderData<typeof loader>()} />
    </AppPage>
  );
}
