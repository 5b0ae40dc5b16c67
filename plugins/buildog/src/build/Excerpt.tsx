import { makeStyles, Theme } from '@material-ui/core/styles';
import type { ReactNode } from 'react';
import { cx } from '../parts/cx';
import { focusRing } from '../theme/focusRing';
import { tokens } from '../theme/tokens';
import type { ExcerptLine } from './failureFacts';

const useStyles = makeStyles((theme: Theme) => {
  const t = tokens(theme);
  return {
    root: { minWidth: 0, padding: '6px 0 10px' },
    head: {
      display: 'flex',
      alignItems: 'center',
      minHeight: 36,
      justifyContent: 'space-between',
      gap: 8,
      padding: '0 20px',
      fontSize: 13,
    },
    title: { margin: 0, fontSize: 13, fontWeight: 500 },
    lines: {
      margin: 0,
      overflowX: 'auto',
      fontFamily: t.mono,
      fontSize: 12.5,
      lineHeight: '20px',
      ...focusRing(theme, -2),
    },
    line: { display: 'flex', minWidth: 'max-content' },
    number: {
      boxSizing: 'border-box',
      minWidth: 60,
      paddingRight: 14,
      textAlign: 'right',
      color: t.secondary,
      userSelect: 'none',
    },
    text: { paddingRight: 20, whiteSpace: 'pre' },
    marked: {
      backgroundColor: t.tones.failed.tint,
      boxShadow: `inset 3px 0 ${t.tones.failed.text}`,
    },
    failedText: { color: t.tones.failed.text },
    keyword: { color: t.code },
    markedKeyword: { color: 'inherit' },
  };
});

const KEYWORD = /^(\s*)([A-Z]{2,})(\s[\s\S]*)?$/;

/** A few numbered lines of a file or a log; the marked one stands out. */
export const Excerpt = (props: {
  title: string;
  aside?: ReactNode;
  lines: ExcerptLine[];
  /** Colours the first word of each line, as in a Dockerfile. */
  keywords?: boolean;
}) => {
  const { title, aside, lines, keywords } = props;
  const classes = useStyles();
  return (
    <div className={classes.root}>
      <div className={classes.head}>
        <h3 className={classes.title}>{title}</h3>
        {aside}
      </div>
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, so the keyboard must reach it */}
      <pre className={classes.lines} tabIndex={0} aria-label={title}>
        {lines.map(({ number, text, marked }) => {
          const match = keywords ? KEYWORD.exec(text) : null;
          return (
            <span
              key={number}
              className={cx(classes.line, marked && classes.marked)}
            >
              <span className={classes.number}>{number}</span>
              <span
                className={cx(
                  classes.text,
                  marked && !keywords && classes.failedText,
                )}
              >
                {match ? (
                  <>
                    {match[1]}
                    <span
                      className={
                        marked ? classes.markedKeyword : classes.keyword
                      }
                    >
                      {match[2]}
                    </span>
                    {match[3]}
                  </>
                ) : (
                  text
                )}
              </span>
            </span>
          );
        })}
      </pre>
    </div>
  );
};
