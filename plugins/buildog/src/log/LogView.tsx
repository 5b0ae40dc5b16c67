import { makeStyles, Theme } from '@material-ui/core/styles';
import useMediaQuery from '@material-ui/core/useMediaQuery';
import { useVirtualizer } from '@tanstack/react-virtual';
import {
  CSSProperties,
  forwardRef,
  KeyboardEvent,
  useCallback,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
} from 'react';
import { cx } from '../parts/cx';
import { focusRing } from '../theme/focusRing';
import { tokens } from '../theme/tokens';
import { NARROW } from '../theme/widths';
import type { LogAnchor } from './logAnchor';
import type { LogDocument } from './LogDocument';
import { HEAD_HEIGHT, HEAD_HEIGHT_NARROW, LogHeadRow } from './LogHeadRow';
import { LINE_HEIGHT, LogLineRow } from './LogLineRow';
import type { LogRows } from './LogRows';
import type { LogSection } from './logSections';
import type { Follow } from './useFollow';

const useStyles = makeStyles((theme: Theme) => {
  const t = tokens(theme);
  return {
    root: {
      position: 'relative',
      overflow: 'auto',
      overflowAnchor: 'none',
      maxHeight: 'max(360px, calc(100vh - 260px))',
      backgroundColor: t.log,
      fontFamily: t.mono,
      fontSize: 12.5,
      ...focusRing(theme, -2),
    },
    full: { flex: 1, maxHeight: 'none' },
    sizer: { position: 'relative', minWidth: '100%' },
    window: {
      position: 'absolute',
      top: 0,
      left: 0,
      minWidth: '100%',
      width: 'max-content',
    },
    wrapped: { width: '100%' },
  };
});

/** What the surroundings may ask of the view. */
export interface LogViewHandle {
  /** Brings a line into the middle of the view. */
  showLine(line: number): void;
  focus(): void;
}

/** The scrolling part of the log: only the rows in sight exist. */
export const LogView = forwardRef<
  LogViewHandle,
  {
    document: LogDocument;
    rows: LogRows;
    isOpen: (section: LogSection) => boolean;
    onToggle: (id: string, open: boolean) => void;
    follow: Follow;
    scroller: React.RefObject<HTMLDivElement>;
    label: string;
    timestamps: boolean;
    wrap: boolean;
    full: boolean;
    query: string;
    selected?: LogAnchor;
    onSelect: (number: number, extend: boolean) => void;
    /** The last line in sight, from 1. */
    onLastLine: (line: number) => void;
    onKeyDown: (event: KeyboardEvent, topSection?: LogSection) => void;
  }
>((props, handle) => {
  const { document, rows, isOpen, onToggle, follow, scroller } = props;
  const { timestamps, wrap, query, selected, onSelect, onLastLine } = props;
  const classes = useStyles();
  const narrow = useMediaQuery(NARROW);
  const headHeight = narrow ? HEAD_HEIGHT_NARROW : HEAD_HEIGHT;

  const virtualizer = useVirtualizer({
    count: rows.count,
    getScrollElement: () => scroller.current,
    estimateSize: useCallback(
      (row: number) => (rows.isHead(row) ? headHeight : LINE_HEIGHT),
      [rows, headHeight],
    ),
    getItemKey: useCallback((row: number) => rows.keyAt(row), [rows]),
    overscan: 24,
  });
  useLayoutEffect(() => virtualizer.measure(), [virtualizer, wrap, headHeight]);

  const items = virtualizer.getVirtualItems();
  const scrollTop = virtualizer.scrollOffset ?? 0;
  const viewHeight = virtualizer.scrollRect?.height ?? 0;
  const inSight = items.filter(
    item => item.end > scrollTop + 1 && item.start < scrollTop + viewHeight - 1,
  );
  const lastLine = inSight.reduce(
    (last, item) => Math.max(last, (rows.at(item.index).line ?? -1) + 1),
    0,
  );
  useEffect(() => onLastLine(lastLine), [onLastLine, lastLine]);

  const pending = useRef<number>();
  const showPending = useCallback(() => {
    const line = pending.current;
    const row = line === undefined ? undefined : rows.rowOfLine(line);
    if (row !== undefined && !rows.isHead(row)) {
      pending.current = undefined;
      virtualizer.scrollToIndex(row, { align: 'center' });
    }
  }, [rows, virtualizer]);
  useLayoutEffect(showPending, [showPending]);

  useImperativeHandle(
    handle,
    () => ({
      showLine: line => {
        const section = rows.sectionOfLine(line);
        if (section) {
          onToggle(section.id, true);
        }
        pending.current = line;
        showPending();
      },
      focus: () => scroller.current?.focus(),
    }),
    [rows, onToggle, showPending, scroller],
  );

  const look = (section: LogSection, line: number) => {
    if (selected && line + 1 >= selected.from && line + 1 <= selected.to) {
      return 'selected' as const;
    }
    const last = section.firstLine + section.lineCount - 1;
    return section.state === 'Failed' && line === last
      ? ('failed' as const)
      : undefined;
  };

  // Wide enough for the longest number, so that it never moves the text.
  const digits = String(document.lineCount).length;
  const gutter = { '--buildog-gutter': `${Math.max(56, digits * 8 + 24)}px` };
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- the log has keys of its own, and the keyboard must be able to scroll it
    <div
      ref={scroller}
      style={gutter as CSSProperties}
      className={cx(classes.root, props.full && classes.full)}
      role="log"
      aria-live="off"
      aria-label={props.label}
      // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- see above
      tabIndex={0}
      onScroll={follow.onScroll}
      onKeyDown={event =>
        props.onKeyDown(
          event,
          inSight[0] ? rows.at(inSight[0].index).section : undefined,
        )
      }
    >
      <div
        className={classes.sizer}
        style={{ height: virtualizer.getTotalSize() }}
      >
        <div
          className={cx(classes.window, wrap && classes.wrapped)}
          style={{ transform: `translateY(${items[0]?.start ?? 0}px)` }}
        >
          {items.map(item => {
            const { section, line } = rows.at(item.index);
            const measured = wrap
              ? { ref: virtualizer.measureElement, 'data-index': item.index }
              : {};
            return (
              <div key={item.key} {...measured}>
                {line === undefined ? (
                  <LogHeadRow
                    section={section}
                    open={isOpen(section)}
                    width={scroller.current?.clientWidth ?? 0}
                    height={headHeight}
                    onToggle={onToggle}
                  />
                ) : (
                  <LogLineRow
                    number={line + 1}
                    line={document.line(line)}
                    whole={() => document.line(line, { whole: true })}
                    timestamps={timestamps}
                    wrap={wrap}
                    query={query}
                    look={look(section, line)}
                    onSelect={onSelect}
                  />
                )}
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
});
