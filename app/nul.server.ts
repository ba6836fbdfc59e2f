// U+0000, which no person writes and the database refuses in a text: turned away at the doors, before anything reads it.

const REFUSED = { status: 400, statusText: "Bad Request" };

/** Throws 400 for an address that holds one. */
export function refuseNulInAddress({ url }: Request): void {
  if (/%00|\0/.test(url)) throw new Response("The address holds a character that no text has.", REFUSED);
}

/** Throws 400 for a form that holds one. The request's own body stays to be read. */
export async function refuseNulInForm(request: Request): Promise<void> {
  if (request.body === null || request.bodyUsed || !isForm(request.headers.get("content-type"))) return;
  const isHeld = (text: unknown) => typeof text === "string" && text.includes("\0");
  for (const field of await request.clone().formData())
    if (field.some(isHeld)) throw new Response("A field holds a character that no text has.", REFUSED);
}

const isForm = (type: string | null) =>
  /^(application\/x-www-form-urlencoded|multipart\/form-data)\b/i.test(type ?? "");
