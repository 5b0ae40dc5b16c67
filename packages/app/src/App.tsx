import { createApp } from '@backstage/frontend-defaults';
import { navModule } from './modules/nav';

// Plugins come from package.json: `app.packages: all` finds them.
export default createApp({ features: [navModule] });
