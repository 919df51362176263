/** What a benchmark is: something that measures and says what was aimed at. Nothing is asserted here. */
export interface Figure {
  readonly name: string;
  /** As people read it, with its unit. */
  readonly measured: string;
  /** "≤ 80 ms"; absent: for information. */
  readonly aim?: string;
  readonly met?: boolean;
}

export interface Outcome {
  readonly figures: readonly Figure[];
  /** How it was measured and what it does not show. */
  readonly notes: readonly string[];
}

export interface Benchmark {
  readonly title: string;
  run(): Promise<Outcome>;
}

/** A figure that should be at most `aim`. */
export function atMost(name: string, value: number, aim: number, show: (value: number) => string, measured = show(value)): Figure {
  return { name, measured, aim: `≤ ${show(aim)}`, met: value <= aim };
}
