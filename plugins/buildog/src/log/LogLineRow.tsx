import { makeStyles, Theme, useTheme } from '@material-ui/core/styles';
import { DateTime } from 'luxon';
import { memo, MouseEvent, useState } from 'react';
import { cx } from '../parts/cx';
import { formatSize } from '../text/size';
import { tokens } from '../theme/tokens';
import { logColour } from './colours';
import type { LogLine } from './LogBuffer';
import { markMatches, parseLine } from './parseLine';

/** Height of a line that is not wrapped, in pixels. */
export const LINE_HEIGHT = 20;

const useStyles = makeStyles((theme: Theme) => {
  const t = tokens(theme);
  return {
    root: {
      display: 'flex',
      minHeight: LINE_HEIGHT,
      lineHeight: `${LINE_HEIGHT}px`,
      boxShadow: 'inset 3px 0 transparent',
    },
    selected: {
      backgroundColor: t.tones.running.tint,
      boxShadow: `inset 3px 0 ${t.tones.running.text}`,
    },
    failed: {
      backgroundColor: t.tones.failed.tint,
      boxShadow: `inset 3px 0 ${t.tones.failed.text}`,
    },
    number: {
      flex: 'none',
      boxSizing: 'border-box',
      minWidth: 'var(--buildog-gutter, 56px)',
      paddingRight: 14,
      textAlign: 'right',
      color: t.secondary,
      textDecoration: 'none',
      userSelect: 'none',
      '&:hover': { textDecoration: 'underline' },
    },
    time: {
      flex: 'none',
      paddingRight: 14,
      color: t.secondary,
      userSelect: 'none',
    },
    text: {
      whiteSpace: 'pre',
      tabSize: 4,
      paddingRight: 16,
      direction: 'ltr',
      unicodeBidi: 'isolate',
    },
    wrapped: {
      minWidth: 0,
      whiteSpace: 'pre-wrap',
      overflowWrap: 'anywhere',
    },
    bold: { fontWeight: 700 },
    dim: { color: t.secondary },
    italic: { fontStyle: 'italic' },
    underline: { textDecoration: 'underline' },
    link: {
      color: 'inherit',
      textDecoration: 'underline',
    },
    mark: {
      color: 'inherit',
      backgroundColor: t.tones.waiting.tint,
      outline: `1px solid ${t.tones.waiting.text}`,
    },
    more: {
      marginLeft: 8,
      padding: '0 6px',
      border: `1px solid ${t.fieldBorder}`,
      borderRadius: 4,
      background: 'none',
      color: theme.palette.primary.main,
      font: 'inherit',
      fontSize: 12,
      lineHeight: '16px',
      cursor: 'pointer',
    },
  };
});

/** One line: number, time if wanted, and the text in spans. */
export const LogLineRow = memo(
  (props: {
    number: number;
    line: LogLine;
    /** Gives the line without its cap. */
    whole: () => LogLine;
    timestamps: boolean;
    wrap: boolean;
    query: string;
    look?: 'selected' | 'failed';
    onSelect: (number: number, extend: boolean) => void;
  }) => {
    const { number, timestamps, wrap, query, look, onSelect } = props;
    const classes = useStyles();
    const palette = tokens(useTheme());
    const [all, setAll] = useState(false);
    const line = all ? props.whole() : props.line;

    const onNumber = (event: MouseEvent) => {
      event.preventDefault();
      onSelect(number, event.shiftKey);
    };

    return (
      <div className={cx(classes.root, look && classes[look])}>
        <a
          className={classes.number}
          href={`#L${number}`}
          tabIndex={-1}
          onClick={onNumber}
        >
          {number}
        </a>
        {timestamps && (
          <span className={classes.time}>
            {line.time
              ? DateTime.fromISO(line.time).toFormat('HH:mm:ss.SSS')
              : '            '}
          </span>
        )}
        <span className={cx(classes.text, wrap && classes.wrapped)}>
          {markMatches(parseLine(line.text), query).map((span, index) => {
            const className = cx(
              span.bold && classes.bold,
              span.dim && classes.dim,
              span.italic && classes.italic,
              span.underline && classes.underline,
            );
            const text = span.match ? (
              <mark className={classes.mark}>{span.text}</mark>
            ) : (
              span.text
            );
            return (
              <span
                key={index}
                className={className || undefined}
                style={
                  span.colour
                    ? { color: logColour(span.colour, palette) }
                    : undefined
                }
              >
                {span.href ? (
                  <a
                    className={classes.link}
                    href={span.href}
                    target="_blank"
                    rel="noopener noreferrer nofollow"
                  >
                    {text}
                  </a>
                ) : (
                  text
                )}
              </span>
            );
          })}
          {line.hiddenBytes > 0 && (
            <button
              type="button"
              className={classes.more}
              onClick={() => setAll(true)}
            >
              Show all, {formatSize(line.hiddenBytes)} more
            </button>
          )}
        </span>
      </div>
    );
  },
);
