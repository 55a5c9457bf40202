import { openOutro } from '../../../outro.ts';

// outro
const answer = async (request: Request): Promise<Response> => (await openOutro())(request);
// /outro

export { answer as GET, answer as POST, answer as OPTIONS };
