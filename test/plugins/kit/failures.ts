// What a plugin's code throws in a test. The plugin's page keeps a fault's name and line, and not what the error says, which may quote a
// person. A test shows that too.
import type { Plugin } from "../../../app/plugins/plugin.ts";
import type { PluginView } from "../../../app/plugins/state.server.ts";

/** By member, as the plugin's page calls it, such as `orders/create` or `job count`: what the member threw last. */
export type Thrown = Map<string, unknown>;

const each = <T, U>(record: Record<string, T> | undefined, change: (one: T, name: string) => U): Record<string, U> =>
  Object.fromEntries(Object.entries(record ?? {}).map(([name, one]) => [name, change(one, name)]));

/** The same plugin, which also writes into `thrown` what its code throws. */
export function noting(plugin: Plugin, thrown: Thrown): Plugin {
  const noted =
    <Given extends unknown[], Result>(what: string, work: (...given: Given) => Result) =>
    async (...given: Given): Promise<Awaited<Result>> => {
      try {
        return await work(...given);
      } catch (error) {
        thrown.set(what, error);
        throw error;
      }
    };
  const { onInstalled, onHistory } = plugin;
  return {
    ...plugin,
    webhooks: each(plugin.webhooks as Record<string, () => Promise<void>>, (handle, topic) => noted(topic, handle)),
    ...(plugin.events && { events: each(plugin.events, (handle, kind) => noted(kind, handle as () => Promise<void>)) }),
    jobs: each(plugin.jobs, (job, name) => ({ ...job, run: noted(`job ${name}`, job.run) })),
    ...(onInstalled && { onInstalled: noted("job onInstalled", onInstalled) }),
    ...(onHistory && { onHistory: noted("job onHistory", onHistory) }),
    cards: each(plugin.cards, (card, name) => ({ ...card, resolve: noted(`card ${name}`, card.resolve) })),
    offerKinds: each(plugin.offerKinds, (kind, name) => ({ ...kind, resolve: noted(`offer ${name}`, kind.resolve) })),
  };
}

/** Each fault with its line, and what was thrown there. */
export function failureOf(faults: Pick<PluginView["faults"][number], "fault">[], thrown: Thrown): Error {
  const errorAt = (fault: string) => [...thrown].find(([what]) => fault.startsWith(`${what}: `))?.[1];
  const lines = faults.map(({ fault }) => {
    const error = errorAt(fault);
    const said = error instanceof Error ? error.message : "";
    return said === "" || fault.includes(said) ? fault : `${fault}: ${said}`;
  });
  return new Error(`it failed: see each fault's line\n${lines.join("\n")}`, { cause: errorAt(faults[0]?.fault ?? "") });
}
