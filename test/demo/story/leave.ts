// Act six: the app's home page shows what happened. Then the merchant uninstalls the app, and the app erases the shop.
import { textAt } from "../people/web-page.ts";
import { readWebhooks } from "./buy.ts";
import { readHome } from "./home.ts";
import { must, show, showPence, until, type Step } from "./step.ts";

const home: Step = {
  name: "home",
  async play({ merchant, buyer, notes, timeoutMs }) {
    const wanted = { orders: notes.home.orders + notes.orders.length, revenue: notes.home.revenue + notes.paid };
    let seen = notes.home;
    await until(`the home page counts ${buyer.firstName}'s orders`, timeoutMs, async () => {
      seen = await readHome(merchant);
      return seen.orders >= wanted.orders;
    }).catch((error: Error) => {
      throw new Error(`${error.message}: it counts ${seen.orders}, not ${wanted.orders}`);
    });
    must(seen.orders === wanted.orders, `the home page counts ${seen.orders} orders, not ${wanted.orders}`);
    const revenue = `${showPence(notes.home.revenue)} and ${buyer.firstName}'s ${showPence(notes.paid)}`;
    must(seen.revenue === wanted.revenue, `the home page shows ${showPence(seen.revenue)}, not ${revenue}`);
    const { text, nps } = await until("the home page shows the net promoter score", timeoutMs, async () => {
      const page = await merchant.read("/app");
      const score = /Net promoter score, last 30 days (-?\d+)/.exec(page.text)?.[1];
      return score !== undefined && { text: page.text, nps: score };
    });
    must(/On time/.test(text), "the home page does not say that what Shopify sends is read on time");
    must(nps === "100", `the home page shows the score ${nps}`);
    return `orders in 30 days ${show(seen.orders)}: ${show(notes.home.orders)} and ${buyer.firstName}'s ${notes.orders.length}; revenue ${showPence(seen.revenue)}: ${revenue}; net promoter score ${nps}, “On time”`;
  },
};

const uninstall: Step = {
  name: "uninstall",
  async play(scene) {
    const { merchant, buyer, timeoutMs } = scene;
    await merchant.visitor.open("/control");
    await merchant.visitor.submit('form[action^="/control/uninstall"]');
    await until("app/uninstalled is answered", timeoutMs, async () =>
      (await readWebhooks(scene, "app/uninstalled")).some(({ state }) => state === "delivered"),
    );
    const admin = await merchant.visitor.open("/admin/apps/regulars/app");
    must(admin.status === 404, `the admin still opens the app: ${admin.status}`);
    must((await buyer.offersOn("/")).length === 0, "the storefront still shows the offer");
    return `app/uninstalled answered 200; the admin says “${textAt(admin, "h1") ?? admin.text.slice(0, 60)}”, and the storefront shows ${buyer.firstName} no offer`;
  },
};

const redact: Step = {
  name: "redact",
  async play(scene) {
    const { merchant, buyer, other, domain, timeoutMs, findTraces } = scene;
    await merchant.visitor.open("/control");
    await merchant.visitor.submit('form[action^="/control/redact-shop"]');
    await until("shop/redact is answered", timeoutMs, async () =>
      (await readWebhooks(scene, "shop/redact")).some(({ state }) => state === "delivered"),
    );
    const words = [domain, buyer.email, other.email];
    let traces: string[] = [];
    const gone = async () => (traces = await findTraces(words)).length === 0;
    await until("no trace of the shop", timeoutMs, gone).catch((error: Error) => {
      throw new Error(`${error.message}; still in ${traces.slice(0, 12).join(", ")}`);
    });
    return `shop/redact answered 200; the shop's domain and both customers' e-mail addresses are in no row of the database and in no file`;
  },
};

export const LEAVE: Step[] = [home, uninstall, redact];
