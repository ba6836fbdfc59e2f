import type { Clock } from "./model.ts";

const LONGEST_TIMER = 2 ** 31 - 1;

/**
 * Store time begins at `startAt` and runs `speed` times as fast as the wall clock. Its timers do not keep the process running.
 */
export function createClock(speed: number, startAt: Date = new Date()): Clock {
  let base = startAt.getTime();
  let wallBase = performance.now();
  let timer: NodeJS.Timeout | undefined;
  let next = Infinity;
  const alarms = new Set<{ due: number; callback: () => void }>();

  const time = (): number => base + (performance.now() - wallBase) * clock.speed;

  function rebase(to: number): void {
    base = to;
    wallBase = performance.now();
  }

  function ring(): void {
    const due = [...alarms].filter((alarm) => alarm.due <= time()).sort((a, b) => a.due - b.due);
    for (const alarm of due) {
      if (alarms.delete(alarm)) alarm.callback();
    }
    wind();
  }

  function wind(): void {
    next = Infinity;
    for (const alarm of alarms) next = Math.min(next, alarm.due);
    set();
  }

  function set(): void {
    clearTimeout(timer);
    if (next === Infinity) return;
    const wait = Math.max(0, (next - time()) / clock.speed);
    timer = setTimeout(ring, Math.min(LONGEST_TIMER, Math.ceil(wait)));
    timer.unref();
  }

  const clock: Clock = {
    speed,
    setSpeed(to) {
      if (!(to > 0)) throw new RangeError("The clock's speed must be above 0.");
      rebase(time());
      clock.speed = to;
      wind();
    },
    now: () => new Date(Math.floor(time())),
    after(milliseconds, callback) {
      const alarm = { due: time() + milliseconds, callback };
      alarms.add(alarm);
      if (alarm.due < next) {
        next = alarm.due;
        set();
      }
      return () => {
        alarms.delete(alarm);
      };
    },
    advance(milliseconds) {
      if (milliseconds < 0) throw new RangeError("Store time does not run backwards.");
      rebase(time() + milliseconds);
      ring();
    },
  };
  return clock;
}
