import '@testing-library/jest-dom';

// A whole portal is rendered, also on busy machines.
jest.setTimeout(60_000);
