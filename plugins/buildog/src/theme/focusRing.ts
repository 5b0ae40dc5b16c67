import type { Theme } from '@material-ui/core/styles';

/**
 * The ring around what has the keyboard's focus: 2 px in the primary colour,
 * `offset` pixels away (2, or -2 where the surroundings would cut it off).
 */
export function focusRing(theme: Theme, offset: 2 | -2 = 2) {
  const ring = {
    outline: `2px solid ${theme.palette.primary.main}`,
    outlineOffset: offset,
  };
  return { '&:focus-visible': ring, '&.Mui-focusVisible': ring } as const;
}
