import '@testing-library/jest-dom';
import { configure } from '@testing-library/react';

// Whole pages are rendered, also on busy machines; tests wait for conditions,
// so this is only how long they wait before they give up.
jest.setTimeout(60_000);
configure({ asyncUtilTimeout: 10_000 });
