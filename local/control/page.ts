import { readFileSync } from 'node:fs';

/** The local page; read at each request, so that whoever changes it sees the change. */
export const page = (): string => readFileSync(new URL('./page.html', import.meta.url), 'utf8');
