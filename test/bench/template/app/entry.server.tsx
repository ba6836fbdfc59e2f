export default function handleRequest(_request: Request, status: number, headers: Headers) {
  return new Response(null, { status, headers });
}
