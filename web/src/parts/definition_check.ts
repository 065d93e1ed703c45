import { path, request } from '../api/client';
import type { Problem } from '../api/types';

export const yaml = { 'Content-Type': 'text/yaml' };

/** What the service finds wrong with a definition; nothing is stored. */
export async function checkDefinition(name: string, text: string, signal: AbortSignal): Promise<Problem[]> {
  const to = `${path('workflows', name, 'definition')}?check=true`;
  const response = await request(to, { method: 'PUT', body: text, headers: yaml, signal });
  return ((await response.json()) as { problems: Problem[] }).problems;
}
