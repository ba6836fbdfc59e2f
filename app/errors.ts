// What forms and editors are answered, and the only error whose message a merchant sees.

/** What is wrong, in words of the locale files. */
export type Fault = {
  key: string;
  parameters?: Record<string, string | number>;
  /** The field of the form or the draft; left out where no single field is wrong. */
  field?: string;
};

type Refused = { ok: false; faults: Fault[] };

/** Of a save, and of whatever else a merchant asks for: done, with what came of it, or everything that is wrong at once. */
export type Outcome<Done = unknown> = ({ ok: true } & Done) | Refused;

export const refused = (...faults: Fault[]): Refused => ({ ok: false, faults });

/** Somebody else saved meanwhile what this save would overwrite. */
export const STALE: Fault = { key: "app.edit.stale" };

/** A merchant's mistake that ends a transaction: nothing of it is stored. */
export class UserError extends Error {
  readonly fault: Fault;

  /** `field`: the one that is wrong; left out for the whole form. */
  constructor(key: string, parameters: Record<string, string | number> = {}, field?: string) {
    super(key);
    this.name = "UserError";
    this.fault = { key, parameters, ...(field === undefined ? {} : { field }) };
  }
}

/** A merchant's mistake that the work throws is its outcome; any other error stays an error. */
export async function outcomeOf<Done>(work: () => Promise<Outcome<Done>>): Promise<Outcome<Done>> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof UserError) return refused(error.fault);
    throw error;
  }
}

/** What a plugin gave is not what the contract asks for. Its message is ours and quotes nobody, so that it can be shown. */
export class PluginMistake extends Error {
  constructor(message: string) {
    super(message);
    this.name = "PluginMistake";
  }
}
