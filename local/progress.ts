/** Tells somebody who waits how far a long run is: a line that moves on a terminal, a line now and then elsewhere. */
export interface Progress {
  /** `share` of the work is done (0 to 1); `describe` is asked only when there is something to show. */
  show(share: number, describe: () => string): void;
  done(): void;
}

/** Real milliseconds between two lines. */
const EVERY = { terminal: 250, elsewhere: 5_000 } as const;
const WIDTH = 24;

export function progressOn(stream: NodeJS.WriteStream): Progress {
  let shownAt = Number.NEGATIVE_INFINITY;
  return {
    show(share, describe) {
      const now = performance.now();
      if (now - shownAt < (stream.isTTY ? EVERY.terminal : EVERY.elsewhere)) return;
      shownAt = now;
      const filled = Math.round(Math.min(1, share) * WIDTH);
      const line = `${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)} ${describe()}`;
      stream.write(stream.isTTY ? `\r\x1b[K${line.slice(0, stream.columns - 1)}` : `${line}\n`);
    },
    done() {
      if (stream.isTTY) stream.write('\r\x1b[K');
    },
  };
}
