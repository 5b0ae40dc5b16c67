import { useMemo } from 'react';
import { Route, Routes, useResolvedPath } from 'react-router-dom';
import { BuildPage } from '../build/BuildPage';
import { Surface } from '../parts/Surface';
import { BuildsView } from './BuildsView';
import { pathsAt, PathsProvider } from './paths';

/** The Build tab of an entity: the list, and a page for each build. */
export const BuildTab = () => {
  const { pathname } = useResolvedPath('');
  const paths = useMemo(() => pathsAt(pathname), [pathname]);
  return (
    <PathsProvider value={paths}>
      <Surface>
        <Routes>
          <Route path="/" element={<BuildsView />} />
          <Route path="/:number" element={<BuildPage />} />
        </Routes>
      </Surface>
    </PathsProvider>
  );
};
