import { useCallback, useEffect, useState } from 'react';
import type { LogSection } from './logSections';

/** Which sections are open, and how to change it. */
export interface OpenSections {
  isOpen(section: LogSection): boolean;
  setOpen(id: string, open: boolean): void;
}

function opensByItself(section: LogSection): boolean {
  return (
    section.state === 'Running' ||
    section.state === 'Failed' ||
    section.id === 'build'
  );
}

/**
 * Running and failed sections open by themselves and stay open when they end:
 * a section that closed under a reader's eyes would move the lines below.
 */
export function useOpenSections(sections: readonly LogSection[]): OpenSections {
  const [open, setOpenState] = useState<Record<string, boolean>>({});

  const opening = sections
    .filter(s => opensByItself(s) && open[s.id] === undefined)
    .map(s => s.id)
    .join('\n');
  useEffect(() => {
    if (opening) {
      setOpenState(previous => ({
        ...Object.fromEntries(opening.split('\n').map(id => [id, true])),
        ...previous,
      }));
    }
  }, [opening]);

  const isOpen = useCallback(
    (section: LogSection) => open[section.id] ?? opensByItself(section),
    [open],
  );
  const setOpen = useCallback(
    (id: string, value: boolean) =>
      setOpenState(previous => ({ ...previous, [id]: value })),
    [],
  );
  return { isOpen, setOpen };
}
