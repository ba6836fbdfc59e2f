// The thank-you page in a real browser, in which the UI extension's own bundle asks the survey and sends the answer to the app.
import type { FrameLocator } from "playwright-core";
import type { OpenBrowser } from "../../setup/browser.ts";
import type { Reply } from "../story/step.ts";

type Asked = {
  page: string;
  replies: Reply[];
  network: { losesAnswers: boolean };
  timeoutMs: number;
};

type Cookie = { name: string; value: string };

/** Answers the survey. Returns the text that thanks the customer. */
export async function answerInBrowser(browser: OpenBrowser, cookies: Cookie[], asked: Asked): Promise<string> {
  const { page: address, replies, network, timeoutMs } = asked;
  const context = await browser.newContext();
  try {
    await context.addCookies(cookies.map((cookie) => ({ ...cookie, url: new URL(address).origin })));
    if (network.losesAnswers) {
      await context.route("**/checkout/survey*", (route) =>
        route.request().method() === "POST"
          ? route.fulfill({ status: 200, json: { ok: true }, headers: { "access-control-allow-origin": "*" } })
          : route.fallback(),
      );
    }
    const page = await context.newPage();
    page.setDefaultTimeout(timeoutMs);
    await page.goto(address);
    const survey = page.frameLocator("iframe[data-extension=thank-you]");
    for (const reply of replies) await give(survey, reply);
    const thanks = survey.locator("s-banner");
    await thanks.waitFor();
    return (await thanks.innerText()).trim();
  } catch (error) {
    const said = browser.problems.splice(0).join("; ");
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n  the browser says: ${said}`);
  } finally {
    await context.close();
  }
}

export async function give(survey: FrameLocator, reply: Reply): Promise<void> {
  if ("tap" in reply) {
    await survey.getByText(reply.question).waitFor();
    await survey.getByRole("button", { name: reply.tap, exact: true }).click();
    return;
  }
  await survey.getByLabel(reply.question).fill(reply.write);
  await survey.getByRole("button", { name: "Send" }).click();
}
