/** What a backend answers a request with: a success names the request that it is of. */
export const answerTo = async (
  request: Request,
  answer: object,
  init?: ResponseInit,
): Promise<Response> => {
  const context = new URLSearchParams(await request.clone().text()).get('context') ?? undefined;
  return Response.json({ context, ...answer }, init);
};

/** A network behind which a backend answers; whatever else comes of it comes as it is. */
export const echoing =
  (fetch: typeof globalThis.fetch): typeof globalThis.fetch =>
  async (input, init) => {
    const request = new Request(input, init);
    const response = await fetch(input, init);
    const answer: unknown = await response
      .clone()
      .json()
      .catch(() => {});
    const isAnswer = answer instanceof Object && 'errorCode' in answer;
    return isAnswer ? answerTo(request, answer, { status: response.status }) : response;
  };
