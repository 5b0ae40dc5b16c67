import { makeStyles, Theme } from '@material-ui/core/styles';
import type { Attempt, Build, BuildTask } from '@buildog/plugin-buildog-common';
import {
  formatPlatform,
  isTerminalAttemptPhase,
} from '@buildog/plugin-buildog-common';
import {
  KeyboardEvent,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { useLocation, useNavigate } from 'react-router-dom';
import { downloadBlob } from './downloadBlob';
import { formatLogAnchor, parseLogAnchor } from './logAnchor';
import { LogFooter } from './LogFooter';
import { LogRows } from './LogRows';
import { logSections } from './logSections';
import { LogToolbar } from './LogToolbar';
import { LogView, LogViewHandle } from './LogView';
import { stepPlace } from './stepPlace';
import { useFollow } from './useFollow';
import { useFullScreen } from './useFullScreen';
import type { LogFeed } from './useLogDocument';
import { useLogKeys } from './useLogKeys';
import { useLogSearch } from './useLogSearch';
import { useOpenSections } from './useOpenSections';
import { useStoredToggle } from './useStoredToggle';

const useStyles = makeStyles((theme: Theme) => ({
  root: {
    display: 'flex',
    flexDirection: 'column',
    minWidth: 0,
    overflow: 'hidden',
    borderRadius: 4,
    boxShadow: theme.shadows[1],
    backgroundColor: theme.palette.background.paper,
  },
}));

/** What the viewer shows: one attempt of one task. */
export interface BuildLogProps {
  build: Build;
  task: BuildTask;
  attempt: Attempt;
  feed: LogFeed;
  steps: Parameters<typeof logSections>[2];
  /** False until the steps were asked for once, so that nothing is cut anew. */
  stepsLoaded: boolean;
  onAttempt: (attemptId: string) => void;
}

/** The log of an attempt: live, searchable, by step. */
export const BuildLog = (props: BuildLogProps) => {
  const { build, task, attempt, feed, steps, stepsLoaded } = props;
  const { document, version } = feed;
  const classes = useStyles();
  const navigate = useNavigate();
  const { hash } = useLocation();
  const anchor = useMemo(() => parseLogAnchor(hash), [hash]);
  const card = useRef<HTMLElement>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const view = useRef<LogViewHandle>(null);
  const searchField = useRef<HTMLInputElement>(null);
  const [timestamps, toggleTimestamps] = useStoredToggle('timestamps', false);
  const [wrap, toggleWrap] = useStoredToggle('wrap', false);
  const [lastLine, setLastLine] = useState(0);
  const { full, toggleFull } = useFullScreen(card);

  const running = !feed.complete && !feed.error;
  const sections = useMemo(
    () => (stepsLoaded ? logSections(document, attempt.containers, steps) : []),
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `version` says that the document changed
    [document, version, attempt.containers, steps, stepsLoaded],
  );
  const { isOpen, setOpen } = useOpenSections(sections);
  const rows = useMemo(() => new LogRows(sections, isOpen), [sections, isOpen]);
  const atStart = useRef(
    !anchor &&
      (attempt.phase === 'Running' ||
        !isTerminalAttemptPhase(attempt.phase) ||
        task.phase === 'Failed'),
  );
  const follow = useFollow(scroller, rows, atStart.current);
  const { jumpToLatest, release } = follow;
  const search = useLogSearch(document, version);

  const showLine = useCallback(
    (line: number) => {
      release();
      view.current?.showLine(line);
    },
    [release],
  );

  // A permalink scrolls once, when its line has arrived.
  const shown = useRef<string>();
  const { lineCount } = document;
  useEffect(() => {
    if (
      anchor &&
      shown.current !== hash &&
      sections.length > 0 &&
      (lineCount >= anchor.to || feed.complete)
    ) {
      shown.current = hash;
      showLine(Math.min(anchor.from, lineCount) - 1);
    }
  }, [anchor, hash, lineCount, sections.length, feed.complete, showLine]);

  const onSelect = useCallback(
    (number: number, extend: boolean) => {
      const next = formatLogAnchor(
        extend && anchor
          ? {
              from: Math.min(anchor.from, number),
              to: Math.max(anchor.to, number),
            }
          : { from: number, to: number },
      );
      shown.current = next; // It is in sight already.
      navigate(
        { search: window.location.search, hash: next },
        { replace: true },
      );
    },
    [anchor, navigate],
  );

  const onKeyDown = useLogKeys({
    searchField,
    sections,
    setOpen,
    jumpToLatest: () => {
      const last = sections[sections.length - 1];
      if (last) {
        setOpen(last.id, true);
      }
      jumpToLatest();
    },
    toggleWrap,
    toggleTimestamps,
  });

  const onSearchKey = (event: KeyboardEvent) => {
    if (event.key === 'Enter') {
      event.preventDefault();
      const line = search.move(event.shiftKey ? -1 : 1);
      if (line !== undefined) {
        showLine(line);
      }
    } else if (event.key === 'Escape') {
      search.setQuery('');
      view.current?.focus();
    }
  };

  const onCardKey = (event: KeyboardEvent) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'f') {
      event.preventDefault();
      searchField.current?.select();
      searchField.current?.focus();
    }
  };

  const title = `${task.variant}, ${formatPlatform(task.platform)}`;
  const active =
    search.active === undefined ? undefined : search.matches[search.active] + 1;
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- Ctrl+F is caught on the way up
    <section
      ref={card}
      className={classes.root}
      aria-label="Log"
      onKeyDown={onCardKey}
    >
      <LogToolbar
        title={title}
        place={stepPlace(steps, task)}
        attempts={task.attempts.map(({ id, number }) => ({
          id,
          label: `Attempt ${number} of ${task.attempts.length}`,
        }))}
        attemptId={attempt.id}
        onAttempt={props.onAttempt}
        search={search}
        searchField={searchField}
        onSearchKey={onSearchKey}
        timestamps={timestamps}
        onTimestamps={toggleTimestamps}
        wrap={wrap}
        onWrap={toggleWrap}
        full={full}
        onFull={toggleFull}
        onDownload={() =>
          downloadBlob(
            document.toBlob(),
            `build-${build.number}-${title.replace(/[^a-z0-9]+/gi, '-')}.log`,
          )
        }
      />
      <LogView
        ref={view}
        document={document}
        rows={rows}
        isOpen={isOpen}
        onToggle={setOpen}
        follow={follow}
        scroller={scroller}
        label={`Log of ${title}`}
        timestamps={timestamps}
        wrap={wrap}
        full={full}
        query={search.query}
        selected={active ? { from: active, to: active } : anchor}
        onSelect={onSelect}
        onLastLine={setLastLine}
        onKeyDown={onKeyDown}
      />
      <LogFooter
        line={lastLine}
        lineCount={lineCount}
        running={running}
        truncated={feed.truncated.length > 0}
        lostAt={feed.lostAt}
        error={feed.error}
        onJump={running && !follow.following ? jumpToLatest : undefined}
      />
    </section>
  );
};
