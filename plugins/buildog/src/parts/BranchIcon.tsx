/** A branch of a repository; decorative, the name stands beside it. */
export const BranchIcon = () => (
  <svg
    width="14"
    height="14"
    viewBox="0 0 16 16"
    fill="none"
    stroke="currentColor"
    strokeWidth="1.4"
    style={{ flex: 'none' }}
    aria-hidden
  >
    <circle cx="4" cy="3.2" r="1.7" />
    <circle cx="4" cy="12.8" r="1.7" />
    <circle cx="12" cy="5" r="1.7" />
    <path d="M4 5v6M12 6.8c0 2.4-2 3-4 3s-3.2.4-4 1.4" />
  </svg>
);
