// The answer to forms and editors, and the only error whose message a merchant sees.

/** A mistake: a key of the locale files, with the text's parameters. */
export type Fault = {
  key: string;
  parameters?: Record<string, string | number>;
  /** The field of the form or the draft; left out where no single field is wrong. */
  field?: string;
};

type Refused = { ok: false; faults: Fault[] };

/** The answer to a save or to another request of a merchant: done, with its results, or refused, with all faults at once. */
export type Outcome<Done = unknown> = ({ ok: true } & Done) | Refused;

export const refused = (...faults: Fault[]): Refused => ({ ok: false, faults });

/** The save would overwrite a newer save. */
export const STALE: Fault = { key: "app.edit.stale" };

/** A merchant's mistake that ends a transaction: nothing of it is stored. */
export class UserError extends Error {
  readonly fault: Fault;

  /** `field`: the field with the mistake. Left out: the mistake concerns the whole form. */
  constructor(key: string, parameters: Record<string, string | number> = {}, field?: string) {
    super(key);
    this.name = "UserError";
    this.fault = { key, parameters, ...(field === undefined ? {} : { field }) };
  }
}

/** Turns a UserError that `work` throws into a refusal. Throws other errors on. */
export async function outcomeOf<Done>(work: () => Promise<Outcome<Done>>): Promise<Outcome<Done>> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof UserError) return refused(error.fault);
    throw error;
  }
}

/**
 * A plugin returned something that the contract does not allow. The message is the app's own and quotes no person, so that it can
 * be shown.
 */
export class PluginMistake extends Error {
  constructor(message: string) {
    super(message);
    this.name = "PluginMistake";
  }
}
