import {
  Sidebar,
  SidebarGroup,
  SidebarItem,
  SidebarPage,
  SidebarSpace,
} from '@backstage/core-components';
import Category from '@material-ui/icons/Category';
import MenuIcon from '@material-ui/icons/Menu';
import Settings from '@material-ui/icons/Settings';
import type { PropsWithChildren } from 'react';

/** The frame around every page. */
export const Root = ({ children }: PropsWithChildren<{}>) => (
  <SidebarPage>
    <Sidebar>
      <SidebarGroup label="Menu" icon={<MenuIcon />}>
        <SidebarItem icon={Category} to="catalog" text="Catalog" />
      </SidebarGroup>
      <SidebarSpace />
      <SidebarGroup label="Settings" icon={<Settings />} to="/settings">
        <SidebarItem icon={Settings} to="settings" text="Settings" />
      </SidebarGroup>
    </Sidebar>
    {children}
  </SidebarPage>
);
