// The only error whose message a merchant sees: a key of the locale files and its parameters.
export class UserError extends Error {
  readonly key: string;
  readonly parameters: Record<string, string | number>;
  /** Name of the form field that it belongs to; null for the whole form. */
  readonly field: string | null;

  constructor(key: string, parameters: Record<string, string | number> = {}, field: string | null = null) {
    super(key);
    this.name = "UserError";
    this.key = key;
    this.parameters = parameters;
    this.field = field;
  }
}

/** What a plugin gave is not what the contract asks for. Its message is ours and quotes nobody, so that it can be shown. */
export class PluginMistake extends Error {
  constructor(message: string) {
    super(message);
    this.name = "PluginMistake";
  }
}
