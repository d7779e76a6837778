import { type Adapt, Line } from './line.ts';

/** What a function has of the world besides its clients. */
export interface InProcessWorld {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** In [0, 1). */
  readonly random: () => number;
  readonly pause: (milliseconds: number) => Promise<void>;
  /** Takes a line of the function's log. */
  readonly log: (line: string) => void;
}

export type InProcessHandler = (event: unknown) => Promise<unknown>;

/** How a function is made of its environment's variables, its SDK clients and the world. */
export interface FunctionMaker<Clients> {
  /** Every client's settings have to go through `adapt`. */
  clients(adapt: Adapt): Clients;
  wire(variables: Readonly<Record<string, string>>, clients: Clients, world: InProcessWorld): InProcessHandler;
}

/** A line with a way to begin anew on it. */
export interface WiredLine {
  readonly line: Line;
  wire(variables: Readonly<Record<string, string>>, world: InProcessWorld): InProcessHandler;
}

/** A function that runs in this process. It outlives the clouds it runs in: its lines, with their clients, serve the next one. */
export class InProcessFunction {
  readonly #make: () => WiredLine;
  readonly #idle: WiredLine[] = [];

  constructor(make: () => WiredLine) {
    this.#make = make;
  }

  static of<Clients>({ clients, wire }: FunctionMaker<Clients>): InProcessFunction {
    return new InProcessFunction(() => {
      const line = new Line();
      const own = clients(line.adapt);
      return { line, wire: (variables, world) => wire(variables, own, world) };
    });
  }

  take(): WiredLine {
    return this.#idle.pop() ?? this.#make();
  }

  /** Only a line nobody can be talking over any more. */
  giveBack(wired: WiredLine): void {
    wired.line.cut();
    this.#idle.push(wired);
  }
}

/** The functions of the stacks that run in this process, by name, and where they take chance from. */
export interface InProcess {
  readonly functions: ReadonlyMap<string, InProcessFunction>;
  /** In [0, 1). */
  readonly random: () => number;
}
