// Plays the steps in order and stops at the first step that fails.
import { ARRIVE } from "./arrive.ts";
import { ASKED } from "./asked.ts";
import { BUY } from "./buy.ts";
import { LEAVE } from "./leave.ts";
import { OFFERED } from "./offered.ts";
import { PREPARE } from "./prepare.ts";
import type { Sabotage } from "./sabotage.ts";
import type { Stage } from "./stage.ts";
import type { Step } from "./step.ts";

export const STORY: Step[] = [...ARRIVE, ...PREPARE, ...BUY, ...OFFERED, ...ASKED, ...LEAVE];

/** The timeout of the step at which a sabotage is noticed. The sabotaged step never succeeds, so a long wait would be wasted. */
const SABOTAGED_TIMEOUT_MS = 5_000;

export type Played = { name: string; seconds: number } & ({ ok: true; seen: string } | { ok: false; reason: string });

export async function playStory(
  stage: Stage,
  tell: (played: Played) => void,
  sabotage: Sabotage | null = null,
): Promise<Played | null> {
  for (const step of STORY) {
    if (sabotage?.before === step.name) await sabotage.strike(stage);
    if (sabotage?.noticedAt === step.name) stage.scene.timeoutMs = SABOTAGED_TIMEOUT_MS;
    const played = await playStep(step, stage);
    tell(played);
    if (!played.ok) return played;
  }
  return null;
}

export async function playStep({ name, play }: Step, { scene }: Pick<Stage, "scene">): Promise<Played> {
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1000;
  try {
    const seen = await play(scene);
    return { name, seconds: seconds(), ok: true, seen };
  } catch (error) {
    return { name, seconds: seconds(), ok: false, reason: reasonOf(error) };
  }
}

/** A failed request names its cause (ECONNRESET and the like) apart from its message. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
