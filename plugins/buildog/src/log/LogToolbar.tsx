import { makeStyles, Theme } from '@material-ui/core/styles';
import CloudDownload from '@material-ui/icons/GetApp';
import Fullscreen from '@material-ui/icons/Fullscreen';
import FullscreenExit from '@material-ui/icons/FullscreenExit';
import Schedule from '@material-ui/icons/Schedule';
import Search from '@material-ui/icons/Search';
import WrapText from '@material-ui/icons/WrapText';
import { KeyboardEvent, ReactNode, RefObject } from 'react';
import { IconAction } from '../parts/IconAction';
import { focusRing } from '../theme/focusRing';
import { tokens } from '../theme/tokens';
import { NARROW } from '../theme/widths';
import type { LogSearch } from './useLogSearch';

const useStyles = makeStyles((theme: Theme) => {
  const t = tokens(theme);
  return {
    root: {
      display: 'flex',
      alignItems: 'center',
      flexWrap: 'wrap',
      gap: 8,
      minHeight: 52,
      padding: '8px 16px',
      boxSizing: 'border-box',
      borderBottom: `1px solid ${t.hairline}`,
    },
    title: {
      margin: 0,
      fontSize: 14,
      fontWeight: 500,
    },
    place: {
      fontSize: 13,
      color: t.secondary,
      [`@media ${NARROW}`]: { display: 'none' },
    },
    space: { flex: 1 },
    actions: {
      display: 'flex',
      alignItems: 'center',
      gap: 4,
      [`@media ${NARROW}`]: { gap: 0 },
    },
    search: {
      display: 'flex',
      alignItems: 'center',
      gap: 6,
      width: 212,
      height: 32,
      padding: '0 8px',
      boxSizing: 'border-box',
      border: `1px solid ${t.fieldBorder}`,
      borderRadius: 4,
      '&:focus-within': {
        borderColor: theme.palette.primary.main,
        boxShadow: `inset 0 0 0 1px ${theme.palette.primary.main}`,
      },
      [`@media ${NARROW}`]: { order: 1, width: '100%', height: 44 },
    },
    searchIcon: { flex: 'none', fontSize: 18, color: t.secondary },
    input: {
      flex: 1,
      minWidth: 0,
      border: 0,
      outline: 0,
      background: 'none',
      color: theme.palette.text.primary,
      font: 'inherit',
      fontSize: 13,
      '&::placeholder': { color: t.secondary, opacity: 1 },
      '&::-webkit-search-cancel-button': { display: 'none' },
    },
    key: {
      flex: 'none',
      padding: '0 5px',
      border: `1px solid ${t.hairline}`,
      borderRadius: 3,
      fontFamily: t.mono,
      fontSize: 11,
      color: t.secondary,
    },
    count: {
      flex: 'none',
      fontSize: 12,
      color: t.secondary,
      fontVariantNumeric: 'tabular-nums',
    },
    attempt: {
      height: 32,
      padding: '0 8px',
      border: `1px solid ${t.fieldBorder}`,
      borderRadius: 4,
      backgroundColor: theme.palette.background.paper,
      color: theme.palette.text.primary,
      font: 'inherit',
      fontSize: 13,
      ...focusRing(theme),
    },
  };
});

/** What the toolbar shows and does. */
export interface LogToolbarProps {
  title: string;
  place?: ReactNode;
  attempts: { id: string; label: string }[];
  attemptId: string;
  onAttempt: (id: string) => void;
  search: LogSearch;
  searchField: RefObject<HTMLInputElement>;
  onSearchKey: (event: KeyboardEvent) => void;
  timestamps: boolean;
  onTimestamps: () => void;
  wrap: boolean;
  onWrap: () => void;
  full: boolean;
  onFull?: () => void;
  onDownload: () => void;
}

function countWords({ query, matches, active }: LogSearch): string {
  if (!query) {
    return '';
  }
  const total = matches.length.toLocaleString('en');
  return active === undefined
    ? `${total} found`
    : `${(active + 1).toLocaleString('en')} of ${total}`;
}

/** Above the log: whose it is, search, and how it is shown. */
export const LogToolbar = (props: LogToolbarProps) => {
  const { search, attempts } = props;
  const classes = useStyles();
  return (
    <div className={classes.root}>
      <h2 className={classes.title}>{props.title}</h2>
      <span className={classes.place}>{props.place}</span>
      {attempts.length > 1 && (
        <select
          className={classes.attempt}
          aria-label="Attempt"
          value={props.attemptId}
          onChange={event => props.onAttempt(event.target.value)}
        >
          {attempts.map(({ id, label }) => (
            <option key={id} value={id}>
              {label}
            </option>
          ))}
        </select>
      )}
      <span className={classes.space} />
      <div className={classes.search}>
        <Search className={classes.searchIcon} aria-hidden />
        <input
          ref={props.searchField}
          className={classes.input}
          type="search"
          placeholder="Search this log"
          aria-label="Search this log"
          value={search.query}
          onChange={event => search.setQuery(event.target.value)}
          onKeyDown={props.onSearchKey}
        />
        <span className={classes.count} role="status">
          {countWords(search)}
        </span>
        {!search.query && (
          <span className={classes.key} aria-hidden>
            /
          </span>
        )}
      </div>
      <div className={classes.actions}>
        <IconAction
          label="Timestamps"
          icon={Schedule}
          pressed={props.timestamps}
          onClick={props.onTimestamps}
        />
        <IconAction
          label="Wrap lines"
          icon={WrapText}
          pressed={props.wrap}
          onClick={props.onWrap}
        />
        <IconAction
          label="Download the log"
          icon={CloudDownload}
          onClick={props.onDownload}
        />
        {props.onFull && (
          <IconAction
            label={props.full ? 'Leave full screen' : 'Full screen'}
            icon={props.full ? FullscreenExit : Fullscreen}
            onClick={props.onFull}
          />
        )}
      </div>
    </div>
  );
};
