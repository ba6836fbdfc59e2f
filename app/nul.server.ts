// U+0000, which no person writes and the database refuses in a text: turned away at the doors, before anything reads it.

const REFUSED = { status: 400, statusText: "Bad Request" };

/** Throws 400 for an address that holds one. */
export function refuseNulInAddress({ url }: Request): void {
  if (/%00|\0/.test(url)) throw new Response("The address holds a character that no text has.", REFUSED);
}

/** Throws 415 for a body that is said to be no form, 400 for one that is none or holds a NUL. The body stays to be read. */
export async function refuseBadForm(request: Request): Promise<void> {
  if (request.method === "GET" || request.method === "HEAD" || request.bodyUsed) return;
  if (!FORM.test(request.headers.get("content-type") ?? ""))
    throw new Response("Pages take forms.", { status: 415, statusText: "Unsupported Media Type" });
  const form = await request
    .clone()
    .formData()
    .catch(() => {
      throw new Response("The body is no form.", REFUSED);
    });
  const isHeld = (text: unknown) => typeof text === "string" && text.includes("\0");
  for (const field of form)
    if (field.some(isHeld)) throw new Response("A field holds a character that no text has.", REFUSED);
}

const FORM = /^(application\/x-www-form-urlencoded|multipart\/form-data)\b/i;
