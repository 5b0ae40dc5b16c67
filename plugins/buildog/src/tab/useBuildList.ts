import { useApi } from '@backstage/core-plugin-api';
import type {
  BuildSummary,
  ListBuildsResponse,
} from '@buildog/plugin-buildog-common';
import { isTerminalBuildPhase } from '@buildog/plugin-buildog-common';
import { RefObject, useCallback, useEffect, useMemo, useState } from 'react';
import { buildogApiRef } from '../api/buildogApiRef';
import { Live, useLive } from '../live/useLive';
import { Filters, filterQuery } from './filters';
import { mergeBuilds, MergedBuilds } from './mergeBuilds';

/** Builds on one page of the list. */
const PAGE_SIZE = 20;

/** A page of builds that keeps itself up to date without moving. */
export interface BuildList extends MergedBuilds {
  live: Live<{ page: ListBuildsResponse; key: string }>;
  /** Lets the waiting ones in. */
  admit(): void;
  /** Absent on the last page. */
  older?: () => void;
  /** Absent on the first page. */
  newer?: () => void;
}

/** Nobody is reading: the list's top is in sight, no pointer or focus is in it. */
function isIdle(list: HTMLElement | null): boolean {
  return (
    !list ||
    (list.getBoundingClientRect().top >= 0 &&
      !list.matches(':hover') &&
      !list.contains(document.activeElement))
  );
}

/** The builds of an entity, a page at a time. */
export function useBuildList(
  entityRef: string,
  filters: Filters,
  list: RefObject<HTMLElement>,
): BuildList {
  const api = useApi(buildogApiRef);
  const query = useMemo(() => filterQuery(filters), [filters]);
  const filterKey = JSON.stringify(query);
  const [place, setPlace] = useState<{ filterKey: string; cursors: string[] }>({
    filterKey,
    cursors: [],
  });
  const cursors = place.filterKey === filterKey ? place.cursors : [];
  const cursor = cursors[cursors.length - 1];
  const key = `${entityRef} ${filterKey} ${cursor ?? ''}`;

  const live = useLive({
    entityRef,
    key,
    load: async () => ({
      page: await api.listBuilds({
        ...query,
        entityRef,
        cursor,
        limit: PAGE_SIZE,
      }),
      key,
    }),
    isRunning: ({ page }) =>
      page.items.some(build => !isTerminalBuildPhase(build.phase)),
  });

  const [merged, setMerged] = useState<MergedBuilds & { key?: string }>({
    rows: [],
    waiting: 0,
  });
  const { value } = live;
  useEffect(() => {
    if (value) {
      setMerged(previous => {
        const same = previous.key === value.key;
        const shown: BuildSummary[] = same ? previous.rows : [];
        return {
          ...mergeBuilds(shown, value.page.items, isIdle(list.current)),
          key: value.key,
        };
      });
    }
  }, [value, list]);

  const admit = useCallback(() => {
    if (value) {
      setMerged({ rows: value.page.items, waiting: 0, key: value.key });
    }
  }, [value]);

  const nextCursor = value?.page.nextCursor;
  return {
    rows: merged.rows,
    waiting: merged.waiting,
    live,
    admit,
    older: nextCursor
      ? () => setPlace({ filterKey, cursors: [...cursors, nextCursor] })
      : undefined,
    newer:
      cursors.length > 0
        ? () => setPlace({ filterKey, cursors: cursors.slice(0, -1) })
        : undefined,
  };
}
