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
    case 'choose':
      return { kind, shown: new Set(form.getAll('shown')), wanted: new Set(form.getAll('topic')) };
    default:
      return undefined;
  }
}
