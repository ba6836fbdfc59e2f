export type DiscountError = { field: string[]; message: string; code: string | null; extraInfo: null };
/** What is wrong with an input. The paths begin with the name of the mutation's argument. */
export class Faults {
  readonly errors: DiscountError[] = [];
  private readonly root: string;

  constructor(root: string) {
    this.root = root;
  }

  add(path: string, message: string, code: string | null): void {
    this.errors.push({ field: [this.root, ...path.split(".")], message, code, extraInfo: null });
  }

  /** Adds a fault of the discount's id instead of a fault of the input. */
  addOfId(message: string): void {
    this.errors.push({ field: ["id"], message, code: null, extraInfo: null });
  }
}
