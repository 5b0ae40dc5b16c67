import { makeStyles, Theme } from '@material-ui/core/styles';
import type { BuildSummary } from '@buildog/plugin-buildog-common';
import { taskMark } from '../status/status';
import { StatusIcon } from '../status/StatusIcon';
import { tokens } from '../theme/tokens';

const useStyles = makeStyles((theme: Theme) => ({
  root: {
    display: 'flex',
    flexWrap: 'wrap',
    gap: 4,
    margin: 0,
    padding: 0,
    listStyle: 'none',
  },
  chip: {
    display: 'inline-flex',
    alignItems: 'center',
    gap: 4,
    height: 22,
    padding: '0 8px',
    boxSizing: 'border-box',
    border: `1px solid ${tokens(theme).hairline}`,
    borderRadius: 11,
    fontSize: 12,
    lineHeight: '20px',
    whiteSpace: 'nowrap',
  },
}));

/**
 * One chip per variant with one mark per platform, in the order of the
 * columns. Each mark has a shape of its own; the words are in its name.
 */
export const VariantChips = ({ build }: { build: BuildSummary }) => {
  const classes = useStyles();
  return (
    <ul className={classes.root}>
      {build.variants.map(({ name, platforms }) => {
        const marks = platforms.map(({ platform, phase }) => ({
          platform,
          mark: taskMark(phase, build.phase),
        }));
        const words = marks
          .map(({ platform, mark }) => `${platform} ${mark.word.toLowerCase()}`)
          .join(', ');
        return (
          <li key={name}>
            <span
              className={classes.chip}
              role="img"
              aria-label={`${name}: ${words}`}
              title={words}
            >
              {name}
              {marks.map(({ platform, mark }) => (
                <StatusIcon
                  key={platform}
                  shape={mark.shape}
                  tone={mark.tone}
                  size={12}
                />
              ))}
            </span>
          </li>
        );
      })}
    </ul>
  );
};
