import { createContext, useContext } from 'react';

/** Addresses inside the tab. */
export interface Paths {
  list: string;
  build(number: number): string;
}

/** Addresses for a tab at `base`. */
export function pathsAt(base: string): Paths {
  const list = base.replace(/\/+$/, '');
  return { list, build: number => `${list}/${number}` };
}

const PathsContext = createContext<Paths>(pathsAt(''));

/** Gives the addresses to everything inside. */
export const PathsProvider = PathsContext.Provider;

/** Addresses inside the tab this component is in. */
export function usePaths(): Paths {
  return useContext(PathsContext);
}
