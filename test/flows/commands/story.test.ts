import { afterAll, beforeAll, expect, it } from "vitest";
import { connectionUrls } from "../../../prisma/urls.ts";
import { playStory, STORY, type Played } from "../../demo/story/play.ts";
import { setStage, type Stage } from "../../demo/story/stage.ts";
import { buildIfStale } from "../../setup/build-if-stale.ts";

let stage: Stage;

beforeAll(async () => {
  buildIfStale();
  const urls = connectionUrls({ ...process.env, DATABASE_URL: process.env["DATABASE_URL"] ?? "" });
  stage = await setStage({ urls, customers: 300, timeoutMs: 45_000 });
});
afterAll(() => stage.close());

it(
  "a store's orders become segments, offers and answered surveys, and after its uninstall nothing of the store is left",
  {
    timeout: 300_000,
  },
  async () => {
    const told: Played[] = [];
    await playStory(stage, (played) => told.push(played));
    expect(told.filter(({ ok }) => !ok)).toEqual([]);
    expect(told.map(({ name }) => name)).toEqual(STORY.map(({ name }) => name));
    const seen = Object.fromEntries(told.map((played) => [played.name, played.ok ? played.seen : ""]));
    expect(seen).toMatchObject({
      backfill: expect.stringContaining("300 customers") as string,
      offer: expect.stringContaining("15% off entire order, active") as string,
      profile: expect.stringMatching(/Orders 2, Amount spent £\d/) as string,
      refused: expect.stringMatching(/WELCOMEBACK isn.t available/) as string,
      redeemed: expect.stringContaining("counts 1 order that used WELCOMEBACK") as string,
      selected: expect.stringContaining("selects 1 customer: Zarina") as string,
      home: expect.stringContaining("net promoter score 100") as string,
    });
    expect(stage.stack.web.log() + stage.stack.worker?.log()).not.toContain(stage.scene.buyer.email);
  },
);
