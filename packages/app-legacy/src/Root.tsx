import {
  Sidebar,
  SidebarItem,
  SidebarPage,
  SidebarSpace,
} from '@backstage/core-components';
import Category from '@material-ui/icons/Category';
import Settings from '@material-ui/icons/Settings';
import type { PropsWithChildren } from 'react';

/** The frame around every page. */
export const Root = ({ children }: PropsWithChildren<{}>) => (
  <SidebarPage>
    <Sidebar>
      <SidebarItem icon={Category} to="catalog" text="Catalog" />
      <SidebarSpace />
      <SidebarItem icon={Settings} to="settings" text="Settings" />
    </Sidebar>
    {children}
  </SidebarPage>
);
