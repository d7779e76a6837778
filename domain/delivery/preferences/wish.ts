import type { Topic, Wish } from './choices.ts';

/** As much of a form as is read. */
interface Fields {
  get(name: string): string | null;
  getAll(name: string): readonly string[];
}

/** What a form of the page wishes; undefined for any other. @param topics those there are */
export function wishIn(form: Fields, topics: readonly Topic[]): Wish | undefined {
  const kind = form.get('wish');
  const topic = topics.find(({ key }) => key === form.get('topic'))?.key;
  switch (kind) {
    case 'leave':
      return { kind };
    case 'return':
      return { kind, had: new Set(form.getAll('had')) };
    case 'leave-topic':
    case 'return-topic':
      return topic === undefined ? undefined : { kind, topic };
    case 'choose': {
      const shown = form.getAll('shown');
      // Of topics that are gone meanwhile nothing is taken; where none is left, she must not read that it was saved.
      return topics.some(({ key }) => shown.includes(key))
        ? { kind, shown: new Set(shown), wanted: new Set(form.getAll('topic')) }
        : undefined;
    }
    default:
      return undefined;
  }
}
