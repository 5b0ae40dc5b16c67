import Drawer from '@material-ui/core/Drawer';
import { makeStyles, Theme } from '@material-ui/core/styles';
import ArrowDropDown from '@material-ui/icons/ArrowDropDown';
import FilterList from '@material-ui/icons/FilterList';
import { useState } from 'react';
import { ActionButton } from '../parts/ActionButton';
import { ActionMenu } from '../parts/ActionMenu';
import { Surface } from '../parts/Surface';
import { tokens } from '../theme/tokens';
import { FILTER_NAMES, FILTER_WORDS, Filters } from './filters';

const useStyles = makeStyles((theme: Theme) => {
  const t = tokens(theme);
  return {
    root: { display: 'flex', flexWrap: 'wrap', gap: 8 },
    button: { padding: '5px 8px 5px 12px', fontSize: 13, fontWeight: 400 },
    name: { marginRight: 5, color: t.secondary },
    value: {
      maxWidth: 160,
      overflow: 'hidden',
      textOverflow: 'ellipsis',
    },
    arrow: { marginLeft: 4 },
    sheet: { display: 'grid', gap: 16, padding: 24 },
    field: { display: 'grid', gap: 4, fontSize: 13, color: t.secondary },
    select: {
      height: 44,
      padding: '0 12px',
      border: `1px solid ${t.fieldBorder}`,
      borderRadius: 4,
      backgroundColor: theme.palette.background.paper,
      color: theme.palette.text.primary,
      font: 'inherit',
      fontSize: 14,
    },
  };
});

type FilterName = (typeof FILTER_NAMES)[number];

/** What the filters may be set to. */
export type FilterChoices = Record<FilterName, string[]>;

interface FilterBarProps {
  filters: Filters;
  choices: FilterChoices;
  onChange: (name: FilterName, value?: string) => void;
}

const FilterButton = (props: FilterBarProps & { name: FilterName }) => {
  const { name, filters, choices, onChange } = props;
  const classes = useStyles();
  const [anchor, setAnchor] = useState<HTMLElement>();
  const value = filters[name];
  return (
    <>
      <ActionButton
        look="outlined"
        className={classes.button}
        hasPopup
        onClick={event => setAnchor(event.currentTarget)}
      >
        <span className={classes.name}>{FILTER_WORDS[name]}</span>
        <span className={classes.value}>{value ?? 'All'}</span>
        <ArrowDropDown className={classes.arrow} fontSize="small" />
      </ActionButton>
      <ActionMenu
        label={FILTER_WORDS[name]}
        anchor={anchor}
        onClose={() => setAnchor(undefined)}
        actions={[undefined, ...choices[name]].map(choice => ({
          key: choice ?? '',
          label: choice ?? 'All',
          selected: choice === value,
          onClick: () => onChange(name, choice),
        }))}
      />
    </>
  );
};

/** The filters beside each other. */
export const FilterBar = (props: FilterBarProps) => {
  const classes = useStyles();
  return (
    <div className={classes.root} role="group" aria-label="Filters">
      {FILTER_NAMES.map(name => (
        <FilterButton key={name} name={name} {...props} />
      ))}
    </div>
  );
};

/** The filters in one sheet, for narrow pages. */
export const FilterSheet = (props: FilterBarProps) => {
  const { filters, choices, onChange } = props;
  const classes = useStyles();
  const [open, setOpen] = useState(false);
  const set = FILTER_NAMES.filter(name => filters[name]).length;
  return (
    <>
      <ActionButton
        look="outlined"
        icon={<FilterList />}
        onClick={() => setOpen(true)}
      >
        {set > 0 ? `Filters (${set})` : 'Filters'}
      </ActionButton>
      <Drawer
        anchor="bottom"
        open={open}
        transitionDuration={150}
        onClose={() => setOpen(false)}
        PaperProps={{ role: 'dialog', 'aria-label': 'Filters' }}
      >
        <Surface className={classes.sheet}>
          {FILTER_NAMES.map(name => (
            <label key={name} className={classes.field}>
              {FILTER_WORDS[name]}
              <select
                className={classes.select}
                value={filters[name] ?? ''}
                onChange={event =>
                  onChange(name, event.target.value || undefined)
                }
              >
                <option value="">All</option>
                {choices[name].map(choice => (
                  <option key={choice}>{choice}</option>
                ))}
              </select>
            </label>
          ))}
          <ActionButton look="outlined" onClick={() => setOpen(false)}>
            Show builds
          </ActionButton>
        </Surface>
      </Drawer>
    </>
  );
};
