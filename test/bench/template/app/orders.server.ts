// Stores an order as most apps do: one upsert for each object.
import { PrismaPg } from "@prisma/adapter-pg";
import { PrismaClient } from "../../../../prisma/generated/client.ts";
import { env } from "../../../../app/env.server.ts";

export type Order = {
  id: number;
  name: string;
  currency: string;
  total_price: string;
  created_at: string;
  updated_at: string;
  customer: { id: number; email: string; first_name: string; last_name: string };
  line_items: { id: number; product_id: number; title: string; quantity: number; price: string }[];
};

let client: PrismaClient | undefined;

/** Held to the shop for the whole connection, so that row-level security costs no further statement. */
function database(shop: string): PrismaClient {
  client ??= new PrismaClient({
    adapter: new PrismaPg({
      connectionString: env.APP_DATABASE_URL,
      max: 10,
      options: `-c TimeZone=UTC -c app.shop=${shop}`,
    }),
  });
  return client;
}

export async function saveOrder(shopId: string, order: Order): Promise<void> {
  const prisma = database(shopId);
  const [id, customerId] = [String(order.id), String(order.customer.id)];
  const { email, first_name: firstName, last_name: lastName } = order.customer;
  const person = { email, firstName, lastName };
  await prisma.customer.upsert({
    where: { shopId_id: { shopId, id: customerId } },
    create: { shopId, id: customerId, ...person },
    update: person,
  });
  const [orderedAt, updatedAt] = [new Date(order.created_at), new Date(order.updated_at)];
  const sale = { customerId, name: order.name, total: order.total_price, orderedAt, updatedAt };
  await prisma.order.upsert({
    where: { shopId_id: { shopId, id } },
    create: { shopId, id, currency: order.currency, presentmentCurrency: order.currency, ...sale },
    update: sale,
  });
  for (const line of order.line_items) {
    const item = {
      customerId,
      productId: String(line.product_id),
      title: line.title,
      quantity: line.quantity,
      price: line.price,
    };
    await prisma.lineItem.upsert({
      where: { shopId_orderId_id: { shopId, orderId: id, id: String(line.id) } },
      create: { shopId, orderId: id, id: String(line.id), orderedAt, ...item },
      update: item,
    });
  }
}
