// Refuses requests with U+0000: no person writes it, and PostgreSQL refuses it in text.

const REFUSED = { status: 400, statusText: "Bad Request" };

/** Throws 400 for a URL with U+0000. */
export function refuseNulInAddress({ url }: Request): void {
  if (/%00|\0/.test(url)) throw new Response("The address contains a NUL character.", REFUSED);
}

/** Throws 415 for another content type than a form's, 400 for an unreadable form or one with U+0000. The body can be read again. */
export async function refuseBadForm(request: Request): Promise<void> {
  if (request.method === "GET" || request.method === "HEAD" || request.bodyUsed) return;
  if (!FORM.test(request.headers.get("content-type") ?? ""))
    throw new Response("Pages accept only forms.", { status: 415, statusText: "Unsupported Media Type" });
  const form = await request
    .clone()
    .formData()
    .catch(() => {
      throw new Response("The body isn't a form.", REFUSED);
    });
  const isHeld = (text: unknown) => typeof text === "string" && text.includes("\0");
  for (const field of form) if (field.some(isHeld)) throw new Response("A field contains a NUL character.", REFUSED);
}

const FORM = /^(application\/x-www-form-urlencoded|multipart\/form-data)\b/i;
