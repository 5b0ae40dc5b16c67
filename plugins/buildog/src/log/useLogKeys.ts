import { KeyboardEvent, RefObject, useCallback } from 'react';
import type { LogSection } from './logSections';

/**
 * The keys of the log. Letters and arrows work only while the log itself has
 * the focus; Home, PageUp and PageDown are the browser's own.
 */
export function useLogKeys(options: {
  searchField: RefObject<HTMLInputElement>;
  sections: readonly LogSection[];
  setOpen: (id: string, open: boolean) => void;
  jumpToLatest: () => void;
  toggleWrap: () => void;
  toggleTimestamps: () => void;
}) {
  const { searchField, sections, setOpen } = options;
  const { jumpToLatest, toggleWrap, toggleTimestamps } = options;
  return useCallback(
    (event: KeyboardEvent, topSection?: LogSection) => {
      if (event.ctrlKey || event.metaKey || event.altKey) {
        return;
      }
      const focused = (event.target as HTMLElement).dataset.section;
      const section = sections.find(s => s.id === focused) ?? topSection;
      const action: (() => void) | undefined = {
        '/': () => searchField.current?.focus(),
        End: jumpToLatest,
        ArrowLeft: () => section && setOpen(section.id, false),
        ArrowRight: () => section && setOpen(section.id, true),
        w: toggleWrap,
        t: toggleTimestamps,
      }[event.key.length === 1 ? event.key.toLowerCase() : event.key];
      if (action) {
        event.preventDefault();
        action();
      }
    },
    [
      searchField,
      sections,
      setOpen,
      jumpToLatest,
      toggleWrap,
      toggleTimestamps,
    ],
  );
}
