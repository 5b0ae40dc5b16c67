import { makeStyles, Theme } from '@material-ui/core/styles';
import type { ReactNode } from 'react';
import { focusRing } from '../theme/focusRing';
import { tokens } from '../theme/tokens';
import { CopyButton } from './CopyButton';
import { cx } from './cx';

const useStyles = makeStyles((theme: Theme) => {
  const t = tokens(theme);
  return {
    root: {
      position: 'relative',
      border: `1px solid ${t.hairline}`,
      borderRadius: 4,
      backgroundColor: t.inset,
    },
    code: {
      margin: 0,
      padding: '12px 0',
      overflowX: 'auto',
      fontFamily: t.mono,
      fontSize: 12.5,
      lineHeight: '20px',
      ...focusRing(theme, -2),
    },
    line: {
      display: 'block',
      minWidth: 'max-content',
      padding: '0 48px 0 14px',
    },
    added: {
      color: theme.palette.text.primary,
      backgroundColor: t.tones.ok.tint,
      boxShadow: `inset 3px 0 ${t.tones.ok.text}`,
    },
    // Text that scrolls goes behind it.
    copy: {
      position: 'absolute',
      top: 8,
      right: 8,
      backgroundColor: t.inset,
    },
    key: { color: t.code },
  };
});

/** One line of a block; an added one stands out. */
export interface CodeLine {
  text: string;
  added?: boolean;
}

const KEY = /^(\s*(?:- )?)([\w./-]+:)(.*)$/;

function withKey(text: string, className: string): ReactNode {
  const match = KEY.exec(text);
  return match ? (
    <>
      {match[1]}
      <span className={className}>{match[2]}</span>
      {match[3]}
    </>
  ) : (
    text || ' '
  );
}

/** Text to copy: a piece of YAML, or a command. */
export const CodeBlock = (props: {
  lines: CodeLine[];
  /** What the button copies; default all lines. */
  copy?: string;
  what: string;
  yaml?: boolean;
}) => {
  const { lines, what, yaml } = props;
  const classes = useStyles();
  const copy = props.copy ?? lines.map(line => line.text).join('\n');
  return (
    <div className={classes.root}>
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, so the keyboard must reach it */}
      <pre className={classes.code} tabIndex={0} aria-label={what}>
        {lines.map(({ text, added }, index) => (
          <span
            key={index}
            className={cx(classes.line, added && classes.added)}
          >
            {yaml ? withKey(text, classes.key) : text}
          </span>
        ))}
      </pre>
      <CopyButton className={classes.copy} text={copy} what={what} />
    </div>
  );
};
