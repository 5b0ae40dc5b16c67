/** Below it rows become cards, and targets grow to 44 px. */
export const NARROW = '(max-width:599.95px)';
/** Below it the tasks go above the log. */
export const STACKED = '(max-width:1279.95px)';
